"""Features to files that other programs open at once.

Each format writes into a folder of its own beside the target; only what is whole is moved to its final name.
"""

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pyogrio.errors

import city
import language
import settings
from city import City
from errors import CallError, Issue
from layers.formats import bundle, grid
from layers.formats.job import Job
from projects.plan import Plan


class Format(NamedTuple):
    """A format: the module and function that write it, the suffix of its main file, and how many features it takes.

    Of more than ``most`` the programs that open such files can make nothing; 0 where they can.
    The module is loaded when it is needed, so that nobody waits for libraries of formats that they do not want.
    """

    module: str
    function: str
    suffix: str
    most: int = 0

    def takes(self, count: int) -> bool:
        """Say whether a file may hold so many features."""
        return not self.most or count <= self.most

    def write(self, job: Job) -> list[Path]:
        """Write the file into the folder of a job."""
        writer: Callable[[Job], list[Path]] = getattr(import_module(f"layers.formats.{self.module}"), self.function)
        return writer(job)


FORMATS = {
    "geojson": Format("text", "geojson", ".geojson"),
    "gpkg": Format("gpkg", "geopackage", ".gpkg"),
    "shp": Format("shapefile", "shapefile", ".zip"),
    "kml": Format("kml", "keyhole", ".kml"),
    "kmz": Format("kml", "zipped", ".kmz"),
    "fgb": Format("vector", "flatgeobuf", ".fgb"),
    "parquet": Format("vector", "parquet", ".parquet"),
    "csv": Format("text", "comma_separated", ".csv"),
    "xlsx": Format("workbook", "spreadsheet", ".xlsx", 200_000),
    "dxf": Format("drawing", "dxf", ".dxf", 100_000),
}
_GDAL_ERRORS = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FieldError,
    pyogrio.errors.FeatureError,
)
# Bytes left on a disk that is full for every purpose.
_FULL = 65_536
GROUPINGS = ("category", "district", "none")


@dataclass(frozen=True)
class Exported:
    """What an export wrote.

    Attributes
    ----------
    paths
        The files, the main one first. A shifted coordinate system marks their names, so the first need not be the
        path that was asked for.
    issues
        What the format could not hold.
    """

    paths: tuple[Path, ...]
    issues: tuple[Issue, ...]


def export(
    frame: gpd.GeoDataFrame,
    path: Path,
    format: str | None = None,
    crs: str = "4326",
    *,
    plans: Sequence[Plan] = (),
    town: City | None = None,
    lang: str | None = None,
    by: str = "category",
    encoding: str = "UTF-8",
    progress: Callable[[int, int], None] | None = None,
    dry_run: bool = False,
) -> Exported:
    """Write features as a file.

    Parameters
    ----------
    frame
        Features in WGS 84, as built or as loaded from the store.
    path
        The file to write; its suffix is put right.
    format
        One of :data:`FORMATS`; by the suffix of ``path`` when not given.
    crs
        One of :data:`layers.formats.grid.CODES`. In GCJ-02 and BD-09 the name of the file says so.
    plans, town
        The plans the features come from, and the city (that of the settings when not given).
    lang
        Language of labels, where the format has some.
    by
        One of :data:`GROUPINGS`: what the layers of a GeoPackage or KML are.
    encoding
        Of a Shapefile: UTF-8, GB18030 or GBK.
    progress
        Called with the features done and their number.
    dry_run
        Write nothing that stays, and tell what the format could not hold.

    Raises
    ------
    CallError
        Format, coordinate system, grouping or encoding is unknown or does not suit; there is no feature, or there are
        more than the format takes; the path cannot be written.
    """
    chosen = _format(path, format)
    if not FORMATS[chosen].takes(len(frame)):
        raise CallError("export.too_many", format=chosen.upper(), most=f"{FORMATS[chosen].most:,}", n=f"{len(frame):,}")
    job = _job(frame, path, crs, plans, town, lang, by, encoding, progress)
    return _move(job, path, lambda: FORMATS[chosen].write(job), dry_run)


