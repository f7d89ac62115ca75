"""Features by the values of their fields, made once, so that filters and counts over 100,000 of them answer at once."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.districts import Districts

Mask = NDArray[np.bool_]

# What stands for "not told" among the districts and statuses chosen.
UNTOLD = ""
# A line or area lies in each district that holds this share of it at least.
SHARE = 0.1


@dataclass(frozen=True)
class Facet:
    """One field of many features, each with any number of its values.

    Attributes
    ----------
    codes
        The values that occur, in the order met.
    rows, numbers
        Row of a feature and number of a value in ``codes``, an entry for each pair.
    length
        Number of features.
    """

    codes: tuple[str, ...]
    rows: NDArray[np.intp]
    numbers: NDArray[np.intp]
    length: int

    @classmethod
    def of(cls, values: Iterable[Collection[str]]) -> "Facet":
        """Return the facet of the values of each feature.

        Examples
        --------
        >>> facet = Facet.of([("a", "b"), ("b",)])
        >>> facet.tally(facet.mask(["a"]))
        {'a': 1, 'b': 1}
        """
        known: dict[str, int] = {}
        rows: list[int] = []
        numbers: list[int] = []
        length = 0
        for row, some in enumerate(values):
            length = row + 1
            for value in some:
                rows.append(row)
                numbers.append(known.setdefault(value, len(known)))
        return cls(tuple(known), np.array(rows, dtype=np.intp), np.array(numbers, dtype=np.intp), length)

    @classmethod
    def single(cls, values: Sequence[str]) -> "Facet":
        """Return the facet of features that have one value each."""
        numbers, codes = pd.factorize(np.asarray(values, dtype=object))
        return cls(tuple(codes.tolist()), np.arange(len(numbers)), numbers.astype(np.intp), len(numbers))

    def changed(self, rows: NDArray[np.intp], of: "Facet") -> "Facet":
        """Return the facet with other values for some features, those that a facet of these features alone tells."""
        known = {code: k for k, code in enumerate(self.codes)}
        numbers = np.array([known.setdefault(code, len(known)) for code in of.codes], dtype=np.intp)
        stays = ~np.isin(self.rows, rows)
        return Facet(
            tuple(known),
            np.concatenate([self.rows[stays], rows[of.rows]]),
            np.concatenate([self.numbers[stays], numbers[of.numbers]]),
            self.length,
        )

    def mask(self, chosen: Collection[str]) -> Mask:
        """Return which features have one of some values."""
        wanted = np.array([code in chosen for code in self.codes], dtype=bool)
        found = np.zeros(self.length, dtype=bool)
        if len(wanted):
            found[self.rows[wanted[self.numbers]]] = True
        return found

    def tally(self, among: Mask) -> dict[str, int]:
        """Return how many of some features have each value."""
        counts = np.bincount(self.numbers[among[self.rows]], minlength=len(self.codes))
        return dict(zip(self.codes, counts.tolist(), strict=True))


def field(frame: gpd.GeoDataFrame, name: str, by_place: Sequence[Sequence[str]] = ()) -> Facet:
    """Return a facet of features.

    Parameters
    ----------
    frame
        Features as :func:`layers.build.frame` makes them, with or without the columns of a review.
    name
        ``district``, ``plan`` (every plan that names a feature) or a column of codes.
    by_place
        From :func:`by_place`: of features without a told district, those they lie in count as theirs.
    """
    if name == "district":
        near: Iterable[Sequence[str]] = by_place or [()] * len(frame)
        return Facet.of((*told, *lying) or (UNTOLD,) for told, lying in zip(frame["districts"], near, strict=True))
    if name == "plan":
        return Facet.of({m["plan"]: None for m in mentions} for mentions in frame["mentions"])
    return Facet.single(_column(frame, name))


def _column(frame: gpd.GeoDataFrame, name: str) -> list[str]:
    if name == "review" and name not in frame:
        return ["unreviewed"] * len(frame)
    column: pd.Series = frame[name].astype(object)
    return column.where(column.notna(), UNTOLD).tolist()


def district(frame: gpd.GeoDataFrame, districts: Districts) -> Facet:
    """Return the facet of the districts of features, told or by place: those that the filter finds them in."""
    return field(frame, "district", by_place(frame, districts))


def by_place(frame: gpd.GeoDataFrame, districts: Districts) -> list[tuple[str, ...]]:
    """Return the districts that features lie in, of those only for which the plans tell none.

    A functional zone has no boundary of its own: what is told to lie in one is also looked for in the district
    around it. A place known to the city only says nothing of a district.

    Parameters
    ----------
    frame
        Features (WGS 84).
    districts
        The boundaries.

    Returns
    -------
    list of tuple
        For each feature short names in official order: that of a point, those of a line or area that hold
        at least a tenth of it; empty where a plan tells the district, or nothing is known.
    """
    shorts = list(districts.frame["short"])
    bounded = set(shorts)
    shapes = frame.geometry.to_numpy()
    open_ = np.fromiter((bounded.isdisjoint(told) for told in frame["districts"]), bool, len(frame))
    open_ &= ~(shapely.is_missing(shapes) | shapely.is_empty(shapes)) & (frame["precision"] != "city").to_numpy()
    found: list[tuple[str, ...]] = [()] * len(frame)
    asked = np.flatnonzero(open_)
    for place, district in _lying(shapes[asked], districts.frame.geometry.to_numpy()):
        row = int(asked[place])
        found[row] = (*found[row], shorts[district])
    return found


def _lying(shapes: NDArray[np.object_], areas: NDArray[np.object_]) -> Iterator[tuple[int, int]]:
    """Yield pairs of a shape and an area that holds enough of it, by number."""
    shapely.prepare(areas)
    near = shapely.STRtree(areas).query(shapes)
    # Asked this way around, because the areas are prepared and the tree would only prepare the shapes.
    pairs = near[:, shapely.intersects(areas[near[1]], shapes[near[0]])]
    place, area = pairs[:, np.lexsort((pairs[1], pairs[0]))]
    of = shapes[place]
    dimension = shapely.get_dimensions(of)
    shared = np.ones(len(of))
    # What lies in one district as a whole, by far the most, needs no measuring.
    parted = ~shapely.covers(areas[area], of)
    for wanted, measure in ((1, shapely.length), (2, shapely.area)):
        these = (dimension == wanted) & parted
        inside = measure(shapely.intersection(of[these], areas[area[these]]))
        shared[these] = inside / np.maximum(measure(of[these]), 1e-12)
    # A point on a boundary lies in the first of its districts.
    first = np.r_[True, place[1:] != place[:-1]]
    keep = np.where(dimension == 0, first, shared >= SHARE)
    yield from zip(place[keep].tolist(), area[keep].tolist(), strict=True)
