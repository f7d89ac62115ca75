"""The commands: their results, their one-line faults and their exit codes."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest

import language
import planmap
from commands import console, results
from errors import Issue
from layers import view
from tests.conftest import FIRST

HOME = Path(__file__).parent.parent
COMMANDS = (
    "extract", "compare", "build", "locate", "export", "sheet", "serve", "import-places", "import-osm", "new-city",
    "user", "backup", "restore", "check",
)  # fmt: skip


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs a command in this process: exit code, output, notes."""

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = planmap.main([str(a) for a in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


@pytest.fixture
def built(run: Any, plans: Path, tmp_path: Path, setting: Callable[..., None]) -> Path:
    """Return a folder of layers that is also that of the settings."""
    folder = tmp_path / "layers"
    setting(layers=folder, store=tmp_path / "store" / "planmap.gpkg")
    assert run("build", plans)[0] == 0
    return folder / "370100"


def rows(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_extract_writes_records_without_coordinates(run: Any, plans: Path, tmp_path: Path) -> None:
    out = tmp_path / "features.jsonl"
    assert run("extract", plans, "-o", out)[:2] == (0, "")
    records = rows(out.read_text(encoding="utf-8"))
    assert {"id", "name", "mentions", "doc"} <= set(records[0])
    assert not any("geometry" in record for record in records)
    code, shown, _ = run("extract", plans)
    assert code == 0
    assert rows(shown) == records
    code, shown, _ = run("extract", plans, "-o", out, "--json")
    assert rows(shown) == [{"features": len(records), "plans": 2, "file": str(out)}]


def test_extract_explains_a_feature(run: Any, plans: Path) -> None:
    code, shown, _ = run("extract", plans, "--explain", "湫水河大桥")
    assert code == 0
    assert "规划建设【湫水河大桥】" in shown
    code, shown, _ = run("extract", plans, "--explain", "湫水河大桥", "--json")
    (found,) = rows(shown)
    assert found["taken"]
    assert found["readings"][0]["text"] == "湫水河大桥"


def test_compare_tells_what_is_new_and_gone(run: Any, plans: Path) -> None:
    code, shown, _ = run("compare", plans / "first.txt", plans / "second.txt")
    assert code == 0
    assert "岚坪水库扩容工程" in shown
    assert "湫水河大桥" in shown
    _, told, _ = run("compare", plans / "first.txt", plans / "second.txt", "--json")
    by_name = {row["name"]: row["what"] for row in rows(told)}
    assert by_name["岚坪水库扩容工程"] == "new"
    assert by_name["湫水河大桥"] == "gone"
    assert by_name.get("湫水河湿地公园") != "new"
    assert run("compare", plans / "first.txt", "nowhere")[0] == 2


def test_compare_speaks_in_words_and_counts_no_silence_as_a_change(run: Any, tmp_path: Path) -> None:
    for name, state, sum_ in (("old", "规划建设", ""), ("new", "加快推进", "，总投资12亿元")):
        text = f"济南市槐荫区建设规划\n\n一、重点任务\n{state}云岫总部大厦{sum_}。规划建设湫水河大桥{sum_}。\n"
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    code, shown, said = run("compare", tmp_path / "old.txt", tmp_path / "new.txt")
    assert code == 0
    lines = shown.splitlines()
    assert "变化 云岫总部大厦" in lines and "    状态: 规划 -> 在建" in lines
    assert "说明 湫水河大桥" in lines and "    投资额 (亿元): - -> 12" in lines
    assert "有变化 1 项，仅一部说明详情 1 项" in said
    _, told, _ = run("compare", tmp_path / "old.txt", tmp_path / "new.txt", "--json")
    assert {row["name"]: row["what"] for row in rows(told)} == {"云岫总部大厦": "changed", "湫水河大桥": "told"}


def test_missing_folders_are_made(run: Any, built: Path, plans: Path, tmp_path: Path) -> None:
    for command in (("extract", plans), ("export",)):
        out = tmp_path / "new" / command[0] / "out.geojson"
        assert run(*command, "-o", out)[0] == 0
        assert out.is_file()


def test_what_a_format_would_lose_is_told_before_it_is_lost(run: Any, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "part.zip"
    code, shown, said = run("export", "--encoding", "GBK", "-o", out, "--dry-run")
    assert (code, shown, out.parent.exists()) == (0, "", False)
    assert "mentions" in said
    assert rows(run("export", "-o", out, "--dry-run", "--json")[1])[0]["losses"]


def test_build_reports_and_json_says_the_same(run: Any, plans: Path, tmp_path: Path) -> None:
    code, shown, _ = run("build", plans, "-o", tmp_path / "one", "--unplaced")
    assert code == 0
    code, counted, notes = run("build", plans, "-o", tmp_path / "two", "--json")
    assert (code, notes) == (0, "")
    (report,) = rows(counted)
    assert f"{report['features']} 项要素" in shown
    assert all(row["name"] in shown for row in report["unplaced"])
    assert "槐荫区" in shown
    assert (tmp_path / "two" / "370100" / "all.geojson").is_file()


def test_locate_gives_a_line_for_each_name(run: Any) -> None:
    code, shown, _ = run("locate", "济南西站", "无此名称之处")
    assert code == 0
    found, unknown = rows(shown)
    assert found["geometry"]["type"] == "Point"
    assert found["precision"] in ("exact", "near")
    assert found["radius_m"] > 0
    assert found["candidates"][0]["name"] == "济南西站"
    assert unknown["geometry"] is None
    assert unknown["precision"] == "unplaced"
    assert unknown["reason"]


def test_export_writes_what_the_filters_leave(run: Any, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "part.geojson"
    assert run("export", "--format", "geojson", "--district", "槐荫区", "-o", out)[0] == 0
    every, part = gpd.read_file(built / "all.geojson"), gpd.read_file(out)
    assert 0 < len(part) < len(every)
    _, shown, _ = run("export", "-o", out, "--search", "湫水河大桥", "--json")
    assert rows(shown) == [{"features": 1, "files": [str(out)]}]
    assert gpd.read_file(out)["name"].tolist() == ["湫水河大桥"]


def test_a_folder_is_no_file_to_export_to(run: Any, built: Path, tmp_path: Path) -> None:
    code, _, notes = run("export", "-o", tmp_path)
    assert code == 2 and notes.strip() == language.text("export.folder", None, path=str(tmp_path))


@pytest.mark.parametrize(("files", "named"), [(1, "0"), (2, "0, 1"), (3, "0, 1, 2"), (4, "0 … (4)")])
def test_every_file_is_named_of_few(files: int, named: str, capsys: pytest.CaptureFixture[str]) -> None:
    results._tell(argparse.Namespace(json=False), 9, [Path(str(k)) for k in range(files)], 7)
    assert capsys.readouterr().err.strip() == language.text("cli.written", None, n=7, path=named)


def test_sheet_draws_the_selection(run: Any, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    code, _, notes = run("sheet", "--district", "槐荫", "--title", "云岫", "--size", "200x150", "-o", out)
    assert (code, out.read_bytes()[:4]) == (0, b"\x89PNG"), notes


def test_a_build_keeps_reviews_and_a_selection_follows_them(run: Any, built: Path, plans: Path, tmp_path: Path) -> None:
    import settings
    from layers import store
    from layers.review import Review

    kept = store.open(settings.load().store)
    frame, _ = kept.built()
    bridge = frame.loc[frame["name"] == "湫水河大桥", "id"].iloc[0]
    kept.record(Review(feature=bridge, state="rejected", reviewer="test"), seen=0)
    (plans / "first.txt").unlink()
    code, shown, _ = run("build", plans, "--json")
    assert (code, rows(shown)[0]["orphans"]) == (0, 1)
    (plans / "first.txt").write_text(FIRST, encoding="utf-8")
    assert run("build", plans, "--json")[0] == 0
    out = tmp_path / "rejected.geojson"
    assert run("export", "--review", "rejected", "-o", out)[0] == 0
    assert gpd.read_file(out)["name"].tolist() == ["湫水河大桥"]


def test_import_places_shows_first_and_then_takes_over(run: Any, tmp_path: Path, setting: Callable[..., None]) -> None:
    data = tmp_path / "data"
    shutil.copytree(HOME / "data", data, ignore=shutil.ignore_patterns("layers", "sample"))
    setting(data=data)
    own = tmp_path / "own.csv"
    own.write_text("名称,经度,纬度\n云岫观象台,116.95,36.65\n海外村,121,31\n", encoding="utf-8")
    gazetteer = data / "cities" / "370100" / "places.csv"
    before = gazetteer.read_bytes()
    code, shown, notes = run("import-places", own, "--source", "test", "--dry-run")
    assert code == 0
    assert "云岫观象台" in shown
    assert "own.csv:3" in notes
    assert gazetteer.read_bytes() == before
    assert run("import-places", own, "--source", "test")[0] == 0
    (found,) = rows(run("locate", "云岫观象台")[1])
    assert found["source"] == "test"
    assert found["geometry"]["coordinates"] == [116.95, 36.65]
    assert run("import-places", tmp_path / "none.csv")[0] == 2


def test_check_passes_what_was_built_and_lists_what_was_broken(run: Any, built: Path) -> None:
    assert run("check")[0] == 0
    whole = built / "all.geojson"
    whole.write_text(whole.read_text(encoding="utf-8").replace('"precision":"', '"precision":"un', 1), encoding="utf-8")
    code, shown, _ = run("check", built)
    assert code == 1
    assert "all.geojson" in shown
    code, shown, _ = run("check", built, "--json")
    assert code == 1
    assert rows(shown)[0]["faults"]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "--help"),
        (("paint",), "extract"),
        (("extract",), "PLANS"),
        (("extract", "nowhere"), "nowhere"),
        (("build", "nowhere"), "nowhere"),
        (("build", "{plans}", "--city", "999999"), "999999"),
        (("build", "{empty}"), "blank.txt"),
        (("locate", "x", "--city", "37"), "37"),
        (("extract", "{plans}", "-o", "{empty}/blank.txt/features.jsonl"), "features.jsonl"),
        (("locate", ""), "名称"),
        (("locate", "济南西站", " "), "名称"),
        (("locate", "x", "--city", "370102"), "370100"),
        (("locate", "x", "--city", "370000"), "370000"),
        (("build", "{plans}", "-o", "{empty}/out", "--store", "{empty}/blank.txt/x.gpkg"), "x.gpkg"),
        (("build", "{plans}", "-o", "{empty}/out", "--store", "{empty}/folder.gpkg"), "folder.gpkg"),
        (("extract", "{plans}", "--explain", ""), "extract"),
        (("build", "{plans}", "-o", "{empty}/blank.txt"), "blank.txt"),
        (("check", "{empty}"), "build"),
        (("import-places", "{empty}/none.csv"), "none.csv"),
        (("import-osm", "{empty}/none.osm.pbf"), "none.osm.pbf"),
        (("export", "--city", "370200", "-o", "x.geojson"), "370200"),
        (("export", "-o", "x.geojson", "--bbox", "1,2,3"), "1,2,3"),
        (("export", "-o", "x.geojson", "--bbox", "118,36,117,37"), "118"),
        (("export", "-o", "x.geojson", "--category", "weather"), "industry"),
        (("export", "-o", "x.geojson", "--district", "海淀"), "历下, 市中, 槐荫, 天桥, 历城, 长清, 章丘"),
        (("export", "-o", "x.geojson", "--crs", "4534"), "4548"),
        (("export", "-o", "{empty}/blank.txt/x.geojson"), "x.geojson"),
        (("export", "-o", "{empty}/folder.gpkg"), "folder.gpkg"),
        (("export", "-o", "x.geojson", "--search", "无此名称"), ""),
        (("export", "-o", "x.doc", "--format", "doc"), "geojson"),
        (("export", "-o", "x.geojson", "--crs", "1"), "4326"),
        (("sheet", "-o", "x.doc"), "png"),
        (("sheet", "-o", "x.png", "--atlas", "x"), "--atlas"),
        (("sheet", "--atlas", "{empty}/x", "--by", "weather"), "category"),
        (("sheet", "-o", "{empty}/x.png", "--basemap", "amap"), "plain"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(
    run: Any, built: Path, plans: Path, tmp_path: Path, arguments: tuple[str, ...], word: str
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "blank.txt").write_bytes(b"")
    (empty / "folder.gpkg").mkdir()
    code, shown, notes = run(*(a.format(plans=plans, empty=empty) for a in arguments))
    assert (code, shown) == (2, "")
    assert len(notes.splitlines()) == 1
    assert word in notes
    assert not list(HOME.glob("x.*"))


def test_bad_files_are_named_and_the_rest_is_done(run: Any, plans: Path, tmp_path: Path) -> None:
    (plans / "picture.txt").write_bytes(bytes(500))
    code, _, notes = run("build", plans, "-o", tmp_path / "layers")
    assert code == 0
    assert [line for line in notes.splitlines() if "picture.txt" in line]


def test_the_filters_are_those_of_the_page() -> None:
    assert results.FILTERS == view.CHOICES


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_help_comes_in_both_languages(lang: str, monkeypatch: pytest.MonkeyPatch, run: Any) -> None:
    monkeypatch.setenv("PLANMAP_LANG", lang)
    language.default.cache_clear()
    try:
        for command in ("", *COMMANDS):
            code, shown, _ = run(*filter(None, (command, "--help")))
            assert code == 0
            assert any("\u4e00" <= c <= "\u9fff" for c in shown) == (lang == "zh")
    finally:
        monkeypatch.undo()
        language.default.cache_clear()


def test_values_may_be_given_with_commas_or_again() -> None:
    assert results._values(["槐荫,市中", "长清、槐荫", " "]) == ("槐荫", "市中", "长清")


def test_in_a_pipe_there_is_no_progress_and_a_closed_pipe_is_no_fault(plans: Path) -> None:
    command = f'"{sys.executable}" planmap.py extract "{plans}"'
    done = subprocess.run(command, shell=True, cwd=HOME, capture_output=True, text=True, encoding="utf-8")  # noqa: S602
    assert (done.returncode, done.stderr) == (0, "")
    cut = subprocess.run(f"{command} | true", shell=True, cwd=HOME, capture_output=True, text=True)  # noqa: S602
    assert cut.stderr == ""


def test_json_is_the_same_where_the_output_is_not_utf8(plans: Path) -> None:
    command = [sys.executable, "planmap.py", "extract", str(plans)]
    told = [
        subprocess.run(command, cwd=HOME, capture_output=True, env=os.environ | {"PYTHONIOENCODING": name}).stdout
        for name in ("utf-8", "ascii", "gbk")
    ]
    assert rows(told[0].decode("utf-8")) == rows(told[1].decode("ascii")) == rows(told[2].decode("ascii"))


def test_a_fault_of_the_settings_is_one_line(plans: Path, tmp_path: Path) -> None:
    config = tmp_path / "planmap.toml"
    for line, word in (('citty = "370100"', "citty"), ('upload_mb = "many"', "upload_mb"), ("city =", "planmap.toml")):
        config.write_text(line, encoding="utf-8")
        command = [sys.executable, "planmap.py", "build", str(plans), "-o", str(tmp_path / "layers")]
        env = os.environ | {"PLANMAP_CONFIG": str(config), "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, encoding="utf-8", env=env)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert word in done.stderr


def test_extract_waits_for_no_geometry(plans: Path, tmp_path: Path) -> None:
    code = "import sys, planmap; done = planmap.main(sys.argv[1:]); print(*sorted(sys.modules)); sys.exit(done)"
    command = [sys.executable, "-c", code, "extract", str(plans), "-o", str(tmp_path / "found.jsonl")]
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert done.returncode == 0
    assert "rjieba" in loaded
    assert not loaded & {"geopandas", "pandas", "numpy", "shapely", "geo", "layers"}


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, planmap; planmap._parser(); print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOME, capture_output=True, text=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert done.returncode == 0
    assert not loaded & {
        "geopandas",
        "pandas",
        "numpy",
        "shapely",
        "folium",
        "streamlit",
        "matplotlib",
        "rjieba",
        "pypdf",
    }


def test_losses_of_one_kind_are_told_up_to_a_number_and_then_counted(capsys):
    issues = [Issue(f"row {k}", "export.earth_many", (("n", str(k)),)) for k in range(5)]
    issues.append(Issue("last", "export.formula_guarded", (("n", "1"),)))
    console.warn(issues, 3)
    told = capsys.readouterr().err.splitlines()
    assert [line.partition(":")[0] for line in told[:4]] == ["row 0", "row 1", "row 2", "last"]
    assert told[4] == console.text("alike", n=2)
    assert len(told) == 5
    console.warn(issues)
    assert len(capsys.readouterr().err.splitlines()) == 6
