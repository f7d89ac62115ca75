"""One map sheet, fit for a report: PNG, SVG or PDF with title, legend, scale bar, north arrow and sources.

    sheet = draw(frame, Path("out.png"), city=city.load("370100"), title="…", lang="zh", size="A4")

``frame`` is what :func:`layers.build.read` gives, cut by :func:`layers.view.select`; ``focus`` the districts of the
filter, so that the sheet shows them whole.
"""

import contextlib
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

import language
import whole
from city import City
from errors import CallError
from geo.districts import Districts
from layers import review
from layers.sheets.composition import LOCK, TYPE, Composer, Sheet
from layers.sheets.look import LABELS, Look, Source
from layers.sheets.paper import ORIENTATIONS, SIZES, Page
from layers.sheets.typeface import MM_PER_INCH

__all__ = [
    "FORMATS",
    "LABELS",
    "ORIENTATIONS",
    "SIZES",
    "Look",
    "Preview",
    "Sheet",
    "Source",
    "compose",
    "draw",
    "drawable",
    "ending",
    "preview",
    "shown",
    "write",
]

FORMATS = ("png", "svg", "pdf")
# The salt makes the names inside an SVG the same in every run; type 3 fonts keep the text of a PDF searchable.
_DETERMINED: Any = {"svg.hashsalt": "planmap", "svg.fonttype": "path", "pdf.fonttype": 3, **TYPE}


Window = tuple[float, float, float, float]


def draw(
    frame: gpd.GeoDataFrame,
    path: Path,
    *,
    city: City,
    title: str = "",
    subtitle: str = "",
    plans: Sequence[Source] = (),
    focus: Sequence[str] = (),
    window: Window | None = None,
    boundaries: Districts | None = None,
    **look: Any,
) -> Sheet:
    """Draw one sheet and write it.

    Parameters
    ----------
    frame
        Features in WGS 84 with the columns of the schema. Those without geometry and those that a person rejected
        are not drawn, and counted in the note.
    path
        Ends in one of :data:`FORMATS`. A keyed list that does not fit beside the map follows as further pages: in the
        PDF itself, else in ``name-2.png`` and so on.
    city
        The city.
    title, subtitle
        Headline; "Planned places of …" when empty. Long ones are wrapped and set smaller.
    plans
        The plans behind the features; those that no feature mentions are left out of the source note.
    focus
        Names of districts: the sheet shows these whole and marks them, whatever the features span.
    window
        West, south, east, north in degrees: the sheet shows this part, whatever the features span, and marks the
        districts of ``focus`` in it. For the sheet of what somebody sees on a screen.
    boundaries
        District boundaries, when not those of the city's settings.
    **look
        See :class:`Look`.

    Returns
    -------
    Sheet
        What is on it, with the files written.

    Raises
    ------
    CallError
        Nothing is left to draw (:func:`drawable`); an option or path is wrong; the file cannot be written.
    """
    ending(path)
    wanted = Look(**look)
    sheet = compose(
        frame,
        city=city,
        title=title,
        subtitle=subtitle,
        plans=plans,
        focus=focus,
        window=window,
        boundaries=boundaries,
        look=wanted,
    )
    return replace(sheet, paths=write(sheet.pages, path, dpi=wanted.dpi, title=sheet.title))


@dataclass(frozen=True)
class Preview:
    """A small picture of the first page of a sheet.

    Attributes
    ----------
    png
        The picture.
    sheet
        What is on the sheet: counts, further pages, issues.
    """

    png: bytes
    sheet: Sheet


def preview(frame: gpd.GeoDataFrame, *, pixels: int = 1100, **wanted: Any) -> Preview:
    """Return what a sheet will look like, in less than a second for some hundred features.

    Parameters
    ----------
    frame
        As for :func:`draw`.
    pixels
        Width of the picture, 200 to 4000, about; ``dpi`` has no meaning here.
    **wanted
        Everything else :func:`draw` takes but the path.

    Raises
    ------
    CallError
        As :func:`draw`.
    """
    known = {f.name for f in fields(Look)} - {"dpi"}
    look = Look(**{name: wanted.pop(name) for name in known & set(wanted)})
    made = compose(frame, look=look, **wanted)
    page = made.pages[0]
    found = BytesIO()
    with LOCK, mpl.rc_context(_DETERMINED):
        # Whole: FreeType sets type at whole resolutions only.
        dpi = round(min(max(pixels, 200), 4000) / page.width * MM_PER_INCH)
        picture(page, dpi).convert("RGB").save(found, "png", compress_level=1)
    return Preview(found.getvalue(), made)


def ending(path: Path) -> str:
    """Return the format of a path (``"png"``, ``"svg"`` or ``"pdf"``).

    Raises
    ------
    CallError
        It is none of :data:`FORMATS`.
    """
    found = path.suffix.lower().lstrip(".")
    if found not in FORMATS:
        raise CallError("sheet.unknown_format", path=str(path), valid=", ".join(f".{f}" for f in FORMATS))
    return found


