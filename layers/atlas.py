"""An atlas: one sheet for each district, category or plan, with an index sheet before them.

    atlas = bind(frame, Path("atlas.pdf"), city=city.load("370100"), by="district", plans=plans)

A path that ends in ``.pdf`` becomes one file with bookmarks; any other is a folder that receives a file for each sheet
(``format`` says which kind), the index, and ``atlas.pdf`` when the kind is PDF.
"""

import multiprocessing
import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd

import language
from city import City
from errors import CallError, Issue
from geo.districts import Districts
from layers import facets, schema, sheet
from layers.sheets import index
from layers.sheets.typeface import clean
from projects.feature import CATEGORIES

GROUPINGS = ("district", "category", "plan")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Part:
    """One sheet of an atlas before it is drawn.

    Attributes
    ----------
    code
        Short name of the district, code of the category, or id of the plan; empty for what belongs to none.
    name
        Heading in the language of the atlas.
    frame
        Its features.
    focus
        Districts to show whole.
    """

    code: str
    name: str
    frame: gpd.GeoDataFrame
    focus: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leaf:
    """One sheet of an atlas, drawn: heading, features on it, its pages, where it was written, and what went wrong."""

    code: str
    name: str
    drawn: int
    pages: int
    paths: tuple[Path, ...]
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True)
class Atlas:
    """What was made.

    Attributes
    ----------
    leaves
        The sheets, in order.
    left_out
        Headings of the parts of which nothing has a position.
    paths
        Files written, the bound PDF or the index first.
    """

    leaves: tuple[Leaf, ...]
    left_out: tuple[str, ...]
    paths: tuple[Path, ...]

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What could not be done as asked on any sheet, each once."""
        return tuple(dict.fromkeys(issue for leaf in self.leaves for issue in leaf.issues))


def bind(
    frame: gpd.GeoDataFrame,
    path: Path,
    *,
    city: City,
    by: str = "district",
    title: str = "",
    plans: Sequence[sheet.Source] = (),
    boundaries: Districts | None = None,
    format: str = "pdf",
    workers: int | None = None,
    progress: Progress | None = None,
    **look: Any,
) -> Atlas:
    """Draw an atlas.

    Parameters
    ----------
    frame
        Features in WGS 84 with the columns of the schema.
    path
        A ``.pdf``, or a folder (made when missing).
    city, plans, boundaries
        As for :func:`layers.sheet.draw`.
    by
        One of :data:`GROUPINGS`.
    title
        Title of the atlas; each sheet is called after its part.
    format
        Kind of the files in a folder: ``"pdf"``, ``"png"`` or ``"svg"``.
    workers
        Processes; one for each processor when None; 1 draws in this process.
    progress
        Called with sheets done and sheets in all.
    **look
        See :class:`layers.sheet.Look`.

    Raises
    ------
    CallError
        Nothing is selected or placed; an option is wrong; a file cannot be written.
    """
    style = sheet.Look(**look)
    if by not in GROUPINGS:
        raise CallError("sheet.unknown_grouping", by=by, valid=", ".join(GROUPINGS))
    drawn, _ = sheet.drawable(frame)
    bound = path.suffix.lower() == ".pdf"
    kind = "pdf" if bound else sheet.ending(Path(f"sheet.{format}"))
    lang = style.lang or language.default()
    style = replace(style, lang=lang)
    boundaries = boundaries or Districts.load(city)
    heading = clean(title) or language.text("sheet.title", lang, city=city.name if lang == "zh" else city.en)
    every = list(parts(frame, by, city, plans, lang, boundaries))
    wanted = [p for p in every if sheet.shown(p.frame).any()]
    left_out = tuple(p.name for p in every if not sheet.shown(p.frame).any())
    try:
        if not bound:
            path.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".atlas-", dir=path.parent if bound else path) as inside:
            folder = Path(inside)
            jobs = [
                _Job(part, folder / f"{_file_name(i, part)}.{kind}", city, plans, boundaries, style, heading)
                for i, part in enumerate(wanted, 1)
            ]
            made = _drawn(jobs, workers, progress)
            leaves = [leaf for leaf in made if leaf.pages]
            left_out += tuple(leaf.name for leaf in made if not leaf.pages)
            first = _index(folder / f"00-index.{kind}", leaves, drawn, city, boundaries, heading, style)
            files = [*first, *(p for leaf in leaves for p in leaf.paths)]
            if kind == "pdf":
                _bind(folder / "atlas.pdf", first[0], leaves, heading, lang)
            if bound:
                (folder / "atlas.pdf").replace(path)
                return Atlas(tuple(replace(leaf, paths=(path,)) for leaf in leaves), left_out, (path,))
            finished = [folder / "atlas.pdf", *files] if kind == "pdf" else files
            for file in finished:
                file.replace(path / file.name)
            leaves = [replace(leaf, paths=tuple(path / p.name for p in leaf.paths)) for leaf in leaves]
            return Atlas(tuple(leaves), left_out, tuple(path / p.name for p in finished))
    except CallError as error:
        # A sheet names the file that it was to be for a while; who asked knows only the atlas.
        if error.message == "sheet.unwritable":
            error.values["path"] = str(path)
        raise
    except OSError as error:
        raise CallError("sheet.unwritable", path=str(path), why=error) from error


def parts(
    frame: gpd.GeoDataFrame,
    by: str,
    city: City,
    plans: Sequence[sheet.Source],
    lang: str,
    boundaries: Districts | None = None,
) -> Iterator[Part]:
    """Yield the parts of an atlas in official order; a feature of two districts or plans is in both.

    The features of a district are those that the filter finds (:func:`layers.facets.district`).
    """
    if by == "district":
        found = facets.district(frame, boundaries or Districts.load(city))
        for district in city.districts:
            rows = frame[found.mask([district.short])]
            if len(rows):
                yield Part(district.short, district.name if lang == "zh" else district.en, rows, (district.short,))
        rest = frame[~found.mask(city.order)]
        if len(rest):
            yield Part("", language.text("sheet.no_district", lang), rest)
    elif by == "category":
        for code in CATEGORIES:
            rows = frame[frame["category"] == code]
            if len(rows):
                yield Part(code, schema.value_label("category", code, lang), rows)
    else:
        titles: dict[str, str] = {p.id: p.title for p in plans}
        told = [[m["plan"] for m in mentions] for mentions in frame["mentions"]]
        order: list[str] = [p.id for p in plans] + sorted({i for ids in told for i in ids} - set(titles))
        for plan in order:
            rows = frame[[plan in ids for ids in told]]
            if len(rows):
                yield Part(plan, titles.get(plan, plan), rows)


@dataclass(frozen=True)
class _Job:
    part: Part
    path: Path
    city: City
    plans: Sequence[sheet.Source]
    boundaries: Districts
    style: sheet.Look
    heading: str


def _draw(job: _Job) -> Leaf:
    try:
        drawn = sheet.draw(
            job.part.frame,
            job.path,
            city=job.city,
            title=job.part.name,
            subtitle=job.heading,
            plans=job.plans,
            focus=job.part.focus,
            boundaries=job.boundaries,
            **vars(job.style),
        )
    except CallError as error:
        # Everything of this part lies outside its district.
        if error.message != "sheet.none_inside":
            raise
        return Leaf(job.part.code, job.part.name, 0, 0, ())
    return Leaf(job.part.code, job.part.name, drawn.drawn, len(drawn.pages), drawn.paths, drawn.issues)


def _drawn(jobs: Sequence[_Job], workers: int | None, progress: Progress | None) -> list[Leaf]:
    """Draw all sheets, in processes of their own when that pays; results in the order of the jobs."""
    tell = progress or (lambda _done, _all: None)
    count = min(workers or os.cpu_count() or 1, len(jobs))
    if count < 2:
        leaves = []
        for i, job in enumerate(jobs, 1):
            leaves.append(_draw(job))
            tell(i, len(jobs))
        return leaves
    # Fresh processes: a fork would copy the threads' locks of a server or of numpy.
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
        futures = {pool.submit(_draw, job): i for i, job in enumerate(jobs)}
        found: dict[int, Leaf] = {}
        for done, future in enumerate(as_completed(futures), 1):
            found[futures[future]] = future.result()
            tell(done, len(jobs))
    return [found[i] for i in range(len(jobs))]


def _file_name(number: int, part: Part) -> str:
    """Return a name for the file of a part that every system allows."""
    safe = re.sub(r'[\\/:*?"<>|\s.]+', "-", clean(part.code or part.name)).strip("-")
    return f"{number:02d}-{safe[:60]}"


def _index(
    path: Path,
    leaves: Sequence[Leaf],
    frame: gpd.GeoDataFrame,
    city: City,
    boundaries: Districts,
    heading: str,
    style: sheet.Look,
) -> tuple[Path, ...]:
    entries = []
    page = 2
    bound = path.suffix == ".pdf"
    for leaf in leaves:
        number = int(leaf.paths[0].name.partition("-")[0])
        entries.append(index.Entry(leaf.code, leaf.name, leaf.drawn, page if bound else number))
        page += leaf.pages
    made = index.compose(entries, frame, city=city, boundaries=boundaries, title=heading, look=style, bound=bound)
    return sheet.write((made,), path, dpi=style.dpi, title=heading)


def _bind(path: Path, index: Path, leaves: Sequence[Leaf], heading: str, lang: str) -> None:
    """Join the sheets into one PDF with a bookmark for each."""
    # Loaded here: the command line loads this module for every sheet.
    from pypdf import PdfReader, PdfWriter

    with PdfWriter() as book:
        book.append(PdfReader(index), import_outline=False)
        root = book.add_outline_item(title=heading, page_number=0)
        book.add_outline_item(title=language.text("sheet.index", lang), page_number=0, parent=root)
        for leaf in leaves:
            page = len(book.pages)
            book.append(PdfReader(leaf.paths[0]), import_outline=False)
            book.add_outline_item(title=f"{leaf.name} ({leaf.drawn})", page_number=page, parent=root)
        book.add_metadata({"/Title": heading, "/Creator": "Planmap", "/Producer": "Planmap"})
        book.page_mode = "/UseOutlines"
        book.write(path)
