"""Placing features by themselves, in workers of a cluster.

A worker is sent some features and sends back where they lie. It refuses when its code or data are of another edition,
because the result would be, too.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import collector
import edition
from errors import CallError
from geo.corrections import Corrections
from geo.ground import Ground
from geo.place import Placer
from geo.placement import Placement
from projects.feature import Feature

if TYPE_CHECKING:
    from cluster import Cluster

# Features that a worker places at a time.
CHUNK = 2000


def alone(adcode: str, features: Sequence[Feature], cluster: "Cluster") -> list[Placement | None]:
    """Return the placements of the features of a city by themselves, found in a cluster."""
    wanted = edition.placing(adcode)
    chunks = [features[n : n + CHUNK] for n in range(0, len(features), CHUNK)]
    found: list[Placement | None] = []
    for part in cluster.map(place, ((adcode, chunk, wanted) for chunk in chunks), urgent=True):
        if not isinstance(part, list):
            raise CallError("errors.cluster", why="KilledWorker")
        found += part
    return found


def place(adcode: str, features: Sequence[Feature], wanted: str) -> list[Placement | None]:
    """Return the placements of features by themselves; see :meth:`geo.place.Placer.alone`.

    Parameters
    ----------
    adcode
        Code of the city; its gazetteer is loaded once in a process.
    features
        Of the city.
    wanted
        The edition (:func:`edition.placing`) of who asks.

    Raises
    ------
    CallError
        There is another edition here.
    """
    collector.rest()
    found = edition.placing(adcode)
    edition.check(found, wanted)
    return _placer(adcode, found).alone(features)


@lru_cache(maxsize=1)
def _placer(adcode: str, _edition: str) -> Placer:
    # The services on the internet come after what needs no others.
    return Placer(Ground.load(adcode), Corrections.load(adcode))
