"""What is shown: filters, search and counts over a frame of features, fast on a million rows."""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

import city
import settings
from city import City
from errors import CallError
from geo.districts import Districts
from layers import facets, schema, spelling
from layers.facets import UNTOLD, Facet, Mask
from projects.feature import normal

Range = tuple[float | None, float | None]

CHOICES = ("district", "category", "kind", "plan", "status", "precision", "review")
# Columns of figures that a range can be asked of, by the field of the filter.
FIGURES = {"investment": "investment_yi", "year": "by_year"}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What of the features is wanted; a field that is empty asks for nothing.

    Attributes
    ----------
    district, category, kind, plan, status, precision, review
        Codes, any of which will do; :data:`UNTOLD` asks for features without one.
    search
        Words, all of which must stand in the name or one of the other names: in characters, in pinyin without
        tones or as initials of pinyin.
    bbox
        West, south, east, north in degrees (WGS 84); the feature must touch it.
    investment
        Smallest and largest sum in 亿元, either None.
    year
        First and last target year, either None.
    against
        Id of a plan; only what it does not name is wanted, or what the other plans say otherwise of.
    """

    district: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    precision: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    search: str = ""
    bbox: tuple[float, float, float, float] | None = None
    investment: Range | None = None
    year: Range | None = None
    against: str = ""

    def without(self, *names: str) -> "Filter":
        """Return the filter with some of its fields emptied."""
        emptied: dict[str, Any] = {f.name: f.default for f in fields(self) if f.name in names}
        return replace(self, **emptied)

    @property
    def active(self) -> tuple[str, ...]:
        """Names of the fields that ask for something."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) != f.default)


def resolve(wanted: Filter, frame: gpd.GeoDataFrame, town: City | None = None) -> Filter:
    """Return a filter with codes for what people wrote: full names of districts, labels in either language.

    Parameters
    ----------
    wanted
        The filter as written.
    frame
        The features it is for; their plans and districts count as known.
    town
        The city; that of the settings when not given.

    Raises
    ------
    CallError
        A value is neither a code nor a label, or the box is no box; the message lists what is valid.
    """
    town = town or city.load(settings.load().city)
    found: dict[str, tuple[str, ...]] = {}
    for name in CHOICES:
        given = getattr(wanted, name)
        if not given:
            continue
        known = _known(name, frame, town)
        for value in given:
            if value not in known:
                codes = dict.fromkeys(code for code in known.values() if code)
                valid = ", ".join(code if name in ("plan", "district") else _both(name, code) for code in codes)
                raise CallError("layers.unknown_value", field=name, value=value, valid=valid)
        found[name] = tuple(dict.fromkeys(known[value] for value in given))
    if wanted.bbox is not None:
        west, south, east, north = wanted.bbox
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise CallError("layers.bad_bbox", value=",".join(f"{v:g}" for v in wanted.bbox))
    return replace(wanted, **found)  # type: ignore[arg-type]


def _both(name: str, code: str) -> str:
    """Return a code with what it is called, which may be given as well."""
    label = schema.value_label(name, code)
    return code if label == code else f"{code} ({label})"


def _known(name: str, frame: gpd.GeoDataFrame, town: City) -> dict[str, str]:
    met = facets.field(frame, name).codes if name in ("plan", "district") else ()
    known = {code: code for code in ((*town.order, *met) if name == "district" else met)}
    if name == "district":
        for d in town.districts:
            known |= dict.fromkeys((d.short, d.name, d.en, *d.aliases), d.short)
    elif name != "plan":
        for code, value in schema.values(name).items():
            known |= dict.fromkeys((code, value.zh, value.en), code)
    return {**known, UNTOLD: UNTOLD}


Differing = Callable[[str, str], Collection[str]]
"""Gives the ids of what the second of two plans says otherwise than the first."""


Keep = Callable[[str, str, Callable[[], Sequence[Any]]], Sequence[Any]]
"""Gives what the third makes, from where it was kept if it can; see :func:`layers.snapshot.kept`."""


def _anew(what: str, origin: str, make: Callable[[], Sequence[Any]]) -> Sequence[Any]:  # noqa: ARG001 (as any Keep)
    return make()


def _nothing(before: str, after: str) -> Collection[str]:  # noqa: ARG001 (as any Differing)
    return ()


@dataclass(frozen=True, eq=False)
class Selection:
    """Some rows of a frame, made a frame of their own only where one is needed.

    Attributes
    ----------
    whole
        The frame.
    mask
        Which of its rows; not to be written to.
    placed
        How many of them have a place.
    """

    whole: gpd.GeoDataFrame
    mask: Mask
    placed: int

    @cached_property
    def rows(self) -> NDArray[np.intp]:
        """Numbers of the rows, in their order."""
        return np.flatnonzero(self.mask)

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def frame(self) -> gpd.GeoDataFrame:
        """The rows as a frame."""
        return self.whole if self.mask.all() else self.whole[self.mask]


