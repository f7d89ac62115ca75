"""What a format is given to write, and the parts that formats share."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

import language
from city import City
from errors import Issue
from geo.districts import Districts
from layers import build, facets, schema
from layers.facets import Facet
from layers.formats.grid import Grid
from projects.plan import Plan

# Rows held in a second form at a time: what keeps memory flat.
CHUNK = 20_000
FAMILIES = {"point": (0, 4), "line": (1, 5), "area": (3, 6)}
TYPE_NAMES = {0: "Point", 1: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon"}
_TEXTS = ("string", "code", "strings", "extent", "mentions")
_FLAT = {kind: schema.flattener(kind) for kind in ("strings", "extent", "mentions")}
# Control characters, which neither XML nor a spreadsheet can hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass
class Job:
    """One export.

    Attributes
    ----------
    frame
        The features, WGS 84.
    grid
        The coordinate system of the file.
    folder, stem
        Where to write, and the name of the file without its suffix.
    town, plans
        The city and the plans the features come from.
    lang
        Language of labels: ``"zh"`` or ``"en"``.
    by
        ``"category"``, ``"district"`` or ``""``: what the layers of a format with layers are.
    encoding
        Of a Shapefile.
    progress
        Called with features done and features in all.
    issues
        What the file could not hold.
    gone
        Names of companions of an earlier export that this one has not.
    rounds, written
        How often all features are written (once for each format), and how many were.
    """

    frame: gpd.GeoDataFrame
    grid: Grid
    folder: Path
    stem: str
    town: City
    plans: tuple[Plan, ...] = ()
    lang: str = "zh"
    by: str = "category"
    encoding: str = "UTF-8"
    progress: Callable[[int, int], None] | None = None
    issues: list[Issue] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    rounds: int = 1
    written: int = 0

    @cached_property
    def names(self) -> list[str]:
        """Names of the properties, in the order of the schema."""
        return [name for name in schema.NAMES if name in self.frame.columns]

    @cached_property
    def types(self) -> NDArray[np.int32]:
        """Type number of each geometry; -1 where there is none."""
        return np.asarray(shapely.get_type_id(self.frame.geometry.to_numpy()))

    @cached_property
    def groups(self) -> Facet:
        """Codes of the layers of each feature: its category, its districts as the filter has them, or ``""``."""
        if self.by == "category":
            return facets.field(self.frame, "category")
        if self.by == "district":
            return facets.district(self.frame, Districts.load(self.town))
        return Facet.single([""] * len(self.frame))

    def group(self, code: str) -> NDArray[np.bool_]:
        """Return which features are in a layer; those of two districts are in the layers of both."""
        return self.groups.mask([code])

    def order(self) -> list[str]:
        """Return the layers that occur, in order."""
        known = tuple(schema.values("category")) if self.by == "category" else (*self.town.order, facets.UNTOLD)
        met = set(self.groups.codes)
        return [code for code in known if code in met] + sorted(met - set(known))

    def family(self, name: str) -> NDArray[np.bool_]:
        """Return which features are points, lines or areas."""
        return np.isin(self.types, FAMILIES[name])

    @property
    def unplaced(self) -> NDArray[np.bool_]:
        """Which features have no geometry."""
        return np.asarray(self.types == -1)

    def path(self, suffix: str) -> Path:
        """Return the path of a file of this export."""
        return self.folder / f"{self.stem}{suffix}"

    def chunks(self, chosen: NDArray[np.bool_] | None = None) -> Iterator[NDArray[np.intp]]:
        """Yield row numbers, :data:`CHUNK` at a time, and tell progress."""
        rows = np.arange(len(self.frame)) if chosen is None else np.flatnonzero(chosen)
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            yield part
            self.written += len(part)
            if self.progress:
                # What lies in two districts is written twice, and counts once.
                whole = len(self.frame) * self.rounds
                self.progress(min(self.written, whole), whole)

    def shapes(self, rows: NDArray[np.intp]) -> NDArray[np.object_]:
        """Return the geometries of some features in the system of the file."""
        return self.grid.shapes(self.frame.geometry.to_numpy()[rows])

    def bounds(self) -> list[float]:
        """Return west, south, east and north of the placed features in the system of the file."""
        placed = np.flatnonzero(~self.unplaced)
        parts = (placed[start : start + CHUNK] for start in range(0, len(placed), CHUNK))
        boxes = np.array([shapely.total_bounds(self.shapes(part)) for part in parts])
        return [float(v) for v in (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))]

    def cells(self, name: str, values: pd.Series) -> list[Any]:
        """Return values of a property as single ones (see :func:`layers.schema.flat`), None for what is missing."""
        kind = schema.field(name).type
        if kind not in _TEXTS:
            return build.plain(kind, values)
        return cleaned([*map(_FLAT[kind], values)] if kind in _FLAT else values.tolist())

    def table(self, rows: NDArray[np.intp]) -> dict[str, list[Any]]:
        """Return features as columns of single values; see :meth:`cells`."""
        part = self.frame.iloc[rows]
        return {name: self.cells(name, part[name]) for name in self.names}

    def records(self, rows: NDArray[np.intp]) -> Iterator[dict[str, Any]]:
        """Yield features as single values by name; see :meth:`cells`."""
        for values in zip(*self.table(rows).values(), strict=True):
            yield dict(zip(self.names, values, strict=True))

    def warn(self, where: str, message: str, **values: object) -> None:
        """Add a row to :attr:`issues`."""
        self.issues.append(Issue(where, f"export.{message}", tuple((k, str(v)) for k, v in values.items())))

    def text(self, key: str, **values: object) -> str:
        """Return a message of the export in the language of the file."""
        return language.text(f"export.{key}", self.lang, **values)

    def group_label(self, code: str) -> str:
        """Return what people call a layer."""
        if self.by == "category":
            return schema.value_label("category", code, self.lang)
        if self.by == "district":
            found = self.town.district(code)
            return (found.en if self.lang == "en" else found.name) if found else code or self.text("untold")
        return self.text("features")

    def about(self) -> dict[str, Any]:
        """Return what a reader of the file must know: datum, sources with licences, plans."""
        pairs = zip(self.frame["source"], self.frame["licence"], strict=True)
        sources = sorted({(s, c or "") for s, c in pairs if s})
        return {
            "city": self.town.name,
            "adcode": self.town.adcode,
            "crs": self.grid.name,
            "epsg": int(self.grid.code) if self.grid.code.isdigit() else None,
            "note": self.text("shifted", name=self.grid.name) if self.grid.is_shifted else "",
            "features": len(self.frame),
            "sources": [{"source": s, "licence": c} for s, c in sources],
            "plans": [build.plan_record(plan) for plan in self.plans],
        }


def cleaned(values: list[Any]) -> list[str | None]:
    """Return texts without control characters, None for what is missing."""
    try:
        # One look at all of them: there is hardly ever anything to take out.
        printable = "".join(filter(None, values)).isprintable()
    except TypeError:
        printable = False
    return values if printable else [clean(v) for v in values]


def clean(value: Any) -> str | None:
    """Return a text without control characters; None for what is missing."""
    if not isinstance(value, str):
        return None
    return value if value.isprintable() else _CONTROL.sub("", value)


def holds(encoding: str, character: str) -> bool:
    """Say whether an encoding has a character."""
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def multi(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return geometries as those of several parts."""
    makers = {0: shapely.multipoints, 1: shapely.multilinestrings, 3: shapely.multipolygons}
    made = shapes.copy()
    types = shapely.get_type_id(shapes)
    for kind, make in makers.items():
        single = np.flatnonzero(types == kind)
        made[single] = make(shapes[single], indices=np.arange(len(single)))
    return made
