"""The paper a sheet is printed on: its sizes, its fonts, and text measured and set in millimetres."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pylopdf_fonts_zh_cn as fonts
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from errors import CallError

SIZES = {
    "A2": (594.0, 420.0),
    "A3": (420.0, 297.0),
    "A4": (297.0, 210.0),
    "A5": (210.0, 148.0),
    "16:9": (338.67, 190.5),
    "4:3": (254.0, 190.5),
}
ORIENTATIONS = ("auto", "landscape", "portrait")
SMALLEST_MM, LARGEST_MM = 100.0, 1200.0

# From line to line of a label, in heights of the font.
LEADING = 1.12
MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
# What printers call a turned type: it stands for a character that the font does not have.
MISSING = "〓"
_INK = "#1d2329"
_BREAK_AFTER = "，。、；：）》”’】！？,;:)]/-—·"
_NO_LINE_START = "，。、；：）》〕〉”’】」』！？,.;:)]%％°"
_NO_LINE_END = "（《〔〈“‘【「『(["


def size_mm(size: str | tuple[float, float], orientation: str = "auto", *, wide: bool = True) -> tuple[float, float]:
    """Return width and height of a sheet in millimetres.

    Parameters
    ----------
    size
        One of :data:`SIZES`, ``"WIDTHxHEIGHT"`` in millimetres, or the two numbers.
    orientation
        One of :data:`ORIENTATIONS`. A size in numbers is taken as it stands under ``"auto"``.
    wide
        What ``"auto"`` means for a named paper size: landscape when true.

    Raises
    ------
    CallError
        The size or orientation does not exist, or is too small or too large for a sheet.

    Examples
    --------
    >>> size_mm("A4", "portrait"), size_mm("200x120")
    ((210.0, 297.0), (200.0, 120.0))
    """
    if orientation not in ORIENTATIONS:
        raise CallError("sheet.unknown_orientation", orientation=orientation, valid=", ".join(ORIENTATIONS))
    named = isinstance(size, str) and size.strip().upper() in SIZES
    if isinstance(size, str) and named:
        width, height = SIZES[size.strip().upper()]
        # A slide lies; paper turns with what is on it.
        turns = size.strip().upper().startswith("A")
        if orientation == "portrait" or (orientation == "auto" and turns and not wide):
            width, height = height, width
        return width, height
    numbers = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*[x×*]\s*(\d+(?:\.\d+)?)\s*", size) if isinstance(size, str) else None
    try:
        width, height = (float(v) for v in (numbers.groups() if numbers else size))
    except ValueError:
        raise CallError("sheet.unknown_size", size=size, valid=", ".join(SIZES)) from None
    if not (min(width, height) >= SMALLEST_MM and max(width, height) <= LARGEST_MM):
        raise CallError("sheet.size_out_of_range", size=size, low=SMALLEST_MM, high=LARGEST_MM)
    if (orientation == "landscape" and width < height) or (orientation == "portrait" and width > height):
        width, height = height, width
    return width, height


@cache
def font() -> FontProperties:
    """Return the packaged Chinese font (Noto Sans SC, OFL): no font of the system is used."""
    return FontProperties(fname=str(fonts.sans_path()))


@cache
def _face() -> FT2Font:
    face = FT2Font(str(fonts.sans_path()))
    face.set_size(100, 72)
    return face


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(_face().get_charmap())


@cache
def _advance(character: str) -> float:
    return float(_face().load_char(ord(character)).linearHoriAdvance) / 65536 / 100


def clean(text: object) -> str:
    r"""Return text that the font can show: one line, no control characters, ``〓`` for a missing glyph.

    Examples
    --------
    >>> clean("大明湖\n片区\U000F0000")
    '大明湖 片区〓'
    """
    line = " ".join(unicodedata.normalize("NFC", str(text)).split())
    kept = (c for c in line if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Mn"))
    return "".join(c if ord(c) in _glyphs() else MISSING for c in kept)


def text_width(text: str, points: float) -> float:
    """Return the width of one line in millimetres at a size in points."""
    return sum(_advance(c) for c in text) * points * MM_PER_POINT


def wrap(text: str, points: float, width: float) -> list[str]:
    """Break a line of Chinese, English or both so that each part is at most ``width`` millimetres wide.

    Words of Latin letters stay whole where they fit; no line begins with a closing mark or ends with an
    opening one.
    """
    lines: list[str] = []
    line: list[str] = []
    for piece in re.findall(r"[0-9A-Za-z’'.%&+#@~_\-]+\s*|.", text):
        for part in [piece] if text_width(piece.rstrip(), points) <= width else list(piece):
            if line and text_width("".join((*line, part)).rstrip(), points) > width:
                cut = _break(line, part)
                lines.append("".join(line[:cut]).rstrip())
                line = [p for p in (*line[cut:], part) if p.strip()]
            else:
                line.append(part)
    if "".join(line).strip():
        lines.append("".join(line).rstrip())
    return lines or [""]


def _break(line: Sequence[str], part: str) -> int:
    """Return after how many parts to end a line that is full, given what comes next."""
    cut, parts = len(line), (*line, part)
    while cut > 1 and (parts[cut][0] in _NO_LINE_START or parts[cut - 1][-1] in _NO_LINE_END):
        cut -= 1
    return cut


def fit(text: str, width: float, sizes: Sequence[float], lines: int) -> tuple[float, list[str]]:
    """Return the largest of ``sizes`` (points, falling) at which ``text`` needs at most ``lines`` lines, and these.

    When even the smallest is too large, the last line ends in an ellipsis.
    """
    for points in sizes:
        if len(found := wrap(text, points, width)) <= lines:
            return points, found
    kept = found[:lines]
    kept[-1] = shorten(kept[-1] + found[lines], sizes[-1], width)
    return sizes[-1], kept


def shorten(text: str, points: float, width: float) -> str:
    """Return ``text``, cut with an ellipsis when it is wider than ``width`` millimetres."""
    if text_width(text, points) <= width:
        return text
    while text and text_width(text + "…", points) > width:
        text = text[:-1]
    return text.rstrip(_BREAK_AFTER + " ") + "…"


@dataclass(frozen=True)
class Box:
    """A rectangle on the paper in millimetres, from the lower left corner of the sheet."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """Upper edge."""
        return self.y + self.height

    def inset(self, margin: float) -> "Box":
        """Return the box made smaller on each side."""
        return Box(self.x + margin, self.y + margin, self.width - 2 * margin, self.height - 2 * margin)


@dataclass
class Page:
    """One page: a figure with axes that measure it in millimetres.

    Attributes
    ----------
    width, height
        Millimetres.
    unit
        How much larger than on A4 things are drawn: 1.0 on A4.
    texts
        Every text set on the page with its role (``"title"``, ``"label"``, …), for proofs.
    """

    width: float
    height: float
    figure: Figure = field(init=False)
    axes: Axes = field(init=False)
    texts: list[tuple[str, Text]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.figure = Figure(figsize=(self.width / MM_PER_INCH, self.height / MM_PER_INCH), facecolor="white")
        self.axes = self.figure.add_axes((0, 0, 1, 1), zorder=10)
        self.axes.set_xlim(0, self.width)
        self.axes.set_ylim(0, self.height)
        self.axes.set_axis_off()

    @property
    def unit(self) -> float:
        """Scale of type and symbols against A4."""
        return min(max(math.sqrt(self.width * self.height / (297 * 210)), 0.72), 1.6)

    def map_axes(self, box: Box, zorder: float = 1) -> Axes:
        """Return new axes without ticks that fill a box."""
        place = (box.x / self.width, box.y / self.height, box.width / self.width, box.height / self.height)
        axes = self.figure.add_axes(place, zorder=zorder)
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_visible(False)
        return axes

    def write(
        self,
        x: float,
        y: float,
        text: str,
        points: float,
        *,
        role: str = "note",
        colour: str = _INK,
        ha: str = "left",
        va: str = "baseline",
        halo: float = 0.0,
        weight: float = 0.0,
        rotation: float = 0.0,
        zorder: float = 5,
    ) -> Text:
        """Set text at a point (millimetres).

        Parameters
        ----------
        points
            Size of type, in points, as printed.
        role
            What the text is, kept in ``texts``.
        halo
            Width of a white edge in points, drawn apart so that the text itself stays text in a PDF.
        weight
            Extra stroke in points: the package has no bold cut.
        """
        look: Any = {"fontproperties": font(), "fontsize": points, "ha": ha, "va": va, "parse_math": False}
        turn: Any = {"rotation": rotation, "rotation_mode": "anchor", "linespacing": LEADING}
        if halo:
            edge = self.axes.text(x, y, text, color="white", zorder=zorder - 0.1, **look, **turn)
            edge.set_path_effects([withStroke(linewidth=2 * halo, foreground="white")])
        drawn = self.axes.text(x, y, text, color=colour, zorder=zorder, **look, **turn)
        if weight:
            drawn.set_path_effects([withStroke(linewidth=weight, foreground=colour)])
        self.texts.append((role, drawn))
        return drawn
