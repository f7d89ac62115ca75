"""The GeoPackage file format, as far as the store and the export need more than GDAL offers.

OGC 12-128r18: `http://www.geopackage.org/spec130/`.
"""

import sqlite3
import struct
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

APPLICATION_ID = 0x47504B47
VERSION = 10300

_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (
  table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
"""


def create(connection: sqlite3.Connection) -> None:
    """Make an empty GeoPackage of a new database, within the transaction that is open."""
    for statement in _TABLES.split(";"):
        connection.execute(statement)
    wgs84 = CRS.from_epsg(4326).to_wkt("WKT1_GDAL")
    connection.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
        [
            ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinates"),
            ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinates"),
            ("WGS 84 geodetic", 4326, "EPSG", 4326, wgs84, "longitude and latitude in degrees"),
        ],
    )
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def register(connection: sqlite3.Connection, table: str, *, spatial: bool) -> None:
    """Tell readers of a table: one of features in WGS 84 with a column ``geom``, or one of attributes."""
    kind, srs = ("features", 4326) if spatial else ("attributes", None)
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, ?, ?, ?)",
        (table, kind, table, srs),
    )
    if spatial:
        connection.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'GEOMETRY', 4326, 0, 0)", (table,))


def encode(shapes: NDArray[np.object_], srs: int = 4326) -> list[bytes | None]:
    """Return geometries as blobs of a GeoPackage; None stays None."""
    # Magic, version 0, flags: little-endian, no envelope.
    head = b"GP\x00\x01" + struct.pack("<i", srs)
    return [None if wkb is None else head + wkb for wkb in shapely.to_wkb(shapes, byte_order=1)]


def decode(blobs: Sequence[bytes | None]) -> NDArray[np.object_]:
    """Return the geometries of blobs, also of those that other programs wrote with an envelope.

    Raises
    ------
    ValueError
        A blob is no geometry of a GeoPackage.
    """
    sizes = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
    wkb: list[bytes | None] = []
    for blob in blobs:
        if blob is None:
            wkb.append(None)
            continue
        size = sizes.get(blob[3] >> 1 & 7) if blob[:2] == b"GP" and len(blob) > 8 else None
        if size is None:
            raise ValueError(f"not a geometry: {blob[:16]!r}")
        wkb.append(blob[8 + size :])
    return np.asarray(shapely.from_wkb(np.array(wkb, dtype=object)), dtype=object)
