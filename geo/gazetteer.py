"""The gazetteer of a city: a table of named places, looked up by exact, other, normalised and similar names."""

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

import settings
from errors import DataError, Issue
from geo import selection, toponym
from projects.feature import normal

# What a position rests on, from best to worst: taken from a data set; set by an editor on a real point of that name;
# inferred from a real neighbour or the zone around it; general knowledge alone.
BASES = ("data", "point", "neighbour", "knowledge")

# How surely a match names the same place.
SCORES = {"exact": 1.0, "alias": 0.98, "normalised": 0.94, "bracket": 0.9, "branch": 0.88, "street": 0.86}
# Below this similarity (0 to 1) names are different names.
FLOOR = 0.84
_SHORTEST_FUZZY = 5
# Inside longer names, normalised forms shorter than this are met by chance.
_SHORTEST_KEY = 4
# Up to this length a normalised form may be a common noun.
_SHORT_KEY = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the gazetteer.

    Attributes
    ----------
    name, aliases
        The name and other names (``|`` between them in the file).
    kind
        Class of place (``"town"``, ``"hospital"``; see ``data/placing/classes.csv``).
    districts
        Short names of the districts it lies in.
    lon, lat
        Degrees, WGS 84.
    radius_m
        The place lies within this distance in at least 9 of 10 cases.
    basis
        One of :data:`BASES`.
    source, licence, datum, ref
        Where the position comes from, under what licence, the datum it came in, and its id or note there.
    """

    name: str
    aliases: tuple[str, ...]
    kind: str
    districts: tuple[str, ...]
    lon: float
    lat: float
    radius_m: float
    basis: str
    source: str
    licence: str
    datum: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A place that a name may mean, how the name was matched (a key of :data:`SCORES`, or ``"fuzzy"``), how surely."""

    place: Place
    how: str
    score: float


COLUMNS = tuple(f.name for f in fields(Place))


