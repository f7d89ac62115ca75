"""The paper a sheet is printed on: its sizes, boxes on it, and pages measured in millimetres."""

import math
import re
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from errors import CallError
from layers.sheets.lettering import Across, Lettering, Up, Words
from layers.sheets.typeface import MM_PER_INCH

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

_INK = "#1d2329"


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

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share more than an edge."""
        beside = self.right <= other.x or other.right <= self.x
        return not (beside or self.top <= other.y or other.top <= self.y)

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
    words
        All words of the page in the order set, for proofs.
    """

    width: float
    height: float
    figure: Figure = field(init=False)
    axes: Axes = field(init=False)
    words: list[Words] = field(default_factory=list)
    _levels: dict[float, Lettering] = field(default_factory=dict)

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
        ha: Across = "left",
        va: Up = "baseline",
        halo: float = 0.0,
        weight: float = 0.0,
        rotation: float = 0.0,
        zorder: float = 5,
    ) -> None:
        """Set text at a point; see :class:`layers.sheets.lettering.Words`."""
        words = Words(
            role=role, text=text, x=x, y=y, points=points, colour=colour, ha=ha, va=va, halo=halo, weight=weight,
            rotation=rotation,
        )  # fmt: skip
        if zorder not in self._levels:
            self._levels[zorder] = Lettering()
            self._levels[zorder].set_zorder(zorder)
            self.axes.add_artist(self._levels[zorder])
        self._levels[zorder].words.append(words)
        self.words.append(words)