# How many filters keep their masks and counts: those of the people who look at the same time.
_KEPT = 16


class Index:
    """A frame of features with what filters and counts need of it, made when first needed and kept.

    Parameters
    ----------
    frame
        Features as :func:`layers.build.frame` makes them, with or without the columns of a review.
    town
        The city; that of the settings when not given. The district filter also finds what lies in a district of it
        while no plan tells one (:func:`layers.facets.by_place`).
    differing
        What one plan says otherwise than another. The layers hold what all plans together say, so that
        they alone tell only what is new.
    base, changed
        The index of a frame of the same features, and the numbers of the rows that differ from it: only these are
        looked at anew.
    keep
        Where to look for what takes long to make.
    """

    def __init__(
        self,
        frame: gpd.GeoDataFrame,
        town: City | None = None,
        differing: Differing = _nothing,
        *,
        base: "Index | None" = None,
        changed: Sequence[int] = (),
        keep: Keep = _anew,
    ) -> None:
        self.frame = frame
        self.town = town or city.load(settings.load().city)
        self._differing = differing
        self._base = base
        self._keep = keep
        self._changed = np.array(sorted(changed), dtype=np.intp)
        self._facets: dict[str, Facet] = {}
        # One run of a page asks for the masks of one filter several times, and so do several people.
        self._masks = lru_cache(_KEPT)(self._made)
        self._counts = lru_cache(_KEPT)(self._counted)

    @cached_property
    def placed(self) -> Mask:
        """Which features have a place."""
        shapes = self.frame.geometry.to_numpy()
        return np.asarray(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))

    @cached_property
    def by_place(self) -> Sequence[Sequence[str]]:
        """The districts that each feature lies in while no plan tells one."""
        districts = Districts.load(self.town)
        if self._base is None:
            shapes = b"".join(shapely.to_wkb(districts.frame.geometry.to_numpy()))
            origin = hashlib.sha256(shapes).hexdigest()
            return self._keep("near", origin, lambda: facets.by_place(self.frame, districts))
        found = list(self._base.by_place)
        anew = facets.by_place(self.frame.iloc[self._changed], districts)
        for row, near in zip(self._changed.tolist(), anew, strict=True):
            found[row] = near
        return found

    def facet(self, name: str) -> Facet:
        """Return one of :data:`CHOICES`.

        Raises
        ------
        CallError
            There is no such field.
        """
        if name not in CHOICES:
            raise CallError("layers.unknown_field", value=name, valid=", ".join(CHOICES))
        if name not in self._facets:
            self._facets[name] = self._facet(name)
        return self._facets[name]

    def _facet(self, name: str) -> Facet:
        near = self.by_place if name == "district" else ()
        if self._base is None:
            return facets.field(self.frame, name, near)
        before = self._base.facet(name)
        if name == "plan":
            # What people decide changes nothing of what the plans say.
            return before
        rows = self._changed
        anew = facets.field(self.frame.iloc[rows], name, [near[row] for row in rows] if len(near) else ())
        return before.changed(rows, anew)

    def choose(self, wanted: Filter) -> Selection:
        """Return the rows that a filter asks for, in their order; unknown codes match nothing."""
        return self.among(self._all(self._masks(wanted)))

    def among(self, mask: Mask) -> Selection:
        """Return the rows of a mask."""
        return Selection(self.frame, mask, int((mask & self.placed).sum()))

    def select(self, wanted: Filter) -> gpd.GeoDataFrame:
        """Return :meth:`choose` as a frame."""
        return self.choose(wanted).frame

    def count(self, wanted: Filter) -> int:
        """Return how many features a filter asks for."""
        return int(self._all(self._masks(wanted)).sum())

    def counts(self, wanted: Filter) -> dict[str, dict[str, int]]:
        """Return how many features each value has among those that the *other* fields of a filter ask for.

        Parameters
        ----------
        wanted
            The filter.

        Returns
        -------
        dict
            For each of :data:`CHOICES` every value that occurs in the frame, with 0 where the filter leaves none:
            districts in official order, coded values in the order of their list, plans as first met,
            :data:`UNTOLD` at the end. A feature in two districts or plans counts in both. Not to be written to.
        """
        return self._counts(wanted)

    def _counted(self, wanted: Filter) -> dict[str, dict[str, int]]:
        masks = self._masks(wanted)
        found = {}
        for name in CHOICES:
            order = self.town.order if name == "district" else () if name == "plan" else tuple(schema.values(name))
            tally = self.facet(name).tally(self._all(masks, but=name))
            rank = {value: k for k, value in enumerate(order)} | {UNTOLD: len(order) + 1}
            found[name] = {value: tally[value] for value in sorted(tally, key=lambda v: rank.get(v, len(order)))}
        return found

    def figures(self, wanted: Filter, name: str) -> NDArray[np.float64]:
        """Return the figures told among what the *other* fields of a filter ask for.

        Parameters
        ----------
        wanted
            The filter.
        name
            One of :data:`FIGURES`.
        """
        told = _numbers(self.frame[FIGURES[name]])[self._all(self._masks(wanted), but=name)]
        return told[~np.isnan(told)]

    def news(self, wanted: Filter) -> tuple[int, int]:
        """Return how much of what a filter leaves is new, and how much is changed, against another plan."""
        if not wanted.against:
            return 0, 0
        left = self._all(self._masks(wanted))
        new = int((left & ~self.facet("plan").mask([wanted.against])).sum())
        return new, int(left.sum()) - new

    def _all(self, masks: dict[str, Mask], but: str = "") -> Mask:
        mask: Mask = np.ones(len(self.frame), dtype=bool)
        for name, one in masks.items():
            if name != but:
                mask &= one
        return mask

    def _made(self, wanted: Filter) -> dict[str, Mask]:
        masks = {name: self.facet(name).mask(chosen) for name in CHOICES if (chosen := getattr(wanted, name))}
        for name, column in FIGURES.items():
            if limits := getattr(wanted, name):
                masks[name] = _between(self.frame[column], *limits)
        if words := wanted.search.split():
            masks["search"] = np.logical_and.reduce([self._found(word) for word in words])
        if wanted.bbox is not None:
            masks["bbox"] = shapely.intersects(self.frame.geometry.to_numpy(), shapely.box(*wanted.bbox))
        if wanted.against:
            masks["against"] = self._news(wanted.against, wanted.plan)
        return masks

    def _news(self, against: str, plans: Sequence[str]) -> Mask:
        plan = self.facet("plan")
        others = [code for code in plans or plan.codes if code != against]
        changed = {key for other in others for key in self._differing(against, other)}
        mask: Mask = ~plan.mask([against])
        if changed:
            mask |= self.frame["id"].isin(changed).to_numpy()
        return mask

    def _found(self, word: str) -> Mask:
        """Say which features have a word in one of their names, or in the pinyin of one when it is in letters."""
        word = normal(word)
        if not word:
            return np.ones(len(self.frame), dtype=bool)
        mask = self._written.str.contains(word, regex=False).to_numpy(dtype=bool)
        if word.isascii() and word.isalpha():
            for part in spelling.query(word):
                mask = mask | self._spelt.str.contains(part, regex=False).to_numpy(dtype=bool)
        return np.asarray(mask)

    @cached_property
    def _written(self) -> pd.Series:
        return self._texts("written", normal)

    @cached_property
    def _spelt(self) -> pd.Series:
        return self._texts("spelt", spelling.index)

    def warm(self) -> None:
        """Make ready what the first search needs."""
        self._written  # noqa: B018
        self._spelt  # noqa: B018

    def _texts(self, kept: str, form: Callable[[str], str]) -> pd.Series:
        if self._base is None:
            texts = self._keep(kept, spelling.origin(), lambda: _texts(self.frame, form))
            return pd.Series(texts, index=self.frame.index, dtype="str")
        before: pd.Series = getattr(self._base, f"_{kept}")
        rows = self._changed
        named = rows[(self.frame["name"].iloc[rows] != self._base.frame["name"].iloc[rows]).to_numpy()]
        if not len(named):
            return before
        found = before.copy()
        found.iloc[named] = _texts(self.frame.iloc[named], form)
        return found


def _texts(frame: gpd.GeoDataFrame, form: Callable[[str], str]) -> list[str]:
    return [
        "\n".join(form(name) for name in (own, *others))
        for own, others in zip(frame["name"], frame["aliases"], strict=True)
    ]


def select(frame: gpd.GeoDataFrame, wanted: Filter, town: City | None = None) -> gpd.GeoDataFrame:
    """Return the rows of a frame that a filter asks for, in their order; see :class:`Index`."""
    return Index(frame, town).select(wanted)


def _between(column: pd.Series, low: float | None, high: float | None) -> Mask:
    numbers = _numbers(column)
    low, high = -np.inf if low is None else low, np.inf if high is None else high
    return np.asarray((numbers >= low) & (numbers <= high))


def _numbers(column: pd.Series) -> NDArray[np.float64]:
    return np.asarray(column.to_numpy(dtype=float, na_value=np.nan))
