"""What each format of the exports holds, loses and says; its values and coordinates are in test_export_matrix."""

import csv
import hashlib
import io
import itertools
import json
import signal
import sqlite3
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import ezdxf
import geopandas as gpd
import jsonschema
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import MultiPoint, Point, shape

from city import City
from errors import CallError
from layers import build, export, schema, store, view
from layers.formats import grid, job, kml, shapefile, text
from layers.review import Review
from projects.plan import Plan

from .conftest import UNPLACED, feature, placed
from .opened import NEAR, SHORT_NAMES, assert_same_place, assert_same_values, flat, gdal_read, needs_gdal, unpacked


def table_fields(path: Path) -> dict[str, tuple[str, int, int]]:
    """Return type, width and decimals of each field as the head of a dBASE table tells them."""
    head = path.read_bytes()
    rows = [head[at : at + 32] for at in range(32, int.from_bytes(head[8:10], "little") - 1, 32)]
    return {r[:11].rstrip(b"\0").decode(): (chr(r[11]), r[16], r[17]) for r in rows}


def test_every_table_of_a_shapefile_has_the_widths_of_the_schema(written: Any, tmp_path: Path):
    wanted = {}
    for f in schema.FIELDS:
        if f.group != "review" and not f.long:
            whole, _, decimals = f.width.partition(".")
            kind = "N" if f.type in ("number", "integer", "boolean") else "C"
            wanted[f.short] = (kind, int(whole), int(decimals or 0))
    tables = sorted(unpacked(written("shp"), tmp_path / "set").glob("*.dbf"))
    assert [t.stem for t in tables] == ["layer_area", "layer_line", "layer_point", "layer_unplaced"]
    for table in tables:
        assert table_fields(table) == wanted


@needs_gdal
def test_shapefiles_written_in_chunks_hold_every_feature(
    written: Any, frame: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(job, "CHUNK", 2)
    told: list[tuple[int, int]] = []
    folder = unpacked(written("shp", progress=lambda done, all_: told.append((done, all_))), tmp_path / "set")
    assert told == [(2, 7), (4, 7), (6, 7), (7, 7)]  # points, lines, areas, the unplaced
    found: dict[str, Any] = {}
    for part in (*folder.glob("*.shp"), *folder.glob("*_unplaced.dbf")):
        found |= gdal_read(part, tmp_path)
    assert set(found) == set(frame["id"])
    for key, wanted in flat(frame).items():
        assert_same_values(found[key]["properties"], wanted, SHORT_NAMES)
        assert_same_place(found[key]["geometry"], wanted["geometry"], NEAR["4326"])


@needs_gdal
def test_points_of_one_and_of_several_places_share_a_shapefile(written: Any, tmp_path: Path):
    spots = [Point(117, 36.6), MultiPoint([(117, 36.7), (117.1, 36.7)])]
    both = build.frame([feature("甲园"), feature("乙园")], [placed(s) for s in spots])
    found = gdal_read(unpacked(written("shp", frame=both), tmp_path / "set") / "layer_point.shp", tmp_path)
    assert_same_place(found[both["id"][0]]["geometry"], spots[0], NEAR["4326"])
    assert_same_place(found[both["id"][1]]["geometry"], spots[1], NEAR["4326"])


def test_outer_rings_of_shapefiles_run_clockwise(written: Any, tmp_path: Path):
    raw = (unpacked(written("shp"), tmp_path / "set") / "layer_area.shp").read_bytes()
    # The first record: head of the file (100 bytes) and of the record (8), type, box, counts, one part for each ring.
    parts, points = np.frombuffer(raw, "<i4", 2, 144)
    starts = [*np.frombuffer(raw, "<i4", parts, 152), points]
    corners = np.frombuffer(raw, "<f8", 2 * points, 152 + 4 * parts).reshape(-1, 2)
    rings = [shapely.LinearRing(corners[a:b]) for a, b in itertools.pairwise(starts)]
    assert [ring.is_ccw for ring in rings] == [False, True]


@pytest.mark.parametrize("value", [1e13, -1e13, float("inf")])
def test_figure_wider_than_its_field_is_told_and_left_empty(value: float, written: Any, tmp_path: Path):
    huge = build.frame([feature("甲园", investment_yi=value, area_km2=1e11)], [placed(Point(117, 36.6))])
    done = written("shp", frame=huge)
    lost = [issue for issue in done.issues if issue.message == "export.number_lost"]
    assert [dict(i.values)["field"] for i in lost] == ["investment_yi"]
    read = gpd.read_file(unpacked(done, tmp_path / "set") / "layer_point.shp", engine="pyogrio")
    assert read["invest_yi"].isna().all() and read["area_km2"][0] == 1e11


@pytest.mark.parametrize("share", [0.0, 0.5, 0.999])
@pytest.mark.parametrize("format", list(export.FORMATS))
def test_full_disk_is_one_sentence_and_nothing_is_left(
    format: str, share: float, frame: gpd.GeoDataFrame, town: City, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    """The system itself refuses files longer than a share of the largest: at the head, midway, in the last bytes."""
    resource = pytest.importorskip("resource", reason="no limits on files here")
    crs, path = "4548" if format == "dxf" else "4326", tmp_path / "out" / f"layer{export.FORMATS[format].suffix}"
    [whole, *_] = export.export(frame, path, format, crs, town=town).paths
    limit = int(whole.stat().st_size * share)
    if format == "shp":
        # The largest file inside is what meets the limit first.
        with zipfile.ZipFile(whole) as archive:
            limit = int(max(i.file_size for i in archive.infolist() if i.filename != "dictionary.csv") * share)
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, old[1]))
        with pytest.raises(CallError) as caught:
            export.export(frame, path, format, crs, town=town)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, ignored)
    told = caught.value.text("en")
    assert "\n" not in told and str(path) in told and len(told) < 400
    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before
    assert "Traceback" not in capfd.readouterr().err


