"""What a sheet is asked to look like, and what it must be told of the plans behind it."""

import datetime
from dataclasses import dataclass
from typing import Protocol

import language
from errors import CallError
from layers.sheets.paper import size_mm

LABELS = ("auto", "names", "numbers", "none")
LOWEST_DPI, HIGHEST_DPI = 50, 1200


class Source(Protocol):
    """A plan as the source note names it (:class:`projects.plan.Plan` is one)."""

    @property
    def id(self) -> str:
        """Id, as the mentions of features give it."""

    @property
    def title(self) -> str:
        """Title."""

    @property
    def number(self) -> str:
        """Document number, or empty."""

    @property
    def published(self) -> str:
        """Date as ``YYYY`` or ``YYYY-MM-DD``, or empty."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a sheet is to look; the same for every sheet of an atlas.

    Attributes
    ----------
    lang
        ``"zh"`` or ``"en"``; the language of the process when None.
    size, orientation
        See :func:`layers.paper.size_mm`.
    dpi
        Pixels per inch of a PNG.
    grey
        Without colours: categories are told apart by symbol and hatch.
    labels
        ``"names"``, ``"numbers"`` (with a keyed list), ``"none"``, or ``"auto"``: names while there is room for all.
    basemap
        Code of the web tiles under the map (see :func:`layers.basemaps.choices`), or ``"plain"``: districts alone.
    graticule
        Whether meridians and parallels are drawn.
    approval
        Map-approval number (审图号); a blank to fill in when empty.
    maker
        Who made the map; nothing when empty.
    date
        Date of drawing; today when None.
    """

    lang: str | None = None
    size: str | tuple[float, float] = "A4"
    orientation: str = "auto"
    dpi: int = 300
    grey: bool = False
    labels: str = "auto"
    basemap: str = "plain"
    graticule: bool = False
    approval: str = ""
    maker: str = ""
    date: datetime.date | None = None

    def __post_init__(self) -> None:
        if self.labels not in LABELS:
            raise CallError("sheet.unknown_labels", labels=self.labels, valid=", ".join(LABELS))
        if self.lang not in (None, *language.LANGUAGES):
            raise CallError("sheet.unknown_lang", lang=self.lang, valid=", ".join(language.LANGUAGES))
        if not LOWEST_DPI <= self.dpi <= HIGHEST_DPI:
            raise CallError("sheet.bad_dpi", dpi=self.dpi, low=LOWEST_DPI, high=HIGHEST_DPI)
        size_mm(self.size, self.orientation)
