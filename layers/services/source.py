"""What a service offers: the layers of a city as reviewed, read anew whenever they change, and its collections."""

import threading
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

import city
from city import City
from layers import build, schema, snapshot
from layers import store as stores
from layers.formats.job import FAMILIES
from layers.view import Index

WHOLE = "all"
UNPLACED = "unplaced"


@dataclass(frozen=True)
class Collection:
    """A part of the layers that clients show as one layer, with one type of geometry but for the whole.

    Attributes
    ----------
    name
        ``"all"``, ``"unplaced"``, a family of geometries (``"line"``), or category and family (``"transport_line"``).
    category, family
        What it holds; empty for any.
    """

    name: str
    category: str = ""
    family: str = ""

    def mask(self, frame: gpd.GeoDataFrame) -> NDArray[np.bool_]:
        """Return which features belong to it."""
        chosen = np.ones(len(frame), dtype=bool)
        if self.category:
            chosen &= (frame["category"] == self.category).to_numpy()
        if self.family:
            types = (-1,) if self.family == UNPLACED else FAMILIES[self.family]
            chosen &= np.isin(shapely.get_type_id(frame.geometry.to_numpy()), types)
        return chosen


def collection(name: str) -> Collection:
    """Return the collection with a name of those that :func:`collections` gives."""
    if name == WHOLE:
        return Collection(name)
    category, _, family = name.rpartition("_")
    return Collection(name, category, family)


def collections(frame: gpd.GeoDataFrame) -> list[Collection]:
    """Return the collections of a frame: the whole, by geometry, by category and geometry, as far as they occur."""
    families = (*FAMILIES, UNPLACED)
    names = [WHOLE, *families]
    names += [f"{category}_{family}" for category in schema.values("category") for family in FAMILIES]
    found = [collection(name) for name in names]
    return [c for c in found if c.name == WHOLE or c.mask(frame).any()]


@dataclass
class Source:
    """Layers of a city beside the reviews of its store.

    Attributes
    ----------
    folder
        Folder of the built layers.
    address
        Address of the store; it need not be there yet.
    town
        The city.
    """

    folder: Path
    address: str
    town: City
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _version: tuple[int, str] | None = None
    _index: Index | None = None

    def index(self) -> Index:
        """Return the features as reviewed, ready to be filtered.

        Raises
        ------
        CallError, DataError
            There are no layers, or layers or store are damaged.
        """
        index = self.folder / build.INDEX
        store = stores.open(self.address)
        version = (index.stat().st_mtime_ns if index.is_file() else 0, store.version())
        with self._lock:
            if self._index is None or version != self._version:
                reviews = store.reviews() if version[1] else {}
                _, self._index = snapshot.indexed(self.folder, self.town, reviews)
                self._version = version
            return self._index


@cache
def of(folder: str, address: str, adcode: str) -> Source:
    """Return the one source of a folder, a store and a city in this process."""
    return Source(Path(folder), address, city.load(adcode))