def test_no_cell_of_csv_is_a_formula(written: Any):
    text = written("csv").paths[0].read_text(encoding="utf-8-sig")
    for row in csv.reader(io.StringIO(text)):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_workbook_has_a_sheet_a_district_with_frozen_heads_filters_and_no_formula(
    written: Any, frame: gpd.GeoDataFrame
):
    book = openpyxl.load_workbook(written("xlsx").paths[0])
    assert book.sheetnames == [
        "总览", "历下区", "市中区", "槐荫区", "历城区", "长清区", "济南高新技术产业开发区", "未定位", "规划",
        "字典",
    ]  # fmt: skip
    ids = []
    for sheet in book.worksheets[1:8]:
        assert sheet.freeze_panes == "C2" and sheet.auto_filter.ref == sheet.dimensions
        ids += [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert set(ids) == set(frame["id"])
    named = book["未定位"]["B2"]
    assert named.value == "=SUM(A1)数据中心" and named.data_type in ("s", "inlineStr")
    assert book["总览"]["A2"].hyperlink.location == "'历下区'!A1"
    heads = [cell.value for cell in book["长清区"][1]]
    row = dict(zip(heads, [cell.value for cell in book["长清区"][2]], strict=True))
    assert (row["名称"], row["类别"], row["状态"], row["面积（平方公里）"]) == (
        "长清大学城",
        "教育培训",
        "已建成",
        27.1,
    )


def test_dxf_has_layers_in_colour_metres_and_names(written: Any, frame: gpd.GeoDataFrame):
    done = written("dxf", "gk")
    drawing = ezdxf.readfile(done.paths[0])
    assert not drawing.audit().errors
    points = [e for e in drawing.modelspace() if e.dxftype() == "POINT" and e.dxf.layer == "CULTURE"]
    x, y = Transformer.from_crs(4326, 4548, always_xy=True).transform(117.05, 36.66)
    assert points[0].dxf.location.x == pytest.approx(x, abs=1e-3)
    assert points[0].dxf.location.y == pytest.approx(y, abs=1e-3)
    told = dict(text.split("=", 1) for _, text in points[0].get_xdata("PLANMAP"))
    assert told["name"] == "龘靐文化馆" and told["radius_m"] == "12000"
    texts = {e.dxf.text for e in drawing.modelspace() if e.dxftype() == "TEXT"}
    assert texts == set(frame[frame.geometry.notna()]["name"])
    assert done.paths[1].name == "layer.dxf.unplaced.csv"


def test_a_table_of_the_unplaced_goes_when_nothing_is_unplaced_and_each_file_has_its_own(
    frame: gpd.GeoDataFrame, town: City, tmp_path: Path
):
    def made(name: str, rows: gpd.GeoDataFrame, crs: str = "4548") -> list[str]:
        export.export(rows, tmp_path / name, crs=crs, town=town)
        return sorted(p.name for p in tmp_path.iterdir())

    placed_only = frame[frame.geometry.notna()]
    made("a.fgb", frame)
    both = ["a.dxf", "a.dxf.unplaced.csv", "a.fgb", "a.fgb.unplaced.csv"]
    assert made("a.dxf", frame) == both
    export.export(placed_only, tmp_path / "a.fgb", town=town, dry_run=True)
    export.package(placed_only, tmp_path / "a.zip", "4548", town=town)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*both, "a.bundle.zip"])
    assert made("a.fgb", placed_only) == ["a.bundle.zip", "a.dxf", "a.dxf.unplaced.csv", "a.fgb"]
    assert made("a.dxf", placed_only) == ["a.bundle.zip", "a.dxf", "a.fgb"]


