"""What the page shows: the built layers of a city, made ready once for every session."""

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd

import city
import settings
from city import City
from geo.districts import Districts
from layers import build, review, schema, store, webmap
from layers.build import Layers
from layers.facets import UNTOLD
from layers.view import Index
from pages.map import address, facts, readings, reviews
from pages.map.readings import Files, Readings
from projects import plan
from projects.plan import Document


@dataclass(frozen=True, eq=False)
class Source:
    """A set of layers and what the page needs of it.

    Attributes
    ----------
    layers
        The layers.
    town
        The city.
    stamp
        Changes when the layers do.
    documents
        By plan id, those at hand from elsewhere than the folder of plan files.
    """

    layers: Layers
    town: City
    stamp: str
    documents: Mapping[str, Document] = field(default_factory=dict)

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """The features (WGS 84)."""
        return self.layers.frame

    @cached_property
    def by_id(self) -> dict[str, int]:
        """Row of each feature."""
        return {key: row for row, key in enumerate(self.frame["id"])}

    @cached_property
    def by_name(self) -> dict[str, str]:
        """Id of the feature of a name or alias; names win."""
        names = {
            alias: key for key, all_ in zip(self.frame["id"], self.frame["aliases"], strict=True) for alias in all_
        }
        return names | dict(zip(self.frame["name"], self.frame["id"], strict=True))

    @cached_property
    def index(self) -> Index:
        """The features ready to be filtered and counted."""
        return Index(self.frame, self.town, self.readings.differing)

    @cached_property
    def readings(self) -> Readings:
        """What each plan says by itself, as far as the plans' files are at hand."""
        found = (self.document(one) for one in self.layers.plans)
        return readings.of(tuple(document for document in found if document))

    @cached_property
    def marks(self) -> webmap.Marks:
        """The marks on the map."""
        return webmap.marks(self.frame)

    @cached_property
    def codes(self) -> dict[str, tuple[str, ...]]:
        """What can be chosen in each facet, in its order."""
        return {
            "district": (*self.town.order, UNTOLD),
            "plan": tuple(self.plans),
            "status": (*schema.values("status"), UNTOLD),
            **{
                name: tuple(schema.values(name))
                for name in address.FACETS
                if name not in ("district", "plan", "status")
            },
        }

    @cached_property
    def plans(self) -> dict[str, Any]:
        """Plan by id."""
        return {one.id: one for one in self.layers.plans}

    @cached_property
    def titles(self) -> dict[str, str]:
        """A short title for each plan, no two the same."""
        return facts.short_titles(self.plans, self.town.name)

    @cached_property
    def outlines(self) -> dict[str, Any]:
        """What the base map is made of."""
        return _outlines(self.town)

    def bounds(self, shorts: tuple[str, ...]) -> tuple[float, float, float, float] | None:
        """Return south, west, north, east of some districts (degrees), or None when none of them has a boundary."""
        frame = boundaries(self.town.adcode).frame
        chosen = frame[frame["short"].isin(shorts)]
        if chosen.empty:
            return None
        west, south, east, north = chosen.total_bounds
        return south, west, north, east

    def document(self, one: plan.Plan) -> Document | None:
        """Return the document of a plan when its file is at hand, or None."""
        return self.documents.get(one.id) or self._files.document(one)

    @cached_property
    def _files(self) -> Files:
        config = settings.load()
        folders = (config.plans, config.added_folder(self.town.adcode))
        return readings.files(folders, readings.stamp(*folders))

    @cached_property
    def told(self) -> dict[str, str]:
        """The sentences that name each feature, where the plan files are at hand."""
        found = {}
        for key, mentions in zip(self.frame["id"], self.frame["mentions"], strict=True):
            sentences = []
            for m in mentions:
                one = self.plans.get(m["plan"])
                document = self.document(one) if one else None
                if document:
                    sentences.append("".join(document.sentence(m["offset"], m["length"])))
            if sentences:
                found[key] = "\n".join(sentences)
        return found

    def telling(self, text: str, but: Collection[str]) -> list[str]:
        """Return the ids of features that a sentence with this text names, without some of them."""
        return [key for key, told in self.told.items() if text in told and key not in but]

    def near(self, key: str) -> Sequence[str]:
        """Return the districts that a feature lies in where no plan tells one."""
        return self.index.by_place[self.by_id[key]]

    def row(self, key: str) -> Any:
        """Return a feature's row as a named tuple."""
        at = self.by_id[key]
        return next(self.frame.iloc[at : at + 1].itertuples())


@lru_cache(maxsize=4)
def boundaries(adcode: str) -> Districts:
    """Return the districts of a city."""
    return Districts.load(city.load(adcode))


@lru_cache(maxsize=4)
def _outlines(town: City) -> dict[str, Any]:
    return webmap.outlines(town, boundaries(town.adcode))


def stamp(folder: Path) -> str:
    """Return a text that changes when the layers in a folder are built anew."""
    index = build.standing(folder) / build.INDEX
    return f"{folder}:{index.stat().st_mtime_ns}" if index.is_file() else ""


@lru_cache(maxsize=4)
def built(folder: Path, stamp: str) -> Layers:  # noqa: ARG001 (the stamp is part of the key)
    """Return the layers in a folder as the machine built them."""
    return build.read(folder)


# After each review everybody needs the same anew: one makes it, the others wait for it.
_making = threading.Lock()


@lru_cache(maxsize=4)
def _reviewed(folder: Path, stamp: str, address: str, version: str, adcode: str) -> Source:
    layers = built(folder, stamp)
    frame = review.apply(layers.frame, store.open(address).reviews() if version else {})
    return Source(replace(layers, frame=frame), city.load(adcode), f"{stamp}:{version}")


def load(adcode: str) -> Source | None:
    """Return the built layers of a city as people reviewed them, or None when there are none.

    Raises
    ------
    CallError, DataError
        The store cannot be read.
    """
    config = settings.load()
    folder = config.layers_folder / adcode
    mark = stamp(folder)
    address = config.store_of(adcode)
    if not mark:
        return None
    with _making:
        return _reviewed(folder, mark, address, reviews.version(address), adcode)
