"""QGIS itself opens what we write: its own library (PyQGIS), run by the Python of the system that it belongs to."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

from city import City
from layers import export, schema, style
from projects.plan import Plan

from .test_services import Service, service  # noqa: F401 (a fixture)

PYTHON = "/usr/bin/python3"
READER = """
import json, os, sys
from qgis.core import QgsApplication, QgsProviderRegistry, QgsVectorLayer, QgsWkbTypes
app = QgsApplication([], False)
app.initQgis()
if sys.argv[1] == "ogr":
    uris = [(s.name(), s.uri()) for s in QgsProviderRegistry.instance().querySublayers(sys.argv[2])]
else:
    told = "url='%s' typename='%s' pagingEnabled='true'"
    uris = [(name, told % (sys.argv[2], name)) for name in sys.argv[3:]]
for name, uri in uris:
    layer = QgsVectorLayer(uri, name, sys.argv[1])
    fields = layer.fields()
    print(json.dumps({
        "name": name,
        "valid": layer.isValid(),
        "crs": layer.crs().authid(),
        "geometry": QgsWkbTypes.displayString(layer.wkbType()),
        "features": [[f.attribute(field.name()) for field in fields if field.name() != "fid"]
                     + [f.geometry().asWkt(6)] for f in layer.getFeatures()],
        "fields": [field.name() for field in fields if field.name() != "fid"],
        "aliases": {fields[i].name(): layer.attributeAlias(i) for i in range(len(fields))},
        "choices": {fields[i].name(): layer.editorWidgetSetup(i).config().get("map") for i in range(len(fields))},
        "symbols": [(c.value(), c.label(), c.symbol().color().name()) for c in layer.renderer().categories()]
                   if layer.renderer() and layer.renderer().type() == "categorizedSymbol" else [],
        "labels": layer.labeling().settings().fieldName if layer.labelsEnabled() else "",
    }, default=lambda value: None))
sys.stdout.flush()
os._exit(0)
"""


@cache
def has_qgis() -> bool:
    try:
        return subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True).returncode == 0
    except OSError:
        return False


def read(provider: str, source: object, *names: str) -> dict[str, dict[str, Any]]:
    """Return what QGIS makes of each layer, by name."""
    if not has_qgis():
        pytest.skip("PyQGIS (python3-qgis) is not installed")
    env = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "QT_QPA_PLATFORM": "offscreen"}
    command = [PYTHON, "-c", READER, provider, str(source), *names]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=env, timeout=120)
    assert done.returncode == 0, done.stderr
    return {told["name"]: told for told in map(json.loads, done.stdout.splitlines())}


def test_layers_of_a_geopackage_show_colours_labels_and_chinese_names(
    frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], town: City, tmp_path: Path
) -> None:
    path = export.export(frame, tmp_path / "jinan.gpkg", crs="4548", plans=plans, town=town, lang="zh").paths[0]
    layers = {name: told for name, told in read("ogr", path).items() if name not in ("layer_styles", "unplaced")}
    assert len(layers) == 6 and all(told["valid"] for told in layers.values())
    assert sum(len(told["features"]) for told in layers.values()) == frame.geometry.notna().sum()
    for name, told in layers.items():
        category = name.rpartition("_")[0]
        label, colour = schema.value_label("category", category, "zh"), style.of_category(category).colour.lower()
        assert told["symbols"] == [[category, label, colour]]
        assert told["crs"] == "EPSG:4548" and told["labels"] == "name"
        for field in told["fields"]:
            assert told["aliases"][field] == schema.field(field).heading("zh")
        codes = {v.label("zh"): v.code for v in schema.values("status").values()}
        assert {k: v for pair in told["choices"]["status"] for k, v in pair.items()} == codes


def test_collections_of_the_service_open_as_layers(service: Service, frame: gpd.GeoDataFrame) -> None:  # noqa: F811
    told = read("OAPIF", service.url, "transport_line", "point", "area", "unplaced", "nothing")
    geometries = {name: layer["geometry"] for name, layer in told.items() if layer["valid"]}
    assert geometries == {
        "transport_line": "MultiLineString",
        "point": "Point",
        "area": "Polygon",
        "unplaced": "NoGeometry",
    }
    [ring] = told["transport_line"]["features"]
    values = dict(zip(told["transport_line"]["fields"], ring, strict=False))
    assert values["name"] == "轨道环线" and values["length_km"] == 12.4 and values["members"] == "大杨站|王府庄站"
    assert {len(told[name]["features"]) for name in ("point", "area")} == {2}