def test_a_shapefile_comes_with_the_plans(written: Any, frame: gpd.GeoDataFrame, tmp_path: Path):
    folder = unpacked(written("shp"), tmp_path / "set")
    with (folder / "plans.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["title"] for row in rows] == ["甲规划", "乙规划"]
    assert set(frame["doc"]) <= {row["id"] for row in rows}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_heads_of_a_workbook_are_in_its_language(
    lang: str, frame: gpd.GeoDataFrame, plans: tuple[Any, ...], town: City, tmp_path: Path
):
    made = export.export(frame, tmp_path / "a.xlsx", plans=plans, town=town, lang=lang)
    book = openpyxl.load_workbook(made.paths[0])
    plans, dictionary = ([cell.value for cell in sheet[1]] for sheet in book.worksheets[-2:])
    if lang == "zh":
        assert plans[:4] == ["编号", "名称", "文号", "发布单位"] and dictionary[:3] == ["字段", "短名", "宽度"]
    else:
        assert plans[:4] == ["ID", "Title", "Number", "Issuer"] and dictionary[:3] == ["Field", "Short name", "Width"]


def test_a_geojson_in_shifted_coordinates_warns_that_it_reads_as_wgs_84(written: Any):
    assert "export.geojson_shifted" in {issue.message for issue in written("geojson", "gcj02").issues}
    assert not written("geojson").issues and not written("geojson", "4548").issues


def test_geojson_is_rfc_7946_and_fits_our_schema(written: Any):
    layer = json.loads(written("geojson").paths[0].read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema.json_schema()).validate(layer)
    assert layer["type"] == "FeatureCollection" and not {"crs", "geometry", "coordinates"} & set(layer)
    assert {f["id"] for f in layer["features"]} == {f["properties"]["id"] for f in layer["features"]}
    for place in (f["geometry"] for f in layer["features"] if f["geometry"]):
        west, south, east, north = shape(place).bounds
        assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90
        polygons = {"Polygon": [place["coordinates"]], "MultiPolygon": place["coordinates"]}.get(place["type"], [])
        for rings in polygons:
            assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)
            # Section 3.1.6: outer rings run against the clock, holes with it.
            assert [shapely.LinearRing(ring).is_ccw for ring in rings] == [True] + [False] * (len(rings) - 1)


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
@pytest.mark.parametrize("format", ["geojson", "gpkg", "shp", "fgb", "parquet", "csv", "xlsx"])
def test_shifted_coordinates_are_marked_in_file_names(format: str, crs: str, written: Any):
    for path in written(format, crs).paths:
        assert f".{crs}." in path.name


def test_shifted_coordinates_are_marked_inside(written: Any, tmp_path: Path):
    assert json.loads(written("geojson", "gcj02").paths[0].read_text(encoding="utf-8"))["datum"] == "GCJ-02"
    for format, layer in (("gpkg", "industry_area"), ("fgb", "layer.bd09")):
        assert gpd.read_file(written(format, "bd09").paths[0], layer=layer, engine="pyogrio").crs.name == "BD-09"
    assert gpd.read_parquet(written("parquet", "gcj02").paths[0]).crs.name == "GCJ-02"
    with zipfile.ZipFile(written("shp", "gcj02").paths[0]) as archive:
        prj = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".prj")]
    assert prj and all("GCJ" in text and "WGS_1984" not in text for text in prj)