def compose(
    frame: gpd.GeoDataFrame,
    *,
    city: City,
    title: str = "",
    subtitle: str = "",
    plans: Sequence[Source] = (),
    focus: Sequence[str] = (),
    window: Window | None = None,
    boundaries: Districts | None = None,
    look: Look | None = None,
) -> Sheet:
    """Draw one sheet without writing it; see :func:`draw`."""
    look = look or Look()
    placed, rejected = drawable(frame)
    if window and not (-180 <= window[0] < window[2] <= 180 and -90 < window[1] < window[3] < 90):
        raise CallError("layers.bad_bbox", value=",".join(f"{v:g}" for v in window))
    chosen = _chosen(city, focus)
    lang = look.lang or language.default()
    with LOCK, mpl.rc_context(TYPE):
        maker = Composer(
            placed, len(frame) - len(placed) - rejected, rejected,
            city, boundaries or Districts.load(city), chosen, window, look, lang,
        )  # fmt: skip
        return maker.make(title, subtitle, plans)


def drawable(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Return the features that a sheet shows, and how many it leaves out because a person rejected them.

    Raises
    ------
    CallError
        Nothing is selected, all of it was rejected, or nothing of it has a position.
    """
    if not len(frame):
        raise CallError("sheet.empty")
    rejected = int(review.rejected(frame).sum())
    if rejected == len(frame):
        raise CallError("sheet.all_rejected", n=rejected)
    placed = frame[shown(frame)].reset_index(drop=True)
    if not len(placed):
        raise CallError("sheet.none_placed", n=len(frame) - rejected)
    return placed, rejected


def shown(frame: gpd.GeoDataFrame) -> "pd.Series[bool]":
    """Return which of some features a sheet shows: those with a position that no person rejected."""
    missing = review.rejected(frame) | frame.geometry.isna() | frame.geometry.is_empty
    return pd.Series(~missing.to_numpy(dtype=bool), frame.index)


def _chosen(city: City, focus: Sequence[str]) -> tuple[str, ...]:
    found = []
    for name in focus:
        district = city.district(name)
        if district is None:
            raise CallError("sheet.unknown_district", city=city.name, name=name, valid=", ".join(city.order))
        found.append(district.short)
    return tuple(found)


def write(pages: Sequence[Page], path: Path, *, dpi: int = 300, title: str = "") -> tuple[Path, ...]:
    """Write pages: into one PDF, or as ``name.png``, ``name-2.png`` and so on; each file whole or not at all.

    Raises
    ------
    CallError
        The path cannot be written.
    """
    kind = ending(path)
    paths = (path,) if kind == "pdf" else tuple(_numbered(path, i) for i in range(len(pages)))
    try:
        with contextlib.ExitStack() as stack, LOCK, mpl.rc_context(_DETERMINED):
            parts = [stack.enter_context(whole.writing(path)) for path in paths]
            if kind == "pdf":
                # Loaded here: it takes a fifth of a second, and few sheets are PDF.
                from matplotlib.backends.backend_pdf import PdfPages

                known: Any = {"Title": title, "Creator": "Planmap", "Producer": None, "CreationDate": None}
                # In memory: what cannot be written later leaves no file half open.
                book = BytesIO()
                with PdfPages(book, metadata=known) as pdf:
                    for page in pages:
                        pdf.savefig(page.figure)
                parts[0].write_bytes(book.getbuffer())
            elif kind == "svg":
                for page, part in zip(pages, parts, strict=True):
                    page.figure.savefig(
                        part, format=kind, dpi=dpi, metadata={"Date": None, "Title": title, "Creator": "Planmap"}
                    )
            else:
                _paint(pages, parts, dpi)
    except OSError as error:
        raise CallError("sheet.unwritable", path=str(path), why=error) from error
    return paths


def _paint(pages: Sequence[Page], parts: Sequence[Path], dpi: int) -> None:
    """Write pictures, packing each while the next is drawn."""
    with ThreadPoolExecutor(1) as pool:
        packing: Future[None] | None = None
        for page, part in zip(pages, parts, strict=True):
            drawn = picture(page, dpi)
            if packing:
                packing.result()
            packing = pool.submit(_pack, drawn, part, dpi)
        if packing:
            packing.result()


def picture(page: Page, dpi: int) -> Image.Image:
    """Return a page as a picture of so many pixels to the inch."""
    before = page.figure.dpi
    page.figure.set_dpi(dpi)
    canvas: Any = FigureCanvasAgg(page.figure)
    canvas.draw()
    page.figure.set_dpi(before)
    return Image.fromarray(np.asarray(canvas.buffer_rgba()))


def _pack(drawn: Image.Image, part: Path, dpi: int) -> None:
    # A sheet is mostly white: level 3 takes half the time for a tenth more bytes.
    drawn.convert("RGB").save(part, "png", dpi=(dpi, dpi), compress_level=3)


def _numbered(path: Path, index: int) -> Path:
    return path if index == 0 else path.with_name(f"{path.stem}-{index + 1}{path.suffix}")
