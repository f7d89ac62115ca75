"""How much of each plan is on the map: counts by plan, district, category or precision."""

from dataclasses import dataclass

import geopandas as gpd


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


def shares(frame: gpd.GeoDataFrame, by: str, order: tuple[str, ...]) -> list[Share]:
    """Return how many features are placed, by one field; a feature of two districts counts in both.

    Parameters
    ----------
    frame
        Features.
    by
        ``"plan"`` (every plan that names a feature), ``"district"``, ``"category"`` or another column.
    order
        Codes in the order wanted; others follow, the empty code last.
    """
    placed = frame.geometry.notna().to_numpy()
    counts: dict[str, list[int]] = {}
    for row, codes in enumerate(_codes(frame, by)):
        for code in codes or ("",):
            entry = counts.setdefault(code, [0, 0])
            entry[0] += int(placed[row])
            entry[1] += 1
    ranked = sorted(counts, key=lambda c: (c == "", order.index(c) if c in order else len(order), c))
    return [Share(code, *counts[code]) for code in ranked]


def _codes(frame: gpd.GeoDataFrame, by: str) -> list[tuple[str, ...]]:
    if by == "plan":
        return [tuple(dict.fromkeys(m["plan"] for m in row)) for row in frame["mentions"]]
    if by == "district":
        return [tuple(row) for row in frame["districts"]]
    return [(str(code),) for code in frame[by]]