def test_geopackage_carries_labels_styles_values_and_metadata(written: Any):
    with sqlite3.connect(written("gpkg").paths[0]) as connection:
        names = dict(connection.execute("SELECT table_name, identifier FROM gpkg_contents"))
        assert names["industry_area"] == "产业制造（面）" and "unplaced" in names
        said = dict(
            connection.execute("SELECT column_name, name FROM gpkg_data_columns WHERE table_name = 'industry_area'")
        )
        assert said["investment_yi"] == "投资额 (亿元)"
        coded = dict(
            connection.execute(
                "SELECT value, description FROM gpkg_data_column_constraints WHERE constraint_name = 'kind'"
            )
        )
        assert coded == {"area": "片区", "corridor": "廊道", "project": "项目"}
        styles = connection.execute("SELECT f_table_name, styleQML, useAsDefault FROM layer_styles").fetchall()
        assert {name for name, _, _ in styles} == {n for n in names if n not in ("layer_styles", "unplaced")}
        for name, qml, default in styles:
            root = ElementTree.fromstring(qml.split("\n", 1)[1])  # noqa: S314
            assert default == 1
            assert root.find("renderer-v2").get("attr") == "category"  # type: ignore[union-attr]
            kind = {"point": "marker", "line": "line", "area": "fill"}[name.rpartition("_")[2]]
            assert {s.get("type") for s in root.iter("symbol")} == {kind}
            assert [c.get("value") for c in root.iter("category")] == [name.rpartition("_")[0]]
        [(about,)] = connection.execute("SELECT metadata FROM gpkg_metadata")
        assert [p["id"] for p in json.loads(about)["plans"]] == ["alpha", "beta"]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
    connection.close()


@pytest.fixture
def by_filter(frame: gpd.GeoDataFrame, town: City) -> dict[str, list[str]]:
    """Ids of the placed features that the filter finds in each district, by its short name; those of none under ""."""
    placed = view.Index(frame[frame.geometry.notna()].reset_index(drop=True), town)
    found = {code: sorted(placed.select(view.Filter(district=(code,)))["id"]) for code in (*town.order, "")}
    return {code: ids for code, ids in found.items() if ids}


def test_workbook_geopackage_and_kml_by_district_have_what_the_filter_finds(
    written: Any, town: City, by_filter: dict[str, list[str]]
):
    assert sum(map(len, by_filter.values())) > len({i for ids in by_filter.values() for i in ids})
    named = {d.short: d for d in town.districts}
    book = openpyxl.load_workbook(written("xlsx").paths[0])
    for code, ids in by_filter.items():
        title = named[code].name if code else "未说明区县"
        assert sorted(row[0].value for row in book[title].iter_rows(min_row=2)) == ids
    with sqlite3.connect(written("gpkg", by="district").paths[0]) as connection:
        tables = [n for (n,) in connection.execute("SELECT table_name FROM gpkg_contents") if n != "layer_styles"]
        rows = {t: [i for (i,) in connection.execute(f'SELECT id FROM "{t}"')] for t in tables}  # noqa: S608
    connection.close()
    for code, ids in by_filter.items():
        layer = named[code].en.lower().replace(" ", "_") if code else "untold"
        assert sorted(i for t, held in rows.items() if t.rpartition("_")[0] == layer for i in held) == ids
    root = ElementTree.parse(written("kml", by="district").paths[0]).getroot()  # noqa: S314
    ns = {"k": "http://www.opengis.net/kml/2.2"}
    folders = {f.findtext("k:name", "", ns): f.findall("k:Placemark", ns) for f in root.iterfind(".//k:Folder", ns)}
    for code, ids in by_filter.items():
        assert len(folders[named[code].name if code else "未说明区县"]) == len(ids)
    marked = [mark.get("id") for marks in folders.values() for mark in marks if mark.get("id")]
    assert len(marked) == len(set(marked)) and {f"f{i}" for ids in by_filter.values() for i in ids} <= set(marked)


def test_kml_is_escaped_and_styled(written: Any):
    root = ElementTree.parse(written("kml").paths[0]).getroot()  # noqa: S314
    ns = {"k": "http://www.opengis.net/kml/2.2"}
    names = [e.text for e in root.iterfind(".//k:Placemark/k:name", ns)]
    assert "1号厂房<b>" in names
    styles = {"#" + e.get("id", "") for e in root.iterfind(".//k:Style", ns)}
    assert {e.text for e in root.iterfind(".//k:styleUrl", ns)} <= styles


