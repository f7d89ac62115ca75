"""What a person decides on a feature on the page, and the work that is left."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from errors import CallError, PlanmapError
from geo import datum
from geo.place import Placer
from layers import store, style
from layers.build import Layers
from layers.facets import Mask
from layers.review import Review
from layers.store import Store
from layers.view import Selection

DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
# What a click on a map of a city is good for, in metres.
BY_HAND_M = 200.0
# So far outside the city's outline a thing of its plans may lie, in metres: lines lead out of it.
OUTSIDE_M = 30_000.0
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Progress:
    """How much of a set of features has been looked at.

    Attributes
    ----------
    done, total
        Numbers of features.
    """

    done: int
    total: int

    @property
    def share(self) -> float:
        """Between 0 and 1."""
        return self.done / self.total if self.total else 1.0


def version(address: str) -> str:
    """Return a text that changes with the store; empty while there is none."""
    return store.open(address).version()


def prepared(address: str, layers: Layers) -> Store:
    """Return the store, with the built features in it.

    Reviews are kept beside the features they are of: a store that lacks them, or holds those of an older build,
    takes over the built ones first. Reviews in it stay.
    """
    found = store.open(address)
    before, build = _seen.get(address, (None, ""))
    if before is not layers or build != found.builds():
        if not found.ids() >= set(layers.frame["id"]):
            found.save(layers.frame, layers.plans)
        _seen[address] = layers, found.builds()
    return found


# By address of a store, the layers it was last found to hold and its build then: ids are not compared for each review.
_seen: dict[str, tuple[Layers, str]] = {}


def together(kept: Store, acts: Sequence[Callable[[Store], object]]) -> list[PlanmapError]:
    """Do several things to a store, each by itself; return why some of them could not be done."""
    faults: list[PlanmapError] = []
    for act in acts:
        try:
            act(kept)
        except PlanmapError as error:
            faults.append(error)
    return faults


def latest(address: str) -> dict[str, Review]:
    """Return the latest review of every feature that has one; none while there is no store."""
    return store.open(address).reviews() if version(address) else {}


def history(address: str, feature: str) -> tuple[Review, ...]:
    """Return all reviews of a feature, the oldest first; none while there is no store."""
    return store.open(address).history(feature) if version(address) else ()


@dataclass(frozen=True)
class Candidate:
    """A place that a feature's name may mean.

    Attributes
    ----------
    label
        Its name, district and source.
    geometry
        GeoJSON point, WGS 84.
    radius_m
        How exact it is.
    """

    label: str
    geometry: dict[str, Any]
    radius_m: float


def candidates(placer: Placer, name: str, most: int) -> list[Candidate]:
    """Return the places that a name may mean, the likeliest first."""
    found = []
    for match in placer.locate(name, most):
        one = match.place
        label = " · ".join(filter(None, (one.name, *one.districts, one.source)))
        geometry = {"type": "Point", "coordinates": [one.lon, one.lat]}
        found.append(Candidate(label, geometry, float(one.radius_m)))
    return found


def decided(
    now: Review, state: str, reviewer: str, *, note: str | None = None, changes: Mapping[str, Any] | None = None
) -> Review:
    """Return a review that follows on another: changes add up, a note is kept unless there is a new one.

    Parameters
    ----------
    now
        The latest review of the feature, or an empty one.
    state, reviewer, note, changes
        As in :class:`layers.review.Review`.
    """
    together = {**now.changes, **(changes or {})}
    return Review(
        feature=now.feature, state=state, reviewer=reviewer, note=now.note if note is None else note, changes=together
    )


def changed(row: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of the given values differs from a feature's."""
    found = {}
    for name, value in given.items():
        old = getattr(row, name)
        if name == "districts":
            if tuple(old) != tuple(value):
                found[name] = list(value)
        elif (old if isinstance(old, str) else None) != value:
            found[name] = value
    return found


def point(text: str, source: str, outline: BaseGeometry | None = None) -> dict[str, Any]:
    """Return the GeoJSON point of pasted coordinates.

    Parameters
    ----------
    text
        Two numbers in degrees, in either order: a latitude of China is always less than its longitude.
    source
        Their datum, one of :data:`DATUMS`.
    outline
        Of the city (WGS 84): what lies more than :data:`OUTSIDE_M` outside is refused.

    Raises
    ------
    CallError
        These are not two numbers, not degrees in China, or far outside the city.

    Examples
    --------
    >>> point("36.675800，117.000900", "wgs84")["coordinates"]
    [117.0009, 36.6758]
    """
    numbers = [float(n) for n in _NUMBER.findall(text)]
    if len(numbers) != 2:
        raise CallError("page.bad_coordinates", value=text)
    lat, lon = sorted(numbers)
    if not (3 <= lat <= 54 and 73 <= lon <= 136):
        raise CallError("page.bad_coordinates", value=text)
    x, y = datum.convert(lon, lat, source, "wgs84")
    if outline is not None:
        near = shapely.shortest_line(outline, shapely.Point(x, y)).coords[0]
        away = float(datum.distance(x, y, *near))
        if away > OUTSIDE_M:
            raise CallError("page.far_coordinates", value=text, km=f"{away / 1000:,.0f}")
    return {"type": "Point", "coordinates": [round(float(x), 6), round(float(y), 6)]}


def clock(moment: str) -> str:
    """Return a moment (ISO 8601, UTC) to the minute, by the clock of this machine; empty for none."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}" if moment else ""


LISTS = ("least", "district", "mine")


def progress(found: Selection) -> Progress:
    """Return how many of some features have been reviewed."""
    return Progress(int(_reviewed(found).sum()), len(found))


def _reviewed(found: Selection) -> Mask:
    return np.asarray(found.whole["review"].to_numpy(dtype=object)[found.rows] != "unreviewed", dtype=bool)


def work_list(found: Selection, name: str, reviewer: str) -> NDArray[np.intp]:
    """Return the rows of a work list, in the order of work.

    Parameters
    ----------
    found
        Of reviewed features; for ``district`` those of the district.
    name
        One of :data:`LISTS`: what nobody reviewed, the least sure of its place first (``least``); the same
        in the order of the frame (``district``); what ``reviewer`` did, the latest first (``mine``).
    reviewer
        Whose list it is.
    """
    if name == "mine":
        rows = found.rows[(found.whole["reviewer"].iloc[found.rows] == reviewer).to_numpy(dtype=bool)]
        latest = found.whole["reviewed_at"].iloc[rows].reset_index(drop=True)
        mine: NDArray[np.intp] = rows[latest.sort_values(ascending=False, kind="stable").index.to_numpy()]
        return mine
    rows = found.rows[~_reviewed(found)]
    if name == "district":
        return rows
    codes = list(style.precisions())
    rank = pd.Categorical(found.whole["precision"].iloc[rows], categories=codes).codes
    radius = found.whole["radius_m"].iloc[rows].fillna(np.inf).to_numpy()
    least: NDArray[np.intp] = rows[np.lexsort((-radius, -rank.astype(int)))]
    return least


def following(rows: NDArray[np.intp], current: int) -> int | None:
    """Return the row after the current one, the first when that is not among them, None at the end."""
    [at] = np.nonzero(rows == current)
    after = int(at[0]) + 1 if len(at) else 0
    return int(rows[after]) if after < len(rows) else None
