"""What comes from outside stays text: in paths, in cells, in pages and files; SQL is tested with the stores."""

import csv
import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from shapely.geometry import Point

import city
import planmap
from geo.placement import Placement
from layers import atlas, build, export, marks, webmap
from pages.map import accepted, additions, cards, facts
from projects.feature import Feature, Mention, feature_id
from projects.plan import Plan
from tests.conftest import HOME

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1", "=cmd|' /C calc'!A0")
MARKUP = "<img src=x onerror=alert(1)>`${alert(2)}`</script><script>alert(3)</script>{{7*7}}]]>&\"'"
PATHS = ("../../x", "..", "/etc/passwd", "C:\\x", "a/b", "nul\0l", "~/x", "370100/../../x", "-o", "$(id)", "长" * 300)


def hostile(text: str, **more: Any) -> tuple[Feature, Placement]:
    """Return a feature and its place with a text wherever one can be."""
    feature = Feature(
        id=feature_id("370100", "project", text), name=text, kind="project", category="culture", doc=text,
        mentions=(Mention(text, text, 3, 4),), aliases=(text, text + "二"), districts=("历下",), part_of=text,
        members=(text,), **more,
    )  # fmt: skip
    placed = Placement(
        geometry=Point(117.05, 36.66), method="gazetteer", precision="near", radius_m=900.0, source=text, licence=text
    )
    return feature, placed


def world(texts: tuple[str, ...]) -> tuple[gpd.GeoDataFrame, tuple[Plan, ...]]:
    features, placements = zip(*(hostile(f"{text}{k or ''}") for k, text in enumerate(texts)), strict=True)
    plans = tuple(Plan(id=t, title=t, file=t, sha256="a" * 64, issuer=t, number=t) for t in texts)
    return build.frame(features, placements), plans


def cells(path: Path) -> list[str]:
    """Return the texts that a spreadsheet would take for formulas."""
    if path.suffix == ".csv":
        rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        return [c for row in rows for c in row if c.startswith(("=", "+", "-", "@", "\t", "\r", "\n", *"＝＋－＠"))]
    book = openpyxl.load_workbook(path)
    return [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "f"]


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_no_text_of_a_feature_or_a_plan_is_a_formula(format: str, tmp_path: Path) -> None:
    frame, plans = world(FORMULAS)
    done = export.export(frame, tmp_path / f"x.{format}", plans=plans, town=city.load("370100"))
    assert done.paths and not [c for path in done.paths for c in cells(path)]


def test_no_table_in_the_package_of_all_formats_holds_a_formula(tmp_path: Path) -> None:
    frame, plans = world(FORMULAS)
    [made] = export.package(frame, tmp_path / "x.zip", plans=plans, town=city.load("370100")).paths
    with zipfile.ZipFile(made) as package:
        names = package.namelist()
        assert all(not n.startswith("/") and ".." not in n.split("/") for n in names)
        package.extractall(tmp_path / "out")
    tables = [p for p in (tmp_path / "out").rglob("*") if p.suffix in (".csv", ".xlsx")]
    assert len(tables) > 2
    assert not {p.name: found for p in tables if (found := cells(p))}


@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(str.strip))
def test_any_text_is_a_text_in_a_sheet(text: str, tmp_path: Path) -> None:
    frame, plans = world((text,))
    for format in ("csv", "xlsx"):
        done = export.export(frame, tmp_path / f"x.{format}", plans=plans, town=city.load("370100"))
        assert not [c for path in done.paths for c in cells(path)]


def test_markup_is_text_on_the_map_and_in_the_details() -> None:
    frame, plans = world((MARKUP,))
    shown = webmap.shown(marks.marks(frame), np.arange(len(frame)), "zh")
    script = webmap.Features(shown).data
    row = next(frame.assign(review="confirmed", reviewer=MARKUP, reviewed_at="", note=MARKUP).itertuples())
    html = [
        script,
        cards.head(MARKUP, [MARKUP], MARKUP),
        cards.title(MARKUP),
        cards.lines([MARKUP]),
        cards.table(facts.place(row, "zh")),
        cards.table([facts.Fact(MARKUP, MARKUP)]),
    ]
    for text in html:
        assert not re.search(r"<(img|/?script)|\{\{", text.replace("<dl", "").replace("<h2", "")), text
    assert MARKUP not in "".join(html)
    assert plans[0].title == MARKUP


@pytest.mark.parametrize("format", ["kml", "geojson"])
def test_markup_is_text_in_files(format: str, tmp_path: Path) -> None:
    frame, plans = world((MARKUP,))
    [path] = export.export(frame, tmp_path / f"x.{format}", plans=plans, town=city.load("370100")).paths
    if format == "geojson":
        [feature] = json.loads(path.read_text(encoding="utf-8"))["features"]
        assert feature["properties"]["name"] == MARKUP
        return
    tree = ET.parse(path)  # noqa: S314 (our own file)
    names = [e.text for e in tree.iter() if e.tag.endswith("}name")]
    assert MARKUP in names
    # A balloon shows its description as HTML.
    balloons = "".join(e.text or "" for e in tree.iter() if e.tag.endswith(("}description", "}text")))
    assert not re.search(r"<(img|script)", balloons)