def package(
    frame: gpd.GeoDataFrame,
    path: Path,
    crs: str = "4326",
    *,
    plans: Sequence[Plan] = (),
    town: City | None = None,
    lang: str | None = None,
    by: str = "category",
    progress: Callable[[int, int], None] | None = None,
    dry_run: bool = False,
) -> Exported:
    """Write a ZIP with every format that suits the coordinate system, dictionary, licences, README and checksums.

    A format that does not take so many features is left out, and the issues say so.

    Parameters and errors are those of :func:`export`.
    """
    job = _job(frame, path, crs, plans, town, lang, by, "UTF-8", progress)
    suiting = {name: made for name, made in FORMATS.items() if bundle.suits(name, job)}
    writers = [made.write for made in suiting.values() if made.takes(len(frame))]
    for name, made in suiting.items():
        if not made.takes(len(frame)):
            job.warn(job.stem, "format_left_out", format=name.upper(), most=f"{made.most:,}", n=f"{len(frame):,}")
    return _move(job, path, lambda: bundle.archive(job, writers), dry_run)


def _format(path: Path, format: str | None) -> str:
    name = (format or path.suffix.removeprefix(".")).lower()
    name = {"zip": "shp", "json": "geojson"}.get(name, name)
    if path.is_dir():
        raise CallError("export.folder", path=str(path))
    if name not in FORMATS:
        raise CallError("export.unknown_format", value=format or path.name, valid=", ".join(FORMATS))
    return name


def _job(
    frame: gpd.GeoDataFrame,
    path: Path,
    crs: str,
    plans: Sequence[Plan],
    town: City | None,
    lang: str | None,
    by: str,
    encoding: str,
    progress: Callable[[int, int], None] | None,
) -> Job:
    if by not in GROUPINGS:
        raise CallError("export.unknown_grouping", value=by, valid=", ".join(GROUPINGS))
    if frame.empty:
        raise CallError("export.nothing")
    if not path.name or path.is_dir():
        raise CallError("export.folder", path=str(path))
    chosen = grid.choose(crs, frame)
    suffixes = {made.suffix for made in FORMATS.values()} | {".json", ".shp"}
    stem = path.stem if path.suffix.lower() in suffixes else path.name
    if chosen.suffix and not stem.endswith(f".{chosen.suffix}"):
        stem += f".{chosen.suffix}"
    part = path.parent / f".{path.name}.{os.getpid()}.part"
    town = town or city.load(settings.load().city)
    grouping = "" if by == "none" else by
    lang = lang or language.default()
    rows = frame.reset_index(drop=True)
    return Job(rows, chosen, part, stem, town, tuple(plans), lang, grouping, encoding, progress)


def _move(job: Job, path: Path, write: Callable[[], list[Path]], dry_run: bool) -> Exported:
    """Let a format write, and move what it wrote to its final place, unless nothing is to stay."""
    folder = path.parent
    try:
        if dry_run:
            job.folder = Path(tempfile.mkdtemp())
        else:
            folder.mkdir(parents=True, exist_ok=True)
            job.folder.mkdir()
        made = write()
        if dry_run:
            return Exported((), tuple(job.issues))
        paths = tuple(p.replace(folder / p.name) for p in made)
        for name in job.gone:
            (folder / name).unlink(missing_ok=True)
        return Exported(paths, tuple(job.issues))
    except OSError as error:
        raise CallError("export.unwritable", path=str(path), why=error) from None
    except (*_GDAL_ERRORS, sqlite3.Error) as error:
        # GDAL quotes whole statements, and often tells what came of a full disk, not that it is full.
        full = shutil.disk_usage(job.folder).free < _FULL
        why = OSError(errno.ENOSPC, "") if full else " ".join(str(error).split())[:200]
        raise CallError("export.unwritable", path=str(path), why=why) from None
    finally:
        shutil.rmtree(job.folder, ignore_errors=True)
