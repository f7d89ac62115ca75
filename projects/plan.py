"""Plans: the documents in a file or folder, their running text and their sections."""

from __future__ import annotations

import csv
import hashlib
import math
import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from errors import CallError, Issue, PlanError
from projects import files, layout, sentences

_FULL_WIDTH = ord("，") - ord(",")
# A document number alone on its line: 济政发〔2021〕9号, with or without brackets around it.
_NUMBER = re.compile(f"^{layout.DOCUMENT_NUMBER}$", re.MULTILINE)
_TITLE_WORDS = re.compile(r"规划|计划|纲要|方案|意见|行动|报告|条例|办法")
_YEARS = re.compile(r"(\d{4})年?[-—~至到]+(\d{4})年?")
_FIVE_YEARS = re.compile(r"第?十([一二三四五六七八九])个?五年?")
_DATE = re.compile(r"(20\d{2})年(\d{1,2})月(?:(\d{1,2})日)?")
_FIELDS = ("id", "file", "number", "title", "issuer", "published", "from_year", "to_year", "district")
_LEVELS = (
    (re.compile(r"第[一二三四五六七八九十百〇零\d]{1,4}[篇编部]"), 0),
    (re.compile(r"第[一二三四五六七八九十百〇零\d]{1,4}章"), 1),
    (re.compile(r"第[一二三四五六七八九十百〇零\d]{1,4}节"), 2),
    (re.compile(r"([一二三四五六七八九十]{1,3})、"), 3),
    (re.compile(r"\(([一二三四五六七八九十]{1,3})\)"), 4),
    (re.compile(r"(\d{1,2})[.、](?!\d)"), 5),
    (re.compile(r"专栏\d*"), 6),
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is known of a plan as a document.

    Attributes
    ----------
    id
        Short name, unique in a folder.
    title, number, issuer
        As printed; empty when not told.
    published
        ISO date, or year, or empty.
    from_year, to_year
        First and last calendar year it covers, or None.
    district
        Short name of the district whose own plan it is; empty for a whole city's.
    file
        Name of the file it stands in.
    sha256
        Of the file's bytes.
    """

    id: str
    title: str
    file: str
    sha256: str
    number: str = ""
    issuer: str = ""
    published: str = ""
    from_year: int | None = None
    to_year: int | None = None
    district: str = ""


@dataclass(frozen=True, eq=False)
class Paragraph:
    """A paragraph of a document's running text.

    Attributes
    ----------
    start, end
        Indices in :attr:`Document.text`.
    section
        Heading path it stands under.
    heading
        The heading's own words, when the paragraph is or begins with one (``"（一）"`` excluded), else empty.
    box
        Heading of the 专栏 it stands in, or empty.
    headings
        The words of all headings above it, outermost first.
    """

    start: int
    end: int
    section: str
    heading: str = ""
    box: str = ""
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Document:
    """One plan with its text.

    Attributes
    ----------
    plan
        What is known of it.
    source
        The decoded text of the whole file (a gazette issue holds several documents).
    text
        Its own running text, one paragraph a line.
    offsets
        For each character of ``text``, its offset in ``source``.
    paragraphs
        Headings and body in reading order; contents pages and the cover are left out.
    """

    plan: Plan
    source: str = field(repr=False)
    text: str = field(repr=False)
    offsets: array[int] = field(repr=False)
    paragraphs: tuple[Paragraph, ...] = field(repr=False)

    def paragraph(self, index: int) -> Paragraph | None:
        """Return the paragraph that holds the character ``index`` of :attr:`text`, or None."""
        k = bisect_right(self._starts, index) - 1
        return self.paragraphs[k] if k >= 0 and index < self.paragraphs[k].end else None

    @cached_property
    def _starts(self) -> list[int]:
        return [p.start for p in self.paragraphs]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return ``(offset, length)`` in :attr:`source` of ``text[start:end]``."""
        return self.offsets[start], self.offsets[end - 1] + 1 - self.offsets[start]

    def sentence(self, offset: int, length: int) -> tuple[str, str, str]:
        """Return the sentence around a mention: before it, the mention, after it; plain text, as wide as in the file.

        Parameters
        ----------
        offset, length
            Of the mention, in characters of :attr:`source`.
        """
        start, end = self._indices(offset, length)
        first, last = sentences.start(self.text, start), sentences.end(self.text, end)
        return self._written(first, start), self._written(start, end), self._written(end, last + 1).rstrip("\n")

    def surroundings(self, offset: int, length: int, reach: int = 400) -> tuple[str, str, str]:
        """Return up to ``reach`` characters before a mention, the mention, and as many after it."""
        start, end = self._indices(offset, length)
        return self._written(max(0, start - reach), start), self._written(start, end), self._written(end, end + reach)

    def _written(self, start: int, end: int) -> str:
        """Return ``text[start:end]`` with the full-width forms of the file."""
        read = zip(self.text[start:end], self.offsets[start:end], strict=True)
        return "".join(wide if ord(wide := self.source[at]) - ord(char) == _FULL_WIDTH else char for char, at in read)

    def _indices(self, offset: int, length: int) -> tuple[int, int]:
        running = layout.Running(self.text, self.offsets)
        start = running.index(offset)
        # A line break shares the offset of the character behind it.
        return start + self.text.startswith("\n", start), running.index(offset + length)


@dataclass(frozen=True)
class Source:
    """A plan file, with what the ``plans.csv`` of its folder says of the documents in it.

    Attributes
    ----------
    path
        The file.
    rows
        Rows of ``plans.csv`` with their numbers.
    place
        Which of the paths given it comes from, 0-based.
    """

    path: Path
    rows: tuple[tuple[int, dict[str, str]], ...] = ()
    place: int = 0

    def documents(self) -> list[Document]:
        """Return the plans in the file; their ids are unique in it.

        Raises
        ------
        PlanError
            The file cannot be read.
        """
        return _documents(self.path, [row for _, row in self.rows])

    def rank(self, plan: Plan) -> tuple[int, float]:
        """Return what plans are sorted by: the paths as given, then the rows of ``plans.csv``, then the files."""
        return self.place, next((number for number, row in self.rows if row["id"] == plan.id), math.inf)


def sources(paths: Sequence[Path]) -> tuple[list[Source], list[Issue]]:
    """Return the plan files at paths, unread.

    Parameters
    ----------
    paths
        Files, or folders whose plan files are taken in name order. A ``plans.csv`` in the folder says more of
        the documents: columns id, file, number, title, issuer, published, from_year, to_year, district.

    Returns
    -------
    sources, issues
        The files, those of ``plans.csv`` first; rows of it without their file.

    Raises
    ------
    CallError
        A path does not exist, or there is no plan file at all.
    """
    found: list[Source] = []
    issues: list[Issue] = []
    for place, path in enumerate(paths):
        if not path.exists():
            raise CallError("errors.no_plans", path=str(path))
        folder = path if path.is_dir() else path.parent
        rows = list(enumerate(_table(folder / "plans.csv", issues)))
        if path.is_dir():
            names = [p.name for p in sorted(path.iterdir()) if p.is_file() and _may_be_plan(p)]
            if not names and not rows:
                raise CallError("errors.no_plans", path=str(path))
        else:
            names = [path.name]
            rows = [(number, row) for number, row in rows if row["file"] == path.name]
        told: dict[str, list[tuple[int, dict[str, str]]]] = {}
        for number, row in rows:
            told.setdefault(row["file"], []).append((number, row))
        found += [Source(folder / name, tuple(told.get(name, ())), place) for name in dict.fromkeys([*told, *names])]
    return found, issues


def read(paths: Sequence[Path]) -> tuple[list[Document], list[Issue]]:
    """Read plan files and folders of plan files.

    Parameters
    ----------
    paths
        As :func:`sources`.

    Returns
    -------
    documents
        In the order of ``plans.csv``, then of the names.
    issues
        Files that could not be read, and rows of ``plans.csv`` without their file.

    Raises
    ------
    CallError
        A path does not exist, or there is no plan file at all.
    """
    found, issues = sources(paths)
    ranked: list[tuple[tuple[int, float], Document]] = []
    for source in found:
        try:
            ranked += ((source.rank(d.plan), d) for d in source.documents())
        except PlanError as error:
            issues.append(error.issue(source.path.name))
    documents = [document for _, document in sorted(ranked, key=lambda pair: pair[0])]
    ids = unique_ids([d.plan for d in documents])
    return [
        d if d.plan.id == own else replace(d, plan=replace(d.plan, id=own))
        for d, own in zip(documents, ids, strict=True)
    ], issues


def _may_be_plan(path: Path) -> bool:
    return path.suffix.lower() in files.SUFFIXES and path.stem.upper() != "README"


def _table(path: Path, issues: list[Issue]) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")
    try:
        table = list(csv.DictReader(text.splitlines()))
    except csv.Error as error:
        issues.append(Issue(path.name, "plans.bad_table", (("why", str(error)),)))
        return []
    rows = []
    # Not by asking for the file: a name may be one that no file can have.
    there = {p.name for p in path.parent.iterdir() if p.is_file()}
    for number, row in enumerate(table, 2):
        full = {name: (row.get(name) or "").strip() for name in _FIELDS}
        where = f"{path.name}:{number}"
        if not full["id"] or not full["file"] or Path(full["file"]).name != full["file"]:
            issues.append(Issue(where, "plans.bad_row"))
        elif full["file"] not in there:
            issues.append(Issue(where, "plans.no_file", (("file", full["file"]),)))
        else:
            rows.append(full)
    return rows


def _documents(path: Path, rows: list[dict[str, str]]) -> list[Document]:
    source = files.read_text(path)
    running = layout.run(source)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    starts = _starts(running.text, [_folded(row["number"]) for row in rows])
    documents = []
    for k, (start, number) in enumerate(starts):
        end = starts[k + 1][0] if k + 1 < len(starts) else len(running.text)
        text, offsets = running.text[start:end], running.offsets[start:end]
        row = next((r for r in rows if _folded(r["number"]) == number), None)
        if row is None and len(rows) == len(starts) == 1:
            row = rows[0]
        if k == 0 < len(starts) - 1 and not number and "。" not in text:
            continue  # the cover of a gazette
        plan = _plan(path, sha256, text, number, row, k)
        documents.append(Document(plan, source, text, offsets, tuple(_paragraphs(text))))
    return documents


def _folded(number: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", number)).replace("[", "〔").replace("]", "〕")


def _starts(text: str, numbers: Sequence[str]) -> list[tuple[int, str]]:
    """Return ``(index, document number)`` where each document of a file begins."""
    found: dict[str, int] = {}
    for match in _NUMBER.finditer(text):
        number = _folded(match.group(1))
        if not any(numbers) or number in numbers:
            found[number] = _title_start(text, match.start())
    starts = sorted((index, number) for number, index in found.items())
    if not starts:
        return [(0, "")]
    if len(starts) == 1 or not any(len(p) > 100 for p in text[: starts[0][0]].split("\n")):
        starts[0] = (0, starts[0][1])
    elif starts[0][0] > 0:
        starts.insert(0, (0, ""))
    return starts


def _title_start(text: str, index: int) -> int:
    """Return where the title block above a document number begins: its short lines without a full stop."""
    start = index
    for _ in range(6):
        previous = text.rfind("\n", 0, max(0, start - 1)) + 1
        line = text[previous : start - 1] if start else ""
        if not line or len(line) > 60 or line[-1] in "。;!?)" or layout.HEADING.match(line):
            break
        start = previous
    return start


def _plan(path: Path, sha256: str, text: str, number: str, row: dict[str, str] | None, k: int) -> Plan:
    head = "".join(text[:3000].split("\n"))
    if row:
        title = row["title"]
    else:
        quoted = re.search(r"印发《?([^《》]{4,80}?)》?的通知", head)
        lines = [line for line in text[:3000].split("\n") if _TITLE_WORDS.search(line) and len(line) <= 80]
        title = quoted.group(1) if quoted else lines[0] if lines else path.stem
    given = row or dict.fromkeys(_FIELDS, "")
    years = _YEARS.search(unicodedata.normalize("NFKC", title))
    first, last = (int(years[1]), int(years[2])) if years else (None, None)
    if first is None and (period := _FIVE_YEARS.search(title)):
        # The tenth five-year plan covered 2001 to 2005.
        first = 2001 + 5 * ("一二三四五六七八九".index(period[1]) + 1)
        last = first + 4
    date = _DATE.search(head)
    said = f"{date[1]}-{int(date[2]):02}" + (f"-{int(date[3]):02}" if date[3] else "") if date else ""
    return Plan(
        id=given["id"] or (path.stem if k == 0 else f"{path.stem}-{k + 1}"),
        title=title,
        file=path.name,
        sha256=sha256,
        number=given["number"] or number,
        issuer=given["issuer"],
        published=given["published"] or said,
        from_year=int(given["from_year"]) if given["from_year"].isdigit() else first,
        to_year=int(given["to_year"]) if given["to_year"].isdigit() else last,
        district=given["district"],
    )


def unique_ids(plans: Iterable[Plan]) -> list[str]:
    """Return an id for each plan: its own, with a number behind it where an earlier one has the same."""
    seen: dict[str, int] = {}
    out = []
    for plan in plans:
        seen[plan.id] = seen.get(plan.id, 0) + 1
        out.append(plan.id if seen[plan.id] == 1 else f"{plan.id}-{seen[plan.id]}")
    return out


def _contents(lines: Sequence[str]) -> set[int]:
    """Return the lines of the contents pages: long runs of headings with nothing under them."""
    found: set[int] = set()
    run: list[int] = []
    for k, line in enumerate([*lines, "。" * 80]):
        if line and len(line) <= 60 and line[-1] not in "。;!?" and (layout.HEADING.match(line) or len(line) <= 12):
            run.append(k)
            continue
        headings = [j for j in run if layout.HEADING.match(lines[j])]
        if len(headings) >= 8:
            # The body's own first headings follow the last entry without a gap: they repeat the first entries.
            entries = [_entry(lines[j]) for j in run]
            first = _entry(lines[headings[0]])
            again = next(
                (i for i in range(len(run) - 1, 0, -1) if entries[i] == first and run[i] != headings[0]), len(run)
            )
            found.update(run[:again])
        run = []
    return found


def _entry(line: str) -> str:
    return line.rstrip("0123456789").rstrip(".…·\t")


def _paragraphs(text: str) -> Iterable[Paragraph]:
    """Yield the paragraphs of a document, with the section each stands under."""
    lines = text.split("\n")
    contents = _contents(lines)
    entries = {e for k in contents if len(e := _entry(lines[k])) >= 6 and layout.HEADING.match(e)}
    stack: dict[int, tuple[str, str]] = {}
    section = box = ""
    titles: tuple[str, ...] = ()
    start = 0
    for k, line in enumerate(lines):
        if line and k not in contents:
            # A heading as wide as the column runs into the text under it: the contents page knows where it ends.
            headed = layout.HEADING.match(line)
            ends = range(min(len(line) - 1, 60), 5, -1) if headed else ()
            cut = next((n for n in ends if line[:n] in entries), 0)
            for begin, piece in ((start, line[:cut]), (start + cut, line[cut:])) if cut else ((start, line),):
                heading = _head(piece, stack)
                if heading is not None:
                    section = "/".join(label for level, (label, _) in sorted(stack.items()) if level < 6)
                    titles = tuple(title for _, (_, title) in sorted(stack.items()))
                    box = stack[6][1] if 6 in stack else ""
                yield Paragraph(begin, begin + len(piece), section, heading or "", box, titles)
        start += len(line) + 1


def _head(line: str, stack: dict[int, tuple[str, str]]) -> str | None:
    """Enter the heading that ``line`` is or begins with into the stack of headings; return its words, or None."""
    for pattern, level in _LEVELS:
        match = pattern.match(line)
        if not match:
            continue
        end = line.find("。", match.end())
        title = line[match.end() : end if end >= 0 else len(line)].strip("\t")
        if len(title) > 60 or (level == 5 and len(title) > 25) or (level < 3 and end >= 0):
            return None
        label = match.group(1) if level == 3 or level == 5 else f"（{match.group(1)}）" if level == 4 else match.group()
        for deeper in [x for x in stack if x >= level or (x == 6 and level < 6)]:
            del stack[deeper]
        stack[level] = (label, title)
        return title
    return None