def test_markup_is_text_on_a_sheet(tmp_path: Path) -> None:
    from layers import sheet

    frame, plans = world((MARKUP,))
    made = sheet.draw(
        frame, tmp_path / "x.svg", city=city.load("370100"), title=MARKUP, plans=plans, size="200x150", dpi=60
    )
    tree = ET.parse(made.paths[0])  # noqa: S314 (our own file)
    tags = {e.tag.rpartition("}")[2] for e in tree.iter()}
    assert "path" in tags and not tags & {"script", "img", "foreignObject"}


@pytest.mark.parametrize("name", PATHS)
def test_no_name_of_an_upload_leaves_its_folder(name: str, tmp_path: Path) -> None:
    for one in (f"{name}.txt", f"{name}/x.txt", f"x.{name}"):
        safe = additions.safe_name(one)
        assert safe not in ("", ".", "..") and not set(safe) & set('/\\\0:<>"|?*[]')
        accepted.keep([(one, b"text")], tmp_path / "in")
    assert all(p.is_file() and p.parent == tmp_path / "in" for p in (tmp_path / "in").iterdir())
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


@examples(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(min_size=0, max_size=400))
def test_any_name_of_an_upload_becomes_a_name_that_can_be_written(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"0123456789ab-{additions.safe_name(name)}"
    path.write_bytes(b"x")
    assert path.parent == tmp_path
    path.unlink()


@pytest.mark.parametrize("code", [*PATHS, "", "370100;", "三七〇一〇〇", "37010０"])
@pytest.mark.parametrize(
    "command",
    [
        ("build", "{plans}"), ("locate", "x"), ("export", "-o", "{tmp}/x.csv"), ("sheet", "-o", "{tmp}/x.png"),
        ("check",), ("import-places", "{plans}/plans.csv"), ("backup", "{tmp}/x.gpkg"), ("restore", "{tmp}/x.gpkg"),
        ("serve",),
    ],
    ids=lambda c: c[0],
)  # fmt: skip
def test_no_code_of_a_city_is_a_path(
    code: str, command: tuple[str, ...], plans: Path, tmp_path: Path, setting: Callable[..., None],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    setting(layers=tmp_path / "layers", store=tmp_path / "store" / "{city}.gpkg", cities=tmp_path / "cities")
    if code == "":
        return  # that of the settings
    before = sorted(tmp_path.rglob("*"))
    try:
        done = planmap.main([*(a.format(plans=plans, tmp=tmp_path) for a in command), f"--city={code}"])
    except SystemExit as end:
        done = int(end.code or 0)
    said = capsys.readouterr()
    assert (done, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert sorted(tmp_path.rglob("*")) == before


def test_ids_of_plans_name_no_file_outside_the_atlas(tmp_path: Path) -> None:
    frame, plans = world(("../../甲", "/etc/乙", "丙\\..\\丁"))
    made = atlas.bind(
        frame, tmp_path / "atlas", city=city.load("370100"), by="plan", plans=plans, size="200x150", dpi=60
    )
    assert made.leaves
    assert all(path.parent == tmp_path / "atlas" for leaf in made.leaves for path in leaf.paths)
    assert [p.name for p in tmp_path.iterdir()] == ["atlas"]


def test_a_table_of_plans_names_no_file_outside_its_folder(plans: Path, tmp_path: Path) -> None:
    import pipeline

    (tmp_path / "secret.txt").write_text("建设云岫文化馆。", encoding="utf-8")
    rows = "".join(f'x{k},"{name}",,,,,,,\n' for k, name in enumerate(("../secret.txt", *PATHS)) if "\0" not in name)
    with (plans / "plans.csv").open("a", encoding="utf-8") as table:
        table.write(rows)
    found = pipeline.extract([plans])
    assert {p.file for p in found.plans} == {"first.txt", "second.txt"}
    assert len(found.issues) == len(rows.splitlines())


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('citty = "370100"', "citty"),
        ("upload_mb = -1", "upload_mb"),
        ("upload_mb = true", "upload_mb"),
        ("upload_mb = 1.5", "upload_mb"),
        ("plans = ['a', 'b']", "plans"),
        ("store = 5", "store"),
        ("login = 'nobody'", "login"),
        ("[city]\nname = '济南'", "city"),
        ("city = '370100", "planmap.toml"),
        ("city = '370100'\ncity = '370200'", "planmap.toml"),
        ("\ufeffcity = 370100\n\0", "planmap.toml"),
    ],
)
def test_a_typo_in_the_settings_is_one_line_that_names_it(line: str, word: str, plans: Path, tmp_path: Path) -> None:
    config = tmp_path / "planmap.toml"
    config.write_text(line, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "planmap.py", "build", str(plans), "-o", str(tmp_path / "layers")],
        cwd=HOME, capture_output=True, text=True, encoding="utf-8",
        env=os.environ | {"PLANMAP_CONFIG": str(config), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert word in done.stderr
    assert not (tmp_path / "layers").exists()