class Gazetteer:
    """Places of one city, ready for look-up.

    Parameters
    ----------
    rows
        Rows as in the file: strings in the order of :data:`COLUMNS`.
    adcode
        Code of the city.
    issues
        What was wrong with other rows of the file.
    """

    def __init__(self, rows: Sequence[Sequence[str]], adcode: str, issues: Iterable[Issue] = ()) -> None:
        self.adcode = adcode
        self.issues = tuple(issues)
        self._rows = rows
        self._made: dict[int, Place] = {}
        self._names: dict[str, list[int]] = {}
        self._aliases: dict[str, list[int]] = {}
        for number, row in enumerate(rows):
            self._names.setdefault(normal(row[0]), []).append(number)
            for alias in filter(None, row[1].split("|")):
                self._aliases.setdefault(normal(alias), []).append(number)

    @classmethod
    def load(cls, adcode: str) -> "Gazetteer":
        """Return the gazetteer of a city; empty where the city has none.

        Rows that cannot be used are left out and named among the issues.

        Raises
        ------
        DataError
            A column is missing.
        """
        path = settings.load().city_folder(adcode) / "places.csv"
        rows = read(path)
        faults = {number: issue for number, row in enumerate(rows) if (issue := _fault(row, number, path))}
        return cls([row for number, row in enumerate(rows) if number not in faults], adcode, faults.values())

    def __len__(self) -> int:
        return len(self._rows)

    def place(self, number: int) -> Place:
        """Return a row as a place; it is made once."""
        if (made := self._made.get(number)) is None:
            row = self._rows[number]
            made = self._made[number] = Place(
                row[0],
                tuple(filter(None, row[1].split("|"))),
                row[2],
                tuple(filter(None, row[3].split("|"))),
                float(row[4]),
                float(row[5]),
                float(row[6]),
                *row[7:12],
            )
        return made

    def places(self) -> Iterable[Place]:
        """Yield all places, in the order of the file."""
        return (self.place(number) for number in range(len(self)))

    @cached_property
    def _keys(self) -> dict[str, list[int]]:
        """Rows by normalised form, of names and aliases alike."""
        found: dict[str, list[int]] = {}
        for table in (self._names, self._aliases):
            for name, numbers in table.items():
                rows = found.setdefault(toponym.key(name, self.adcode), [])
                rows.extend(n for n in numbers if n not in rows)
        return found

    @cached_property
    def _bare(self) -> dict[str, list[int]]:
        """Rows by the normalised form of their name without what stands in its brackets (the campus, the branch)."""
        found: dict[str, list[int]] = {}
        for name, numbers in self._names.items():
            if name.endswith(")") and len(form := toponym.key(toponym.without_brackets(name), self.adcode)) >= 3:
                found.setdefault(form, []).extend(numbers)
        return found

    @cached_property
    def _streets(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for name, numbers in self._keys.items():
            if (same := toponym.street(name)) != name or name.endswith("路"):
                found.setdefault(same, []).extend(numbers)
        return found

    @cached_property
    def _lengths(self) -> dict[str, set[int]]:
        """How long the names and normalised forms are that begin with two characters."""
        found: dict[str, set[int]] = {}
        for table in (self._names, self._aliases, self._keys, self._bare):
            for name in table:
                found.setdefault(name[:2], set()).add(len(name))
        return found

    def exact(self, name: str) -> list[Match]:
        """Return the places that bear a name, or have it as another name; homonyms in the order of the file."""
        # Most names are in their normal form already.
        return self.folded(name) or self.folded(normal(name))

    def also(self, name: str) -> list[Match]:
        """Return the places that have a name as another name, whether or not there are some that bear it."""
        numbers = self._aliases.get(normal(name), ())
        return [Match(self.place(n), "alias", SCORES["alias"]) for n in numbers]

    def folded(self, folded: str) -> list[Match]:
        """Return the same as :meth:`exact` for a name in its normal form."""
        for how, table in (("exact", self._names), ("alias", self._aliases)):
            if numbers := table.get(folded):
                return [Match(self.place(n), how, SCORES[how]) for n in numbers]
        return []

    def levels(self, name: str, *, fuzzy: bool = True) -> Iterator[list[Match]]:
        """Yield the places that a name may mean, way of matching by way of matching, the surest first.

        Parameters
        ----------
        name
            A toponym in any usual way of writing.
        fuzzy
            Whether similar names, at :data:`FLOOR` or above, come last.
        """
        if found := self.exact(name):
            yield found
        folded = toponym.key(name, self.adcode)
        bare = toponym.key(toponym.without_brackets(name), self.adcode)
        tables = (
            ("normalised", folded, self._keys),
            ("bracket", bare, self._keys),
            ("branch", bare, self._bare),
            ("street", toponym.street(folded), self._streets),
        )
        for how, form, table in tables:
            if len(form) >= 2 and (numbers := table.get(form)):
                matches = [Match(self.place(n), how, SCORES[how]) for n in numbers]
                if matches := [m for m in matches if self._same(name, m.place)]:
                    yield matches
        if fuzzy and (found := self.similar(name)):
            yield found

    def _same(self, name: str, place: Place) -> bool:
        """Return whether a name and a place of one normalised form do not differ in whose or which branch it is."""
        names = (place.name, *place.aliases)
        whose = toponym.authority(name, self.adcode)
        owners = {toponym.authority(n, self.adcode) for n in names}
        if whose not in (None, "province", "city") and place.districts and whose not in place.districts:
            return False
        # 济南市文化馆 is not 槐荫区文化馆; a short form (文化馆) without any owner could be anybody's.
        key = toponym.key(name, self.adcode)
        short = len(key) <= _SHORT_KEY or selection.is_generic(key)
        if whose and whose not in owners and (short or None not in owners):
            return False
        which = toponym.branches(name)
        return any(which <= toponym.branches(n) for n in names)

    def find(self, name: str, *, fuzzy: bool = True) -> list[Match]:
        """Return the places that a name may mean, from the surest way of matching that finds any.

        Several of one score are homonyms, to be told apart by the caller; see :meth:`levels`.
        """
        return next(self.levels(name, fuzzy=fuzzy), [])

    def similar(self, name: str, limit: int = 5) -> list[Match]:
        """Return places with similar names at :data:`FLOOR` or above, best first.

        Similarity is the normalised edit similarity of the normalised forms. Names that differ in a number or in a
        direction are never similar: 经六路 is not 经七路, 南辛庄 not 北辛庄.
        """
        form = toponym.key(name, self.adcode)
        if len(form) < _SHORTEST_FUZZY:
            return []
        names, lengths, postings = self._bigrams
        nothing = np.empty(0, dtype=np.int32)
        lists = sorted((postings.get(gram, nothing) for gram in _grams(form)), key=len)
        # So few edits as the floor allows spoil at most edits + 1 bigrams: two of the rarest edits + 3 must be shared.
        edits = int(2 * len(form) * (1 - FLOOR))
        numbers = np.sort(np.concatenate(lists[: edits + 3]))
        numbers = numbers[1:][numbers[1:] == numbers[:-1]]
        numbers = numbers[np.abs(lengths[numbers] - len(form)) <= edits]
        others = dict.fromkeys(map(names.__getitem__, numbers.tolist()))
        alike = process.extract(form, list(others), scorer=fuzz.ratio, score_cutoff=FLOOR * 100, limit=None)
        marks = _marks(form)
        found = [
            Match(self.place(n), "fuzzy", round(ratio / 100 * 0.9, 3))
            for other, ratio, _ in alike
            if _marks(other) == marks
            for n in self._keys[other]
        ]
        found = [m for m in found if self._same(name, m.place)]
        return sorted(found, key=lambda m: -m.score)[:limit]

    @cached_property
    def _bigrams(self) -> tuple[list[str], np.ndarray, dict[str, np.ndarray]]:
        """Normalised forms, their lengths, and their positions by each pair of neighbouring characters in them."""
        names = list(self._keys)
        found: dict[str, list[int]] = {}
        for number, name in enumerate(names):
            for gram in _grams(name):
                found.setdefault(gram, []).append(number)
        lengths = np.fromiter(map(len, names), dtype=np.int32, count=len(names))
        return names, lengths, {gram: np.asarray(numbers, dtype=np.int32) for gram, numbers in found.items()}

    def inside(self, name: str, shortest: int = 2) -> list[tuple[int, int, list[Match]]]:
        """Return the places whose names stand inside a longer name: start, end (of the normal form) and matches.

        Longest first, then from the left; pieces inside a longer piece are left out.
        """
        folded = normal(name)
        found: list[tuple[int, int, list[Match]]] = []
        begun = [self._lengths.get(folded[start : start + 2], ()) for start in range(len(folded))]
        changing = toponym.changing(folded, self.adcode)
        for length in range(len(folded) - 1, shortest - 1, -1):
            for start in range(len(folded) - length + 1):
                end = start + length
                # Most pieces are no name, whether as they stand or by their key, where that is another.
                if length not in begun[start] and not (length >= _SHORTEST_KEY and changing[start] <= end):
                    continue
                if any(a <= start and end <= b for a, b, _ in found):
                    continue
                piece = folded[start:end]
                matches = self.folded(piece)
                if not matches and length >= _SHORTEST_KEY:
                    form = toponym.key(piece, self.adcode)
                    for how, table in (("normalised", self._keys), ("branch", self._bare)):
                        matches = matches or [Match(self.place(n), how, SCORES[how]) for n in table.get(form, ())]
                    matches = [m for m in matches if self._same(piece, m.place)]
                if matches:
                    found.append((start, end, matches))
        return found


def _fault(row: Sequence[str], number: int, path: Path) -> Issue | None:
    """Return what makes a row of the file unusable, or None."""
    message = None
    if len(row) != len(COLUMNS) or not row[0]:
        message = "geo.row_without_name"
    elif not all(map(_is_number, row[4:7])):
        message = "geo.row_without_position"
    elif not row[8]:
        message = "geo.row_without_source"
    # The heading is line 1.
    return Issue(f"{path.name}:{number + 2}", message, (("name", row[0] if row else ""),)) if message else None


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


_MARKS = frozenset("东西南北上下新老前后左右大小内外0123456789")


def _marks(name: str) -> tuple[str, ...]:
    """Return the characters that tell apart neighbours of otherwise one name."""
    return tuple(c for c in name if c in _MARKS)


def _grams(name: str) -> set[str]:
    return {name[i : i + 2] for i in range(len(name) - 1)}


def read(path: Path) -> list[list[str]]:
    """Return the rows of a file of places, in the order of :data:`COLUMNS`; none where there is no such file.

    Raises
    ------
    DataError
        A column is missing.
    """
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        if missing := [c for c in COLUMNS if c not in header]:
            raise DataError("geo.missing_columns", path=str(path), columns=", ".join(missing))
        if tuple(header) == COLUMNS:
            return [row for row in reader if row]
        order = [header.index(c) for c in COLUMNS]
        return [[row[i] for i in order] for row in reader if row]
