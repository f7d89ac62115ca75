"""What the page shows: the built layers of a city, made ready once for every session."""

import gc
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import geopandas as gpd

import city
import settings
from city import City
from geo.districts import Districts
from layers import build, marks, review, schema, snapshot, store, webmap
from layers.build import Layers
from layers.facets import UNTOLD
from layers.marks import Marks
from layers.view import Filter, Index, Keep, Selection
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
    base, changed
        The same features before some reviews, and the rows that these changed: all else is taken over from there.
    keep
        Where to look for what takes long to make of very many features.
    """

    layers: Layers
    town: City
    stamp: str
    documents: Mapping[str, Document] = field(default_factory=dict)
    base: "Source | None" = None
    changed: Sequence[int] = ()
    keep: Keep | None = None

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """The features (WGS 84)."""
        return self.layers.frame

    @cached_property
    def by_id(self) -> dict[str, int]:
        """Row of each feature."""
        if self.base:
            return self.base.by_id
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
        base = self.base.index if self.base else None
        kept = {"keep": self.keep} if self.keep else {}
        # Wrapped, so that nothing waits for the plans' files before someone compares plans.
        return Index(
            self.frame, self.town, lambda *two: self.readings.differing(*two), base=base, changed=self.changed, **kept
        )

    @cached_property
    def readings(self) -> Readings:
        """What each plan says by itself, as far as the plans' files are at hand."""
        if self.base:
            return self.base.readings
        found = (self.document(one) for one in self.layers.plans)
        return readings.of(tuple(document for document in found if document))

    @cached_property
    def marks(self) -> Marks:
        """The marks on the map."""
        if self.base:
            return marks.remarked(self.base.marks, self.frame, self.changed)
        return marks.marks(self.frame)

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
        if self.base:
            return self.base.titles
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

    def begin(self) -> None:
        """Begin to read the plans' files, which nobody waits for yet."""
        self._files  # noqa: B018

    @cached_property
    def _files(self) -> Files:
        config = settings.load()
        folders = (config.plans, config.added_folder(self.town.adcode))
        return readings.files(folders, readings.stamp(*folders))

    @cached_property
    def told(self) -> dict[str, str]:
        """The sentences that name each feature, full-width forms narrow, where the plan files are at hand."""
        if self.base:
            return self.base.told
        found: dict[str, str] = {}
        documents = {one.id: document for one in self.layers.plans if (document := self.document(one))}
        if not documents:
            return found
        for key, mentions in zip(self.frame["id"], self.frame["mentions"], strict=True):
            sentences = [
                unicodedata.normalize("NFKC", "".join(document.sentence(m["offset"], m["length"])))
                for m in mentions
                if (document := documents.get(m["plan"]))
            ]
            if sentences:
                found[key] = "\n".join(sentences)
        return found

    def telling(self, text: str, but: Selection) -> list[str]:
        """Return the ids of features that a sentence with this text names, without some of them."""
        said = unicodedata.normalize("NFKC", text)
        return [key for key, told in self.told.items() if said in told and not but.mask[self.by_id[key]]]

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
    found = snapshot.read(folder)
    # What was read stays: looking through it for what might be given back would stop everybody for a second.
    gc.collect()
    gc.freeze()
    return found


@lru_cache(maxsize=2)
def _unreviewed(folder: Path, stamp: str, adcode: str) -> Source:
    layers = built(folder, stamp)
    frame = review.apply(layers.frame, {})
    many = len(frame) >= snapshot.LEAST
    keep = partial(snapshot.kept, folder) if many else None
    source = Source(replace(layers, frame=frame), city.load(adcode), f"{stamp}:", keep=keep)
    if many:
        # Made for all who come, before they come at once.
        source.index.counts(Filter())
        source.marks.number  # noqa: B018
        source.index.warm()
    _ready.add(stamp)
    return source


@lru_cache(maxsize=2)
def _reviewed(folder: Path, stamp: str, address: str, version: str, adcode: str) -> Source:
    base = _unreviewed(folder, stamp, adcode)
    found = store.open(address).reviews() if version else {}
    changed = [base.by_id[key] for key in found if key in base.by_id]
    if not changed:
        return base
    frame = review.apply(base.layers.frame, found)
    return Source(replace(base.layers, frame=frame), base.town, f"{stamp}:{version}", base=base, changed=changed)


# Who comes while the layers are read waits for them, instead of reading them too.
_loading = threading.Lock()
_ready: set[str] = set()


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
    version = reviews.version(address)
    with _loading:
        found = _reviewed(folder, mark, address, version, adcode)
    found.begin()
    return found


def waiting(adcode: str) -> int:
    """Return how many features must be read first, or 0 when these are few or at hand already.

    Raises
    ------
    DataError
        The layers are damaged.
    """
    folder = settings.load().layers_folder / adcode
    mark = stamp(folder)
    count = int(build.head(folder)[1]["features"]) if mark and mark not in _ready else 0
    return count if count >= snapshot.LEAST else 0
