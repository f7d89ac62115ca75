"""A placement: where a feature lies, how that was found, and how surely."""

from collections.abc import Iterable
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

METHODS = ("correction", "gazetteer", "alias", "head", "extent", "members", "part_of", "town", "district", "online")
PRECISIONS = ("exact", "near", "part", "district", "city", "unplaced")
REASONS = ("no_place", "ambiguous", "contradicts", "ends", "outside")

# The bounds of the precision words, in metres.
EXACT_M, NEAR_M, PART_M = 500.0, 2000.0, 10_000.0


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where a feature lies, and how surely.

    Attributes
    ----------
    geometry
        WGS 84, longitude first; None when not placed.
    method
        How it was found: one of :data:`METHODS` (``"online:<service>"`` for services); empty when not placed.
    precision
        One of :data:`PRECISIONS`.
    radius_m
        The thing lies within this distance of the geometry in at least 9 of 10 cases; None when not placed.
    source, licence
        Where the coordinates come from.
    reason
        Why it is not placed: one of :data:`REASONS`; empty when placed.
    """

    geometry: BaseGeometry | None
    method: str
    precision: str
    radius_m: float | None
    source: str
    licence: str
    reason: str = ""


def precision(radius_m: float, basis: str = "data") -> str:
    """Return the precision word for a radius in metres and what the position rests on.

    General knowledge is never better than ``part``, what is inferred from a neighbour never better than ``near``.

    Examples
    --------
    >>> precision(300), precision(300, "neighbour"), precision(300, "knowledge"), precision(20_000)
    ('exact', 'near', 'part', 'district')
    """
    if radius_m <= EXACT_M and basis in ("data", "point"):
        return "exact"
    if radius_m <= NEAR_M and basis != "knowledge":
        return "near"
    return "part" if radius_m <= PART_M else "district"


def together(told: Iterable[str]) -> str:
    """Return the sources or the licences of several places as one text, each of them once.

    Examples
    --------
    >>> together(["OpenStreetMap; editor", "editor"])
    'OpenStreetMap; editor'
    """
    return "; ".join(dict.fromkeys(part for text in told for part in text.split("; ")))


def unplaced(reason: str) -> Placement:
    """Return the placement of what is not placed, with its reason (one of :data:`REASONS`)."""
    return Placement(
        geometry=None, method="", precision="unplaced", radius_m=None, source="", licence="", reason=reason
    )
