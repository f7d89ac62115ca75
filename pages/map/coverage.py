"""How much of each plan is on the map: counts by plan, district, category or precision."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from layers import facets


@dataclass(frozen=True)
class Share:
    """One bar: how many features of a code are placed.

    Attributes
    ----------
    code
        Of the plan, district, category or precision; empty for features of no district.
    placed, total
        Numbers of features.
    """

    code: str
    placed: int
    total: int


def shares(
    frame: gpd.GeoDataFrame, by: str, order: tuple[str, ...], by_place: Sequence[Sequence[str]] = ()
) -> list[Share]:
    """Return how many features are placed, by one field; a feature of two districts counts in both.

    Parameters
    ----------
    frame
        Features.
    by
        ``"plan"`` (every plan that names a feature), ``"district"``, ``"category"`` or another column.
    order
        Codes in the order wanted; others follow, the empty code last.
    by_place
        For each feature the districts that it lies in where no plan tells one.
    """
    facet = facets.field(frame, by, by_place)
    placed = frame.geometry.notna().to_numpy()
    total, on_map = facet.tally(np.ones(len(frame), dtype=bool)), facet.tally(placed)
    ranked = sorted(total, key=lambda c: (c == "", order.index(c) if c in order else len(order), c))
    return [Share(code, on_map[code], total[code]) for code in ranked]
