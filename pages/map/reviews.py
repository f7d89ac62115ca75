"""What a person decides on a feature on the page, and the work that is left."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np

from errors import CallError, PlanmapError
from geo import datum
from geo.place import Placer
from layers import store, style
from layers.build import Layers
from layers.review import Review
from layers.store import Store

DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")
# What a click on a map of a city is good for, in metres.
BY_HAND_M = 200.0
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
    known = found.ids() if version(address) else frozenset()
    if not known >= set(layers.frame["id"]):
        found.save(layers.frame, layers.plans)
    return found


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


def point(text: str, source: str) -> dict[str, Any]:
    """Return the GeoJSON point of pasted coordinates.

    Parameters
    ----------
    text
        Two numbers in degrees, in either order: a latitude of China is always less than its longitude.
    source
        Their datum, one of :data:`DATUMS`.

    Raises
    ------
    CallError
        These are not two numbers, or not degrees in China.

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
    return {"type": "Point", "coordinates": [round(float(x), 6), round(float(y), 6)]}


def clock(moment: str) -> str:
    """Return a moment (ISO 8601, UTC) to the minute, by the clock of this machine; empty for none."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}" if moment else ""


LISTS = ("least", "district", "mine")


def progress(frame: gpd.GeoDataFrame) -> Progress:
    """Return how many features of a frame have been reviewed."""
    return Progress(int((frame["review"] != "unreviewed").sum()), len(frame))


def work_list(frame: gpd.GeoDataFrame, name: str, reviewer: str) -> gpd.GeoDataFrame:
    """Return the features of a work list, in the order of work.

    Parameters
    ----------
    frame
        Reviewed features; for ``district`` those of the district.
    name
        One of :data:`LISTS`: what nobody reviewed, the least sure of its place first (``least``); the same
        in the order of the frame (``district``); what ``reviewer`` did, the latest first (``mine``).
    reviewer
        Whose list it is.
    """
    if name == "mine":
        return frame[frame["reviewer"] == reviewer].sort_values("reviewed_at", ascending=False, kind="stable")
    left = frame[frame["review"] == "unreviewed"]
    if name == "district":
        return left
    rank = {code: k for k, code in enumerate(style.precisions())}
    radius = left["radius_m"].fillna(np.inf).to_numpy()
    return left.iloc[np.lexsort((-radius, -left["precision"].map(rank).to_numpy()))]


def following(ids: Sequence[str], current: str | None) -> str | None:
    """Return the id after the current one, the first when that is not among them, None at the end."""
    if current in ids:
        at = ids.index(current) + 1
        return ids[at] if at < len(ids) else None
    return ids[0] if ids else None
