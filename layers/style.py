"""Colours, symbols and looks by category and precision: one source for map, sheet and files.

``data/style.csv`` says how a category looks, ``data/sureness.csv`` how sure a place looks. The 15 colours stand
at least 16 (CIELAB) apart for normal sight and for people who cannot tell red from green, and 3:1 off white; the
symbols and hatches tell the categories apart without any colour.
"""

import csv
from dataclasses import dataclass
from functools import cache

from settings import HOME

MARKS = ("solid", "ring", "faint", "hollow", "ghost")
LINES = ("solid", "dashed", "dotted")


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a category looks.

    Attributes
    ----------
    category
        Its code.
    colour
        ``#rrggbb``.
    symbol
        Name of the symbol of a point.
    marker
        The symbol as a marker of matplotlib.
    qgis, angle
        The symbol as a simple marker of QGIS, and its rotation in degrees, clockwise.
    hatch
        Hatch of an area in matplotlib's letters, for print without colour.
    svg
        The symbol as path data in a box from -10 to 10 (y downwards).
    """

    category: str
    colour: str
    symbol: str
    marker: str
    qgis: str
    angle: float
    hatch: str
    svg: str


@dataclass(frozen=True, kw_only=True)
class Sureness:
    """How a precision looks.

    Attributes
    ----------
    precision
        Its code.
    mark
        Of a point: ``"solid"``, ``"ring"`` (an outline), ``"faint"`` (a broken outline, its radius drawn around
        it), ``"hollow"`` (a fine outline, nothing in it: somewhere in a district), or ``"ghost"`` (fainter still:
        somewhere in the city).
    line
        Of an outline or line: ``"solid"``, ``"dashed"``, ``"dotted"``.
    fill
        Opacity of the filling, 0 to 1.
    dash
        The line as an SVG dash array in pixels; empty when solid.
    """

    precision: str
    mark: str
    line: str
    fill: float
    dash: str


def _rows(name: str) -> list[dict[str, str]]:
    with (HOME / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def categories() -> dict[str, Look]:
    """Return the look of every category, by code."""
    rows = (Look(**{**row, "angle": float(row["angle"])}) for row in _rows("style.csv"))  # type: ignore[arg-type]
    return {look.category: look for look in rows}


@cache
def precisions() -> dict[str, Sureness]:
    """Return the look of every precision, by code, the surest first."""
    rows = (Sureness(**{**row, "fill": float(row["fill"])}) for row in _rows("sureness.csv"))  # type: ignore[arg-type]
    return {s.precision: s for s in rows}


def of_category(category: str) -> Look:
    """Return the look of a category.

    Raises
    ------
    KeyError
        No such category.

    Examples
    --------
    >>> of_category("water").symbol
    'triangle_down'
    """
    return categories()[category]


def of_precision(precision: str) -> Sureness:
    """Return the look of a precision.

    Raises
    ------
    KeyError
        No such precision.
    """
    return precisions()[precision]