def test_gbk_losses_are_listed_feature_by_feature(written: Any, tmp_path: Path):
    rare = build.frame([feature("𠮷祥里社区")], [placed(Point(117, 36.6))])
    done = written("shp", encoding="GBK", frame=rare)
    lost = [issue for issue in done.issues if issue.message == "export.characters_lost"]
    assert [dict(i.values)["lost"] for i in lost] == ["𠮷"]
    done = written("shp", encoding="GB18030", frame=rare)
    assert not [issue for issue in done.issues if issue.message == "export.characters_lost"]


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030", "GBK"])
def test_long_text_is_cut_between_characters_and_told(encoding: str, written: Any, tmp_path: Path):
    members = tuple(f"第{i}个成员单位" for i in range(60))
    done = written(
        "shp", encoding=encoding, frame=build.frame([feature("甲园", members=members)], [placed(Point(117, 36.6))])
    )
    cut = [issue for issue in done.issues if issue.message == "export.text_cut"]
    assert [dict(i.values)["field"] for i in cut] == ["members"]
    with zipfile.ZipFile(done.paths[0]) as archive:
        archive.extractall(tmp_path / "set")
    told = gpd.read_file(next((tmp_path / "set").glob("*.shp")), engine="pyogrio")["members"][0]
    assert "|".join(members).startswith(told) and 250 <= len(told.encode(encoding)) <= 254


def test_control_characters_do_not_break_xml_or_spreadsheets(written: Any):
    bad = build.frame(
        [feature("甲\x00\x0b园\x1f]]>`</script>", aliases=("乙\x01",), part_of="丙\x02")], [placed(Point(117, 36.6))]
    )
    [name] = [
        e.text
        for e in ElementTree.parse(written("kml", frame=bad).paths[0]).iterfind(  # noqa: S314
            ".//{*}Placemark/{*}name"
        )
    ]
    assert name == "甲园]]>`</script>"
    book = openpyxl.load_workbook(written("xlsx", frame=bad).paths[0])
    assert book["市中区"]["B2"].value == name


def test_reviews_are_exported_when_there_are_any(frame: gpd.GeoDataFrame, written: Any, tmp_path: Path):
    kept = store.open(str(tmp_path / "s.gpkg"))
    kept.save(frame, ())
    kept.record(Review(feature=frame["id"][3], state="confirmed", reviewer="王敏"), seen=0)
    back = gpd.read_file(written("gpkg", frame=kept.load().frame).paths[0], layer="industry_area", engine="pyogrio")
    assert back["review"][0] == "confirmed" and back["reviewer"][0] == "王敏"


def test_package_holds_everything_with_true_sums(
    frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], town: City, tmp_path: Path
):
    done = export.package(frame, tmp_path / "jinan.zip", "4548", plans=plans, town=town, lang="zh")
    with zipfile.ZipFile(done.paths[0]) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
        sums = archive.read("jinan/SHA256SUMS").decode().splitlines()
        for line in sums:
            digest, _, name = line.partition("  ")
            assert hashlib.sha256(archive.read(f"jinan/{name}")).hexdigest() == digest
        readme = archive.read("jinan/README.txt").decode("utf-8-sig")
    assert {line.partition("  ")[2] for line in sums} == names - {"SHA256SUMS"}
    suffixes = {Path(name).suffix for name in names}
    assert {".geojson", ".gpkg", ".zip", ".fgb", ".parquet", ".csv", ".xlsx", ".dxf", ".json", ".txt"} <= suffixes
    files = readme.partition("定位精度：")[0].splitlines()
    for name in names - {"README.txt", "SHA256SUMS"}:
        [line] = [line for line in files if line.startswith(f"  {name}: ")]
        assert any("\u4e00" <= c <= "\u9fff" for c in line)
    assert "OpenStreetMap: ODbL 1.0" in readme and "甲规划" in readme and "准确 (exact)" in readme


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"format": "docx"}, "geojson"),
        ({"format": "geojson", "crs": "4547x"}, "gcj02"),
        ({"format": "geojson", "crs": "4540"}, "4548"),
        ({"format": "kml", "crs": "4548"}, "4326"),
        ({"format": "dxf", "crs": "4326"}, "gk"),
        ({"format": "shp", "encoding": "latin-1"}, "GB18030"),
        ({"format": "gpkg", "by": "colour"}, "district"),
    ],
)
def test_wrong_calls_say_what_would_be_right_and_leave_nothing(
    more: dict[str, Any], named: str, written: Any, tmp_path: Path
):
    with pytest.raises(CallError, match=named):
        written(more.pop("format"), more.pop("crs", "4326"), **more)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_empty_selection_is_told(frame: gpd.GeoDataFrame, written: Any):
    with pytest.raises(CallError) as error:
        written("geojson", frame=frame.iloc[:0])
    assert error.value.message == "export.nothing"


