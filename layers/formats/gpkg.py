"""GeoPackage that opens in QGIS as it should look: layers, styles, names in Chinese, coded values, metadata."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio

from layers import schema
from layers.formats import qgis, stream
from layers.formats.job import FAMILIES, TYPE_NAMES, Job, multi

_SCHEMA = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE IF NOT EXISTS gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL,
  md_parent_id INTEGER, CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id));
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT,
  f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT, ui TEXT, update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')));
"""
# Old enough for every QGIS and ArcGIS in use.
VERSION = "1.2"
UNPLACED = "unplaced"
_EXTENSIONS = (
    ("gpkg_data_columns", "gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema"),
    ("gpkg_data_column_constraints", "gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema"),
    ("gpkg_metadata", "gpkg_metadata", "http://www.geopackage.org/spec121/#extension_metadata"),
    ("gpkg_metadata_reference", "gpkg_metadata", "http://www.geopackage.org/spec121/#extension_metadata"),
)


def geopackage(job: Job) -> list[Path]:
    """Write a GeoPackage: a layer a group and type of geometry, a table of the unplaced."""
    path = job.path(".gpkg")
    # The file has its final name only when it is whole: nothing is gained by waiting for the disk at every layer.
    before = pyogrio.get_gdal_config_option("OGR_SQLITE_SYNCHRONOUS")
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    try:
        layers = _layers(job, path)
    finally:
        pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": before})
    with closing(sqlite3.connect(path)) as connection, connection:
        _decorate(job, connection, layers)
    return [path]


def _layers(job: Job, path: Path) -> list[tuple[str, str, str]]:
    """Write all layers; return name, group and type of geometry of those with geometry."""
    layers: list[tuple[str, str, str]] = []
    for code in job.order():
        grouped = job.group(code)
        for family in FAMILIES:
            chosen = grouped & job.family(family)
            if chosen.any():
                name = _name(job, code, family)
                _append(job, path, name, chosen)
                layers.append((name, code, family))
    if job.unplaced.any() or not layers:
        _append(job, path, UNPLACED, job.unplaced)
    return layers


def _name(job: Job, code: str, family: str) -> str:
    if job.by == "district":
        found = job.town.district(code)
        code = (found.en if found else code) or "untold"
    return f"{code.lower().replace(' ', '_') or 'features'}_{family}"


def _append(job: Job, path: Path, layer: str, chosen: np.ndarray) -> None:
    """Write the chosen features as one layer; of one type of geometry, single only when all are."""
    types = set(job.types[chosen].tolist()) if layer != UNPLACED else set()
    mixed = len(types) > 1
    geometry = TYPE_NAMES[max(types)] if types else None
    options = {"layer": layer} | ({} if path.exists() else {"VERSION": VERSION})
    stream.write(job, path, "GPKG", chosen, geometry=geometry, shapes=multi if mixed else None, options=options)


def _decorate(job: Job, connection: sqlite3.Connection, layers: list[tuple[str, str, str]]) -> None:
    """Add what GDAL does not write: labels, coded values, styles and metadata."""
    connection.executescript(_SCHEMA)
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES "
        "('layer_styles', 'attributes', 'layer_styles')"
    )
    connection.executemany("INSERT OR IGNORE INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')", _EXTENSIONS)
    coded = {name: schema.values(name) for name in job.names if schema.field(name).type == "code"}
    connection.executemany(
        "INSERT INTO gpkg_data_column_constraints (constraint_name, constraint_type, value, description) "
        "VALUES (?, 'enum', ?, ?)",
        [(name, v.code, v.label(job.lang)) for name, values in coded.items() for v in values.values()],
    )
    tables = [*(name for name, _, _ in layers)]
    tables += connection.execute("SELECT table_name FROM gpkg_contents WHERE table_name = 'unplaced'").fetchone() or ()
    lang, fields = job.lang, [schema.field(name) for name in job.names]
    connection.executemany(
        "INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, ?)",
        [
            (table, f.name, f.heading(lang), f.heading(lang), f.description(lang), f.name if f.name in coded else None)
            for table in tables
            for f in fields
        ],
    )
    for table, code, family in layers:
        label = job.text("layer", group=job.group_label(code), family=job.text(family))
        connection.execute(
            "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?", (label, label, table)
        )
        met = set(job.frame["category"][job.group(code) & job.family(family)])
        connection.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, styleSLD, useAsDefault, description, owner) "
            "VALUES ('', '', ?, 'geom', 'Planmap', ?, '', 1, '', '')",
            (table, qgis.qml(family, job.names, job.lang, met)),
        )
    about = json.dumps(job.about(), ensure_ascii=False, indent=1)
    connection.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', ?, 'application/json', ?)",
        ("https://www.rfc-editor.org/rfc/rfc8259", about),
    )
    connection.execute("INSERT INTO gpkg_metadata_reference (reference_scope, md_file_id) VALUES ('geopackage', 1)")