@pytest.mark.parametrize("format", list(export.FORMATS))
def test_selection_without_any_place_is_written(format: str, written: Any):
    lost = build.frame([feature("甲园")], [UNPLACED])
    for path in written(format, "4548" if format == "dxf" else "4326", frame=lost).paths if format != "dxf" else ():
        assert path.stat().st_size > 0


def test_unwritable_path_is_told(frame: gpd.GeoDataFrame, town: City, tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CallError) as told:
        export.export(frame, tmp_path / "file" / "x.geojson", town=town)
    # Why the system refused it is said in the language of the reader.
    assert ("已有同名的文件" in told.value.text("zh"), "File exists" in told.value.text("en")) == (True, True)
    assert dict(told.value.issue("x").values)["why"] in ("已有同名的文件", "File exists")
    with pytest.raises(CallError):
        export.export(frame, tmp_path, "geojson", town=town)


@pytest.mark.parametrize("format", list(export.FORMATS))
def test_progress_reaches_the_end(format: str, written: Any):
    told: list[tuple[int, int]] = []
    written(format, "4548" if format == "dxf" else "4326", progress=lambda done, all_: told.append((done, all_)))
    assert told[-1] == (7, 7) and told == sorted(told)


def test_progress_of_a_package_counts_every_format(frame: gpd.GeoDataFrame, town: City, tmp_path: Path):
    told: list[tuple[int, int]] = []
    export.package(frame, tmp_path / "a.zip", town=town, progress=lambda done, all_: told.append((done, all_)))
    assert told[-1][0] == told[-1][1] > 7 and told == sorted(told)


def test_zone_is_picked_by_longitude():
    for lon, code in ((117.0, "4548"), (121.0, "4549"), (87.6, "4538")):
        here = gpd.GeoDataFrame({"x": [1]}, geometry=[Point(lon, 36)], crs=4326)
        assert grid.choose("gk", here).code == code
    assert grid.choose("EPSG:4490", here).code == "4490" and grid.choose("GCJ-02", here).suffix == "gcj02"


def test_frames_with_any_index_are_exported(written: Any, frame: gpd.GeoDataFrame):
    part = frame.iloc[[4, 2]]
    rows = pd.read_csv(written("csv", frame=part).paths[0])
    assert list(rows["name"]) == ["1号厂房<b>", "轨道环线"]


@pytest.mark.parametrize("format_", ["xlsx", "dxf"])
def test_what_no_program_could_open_is_refused_with_the_way_out(
    frame: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: str
):
    monkeypatch.setitem(export.FORMATS, format_, export.FORMATS[format_]._replace(most=len(frame) - 1))
    with pytest.raises(CallError, match="gpkg") as told:
        export.export(frame, tmp_path / f"a.{format_}", crs="gk")
    assert told.value.message == "export.too_many"
    assert not list(tmp_path.iterdir())
    monkeypatch.setitem(export.FORMATS, format_, export.FORMATS[format_]._replace(most=len(frame)))
    assert export.export(frame, tmp_path / f"a.{format_}", crs="gk").paths


def test_a_package_leaves_out_what_a_format_does_not_take(
    frame: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(export.FORMATS, "xlsx", export.FORMATS["xlsx"]._replace(most=1))
    made = export.package(frame, tmp_path / "a.zip")
    names = zipfile.ZipFile(made.paths[0]).namelist()
    assert not [n for n in names if n.endswith(".xlsx")]
    assert [n for n in names if n.endswith(".gpkg")]
    assert "export.format_left_out" in [i.message for i in made.issues]


def test_files_that_programs_open_in_part_say_so(
    frame: gpd.GeoDataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(kml, "MANY", len(frame) - 1)
    monkeypatch.setattr(text, "MOST_ROWS", len(frame))
    monkeypatch.setattr(shapefile, "LARGEST_BYTES", 100)
    told = {
        name: [i.message for i in export.export(frame, tmp_path / f"a.{name}", name).issues]
        for name in ("kml", "csv", "shp")
    }
    assert "export.earth_many" in told["kml"]
    assert "export.sheet_rows" in told["csv"]
    assert "export.table_large" in told["shp"]
    monkeypatch.undo()
    for name in told:
        found = {i.message for i in export.export(frame, tmp_path / f"b.{name}", name).issues}
        assert not found & {"export.earth_many", "export.sheet_rows", "export.table_large"}
