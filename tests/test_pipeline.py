"""From plan files to layers: everything accounted for, faults as rows, and never half a result."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import pipeline
from errors import CallError, DataError, PlanError
from layers import build as layer_build

HOME = Path(__file__).parent.parent
ADCODE = "370100"


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_build_accounts_for_every_feature(plans: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    report = pipeline.build([plans], tmp_path / "layers", ADCODE, lambda *step: seen.append(step))
    frame = layer_build.read(report.folder).frame
    assert report.plans == 2
    assert report.features == len(frame) == sum(report.precision.values())
    assert sum(n for n, _ in report.category.values()) == report.features
    assert {name for name, _ in report.unplaced} == set(frame["name"][frame.geometry.isna()])
    assert all(reason for _, reason in report.unplaced)
    assert sum(report.method.values()) == report.features - len(report.unplaced)
    assert sum(report.reason.values()) == len(report.unplaced)
    assert {"阜台科技产业园", "湫水河大桥", "岚坪水库扩容工程"} <= set(frame["name"])
    assert not report.issues
    assert [step for step, done, of in seen if done == of] == list(pipeline.STEPS)
    assert json.loads(json.dumps(report.record()))["features"] == report.features


def test_one_thing_in_two_plans_is_one_feature_with_both_mentions(plans: Path, tmp_path: Path) -> None:
    report = pipeline.build([plans], tmp_path / "layers", ADCODE)
    frame = layer_build.read(report.folder).frame
    parks = frame[frame["name"] == "湫水河湿地公园"]
    assert len(parks) == 1
    assert {m["plan"] for m in parks.iloc[0]["mentions"]} == {"yunxiu", "ecology"}


def test_the_same_input_gives_the_same_bytes(plans: Path, tmp_path: Path) -> None:
    first = content(pipeline.build([plans], tmp_path / "one", ADCODE).folder)
    assert content(pipeline.build([plans], tmp_path / "two", ADCODE).folder) == first


def test_a_mention_leads_to_the_very_words(plans: Path) -> None:
    found = pipeline.extract([plans / "second.txt"])
    source = (plans / "second.txt").read_text(encoding="gb18030")
    feature = next(f for f in found.features if f.name == "岚坪水库扩容工程")
    for mention in feature.mentions:
        assert source[mention.offset : mention.offset + mention.length] == "岚坪水库扩容工程"


def test_explaining_shows_the_sentence_around_each_mention(plans: Path) -> None:
    (record,) = pipeline.explain([plans], "湫水河大桥")
    (reading,) = record["readings"]
    assert reading["text"] == "湫水河大桥"
    assert reading["before"].endswith("规划建设")
    with pytest.raises(CallError) as caught:
        pipeline.explain([plans], "无此名称大桥")
    assert caught.value.message == "cli.not_named"


def test_bad_files_become_rows_and_the_others_are_done(plans: Path, tmp_path: Path) -> None:
    with (plans / "plans.csv").open("a", encoding="utf-8") as table:
        table.write("gone,gone.txt,,某规划,,,,,\n")
    (plans / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    (plans / "blank.txt").write_bytes(b"")
    report = pipeline.build([plans], tmp_path / "layers", ADCODE)
    assert report.plans == 2
    assert report.features > 0
    named = {issue.message: issue.text("en") for issue in report.issues}
    assert set(named) == {"plans.no_file", "files.binary", "files.empty"}
    assert all("\n" not in text for text in named.values())


@pytest.mark.parametrize(
    ("prepare", "error"),
    [
        (lambda folder: folder / "nowhere", "errors.no_plans"),
        (lambda folder: folder, "errors.no_plans"),
        (lambda folder: shutil.copy(HOME / "city.py", folder / "city.txt"), ""),
    ],
)
def test_a_call_without_plans_is_named(tmp_path: Path, prepare: object, error: str) -> None:
    path = prepare(tmp_path)  # type: ignore[operator]
    if error:
        with pytest.raises(CallError) as caught:
            pipeline.extract([Path(path)])
        assert caught.value.message == error
    else:
        assert pipeline.extract([Path(path)]).features == ()


def test_when_no_file_can_be_read_the_reason_is_given(tmp_path: Path) -> None:
    (tmp_path / "blank.txt").write_bytes(b"")
    with pytest.raises(PlanError) as caught:
        pipeline.extract([tmp_path / "blank.txt"])
    assert caught.value.message == "files.empty"


def test_an_unknown_city_is_refused_before_anything_is_read(plans: Path, tmp_path: Path) -> None:
    with pytest.raises(CallError) as caught:
        pipeline.build([plans], tmp_path / "layers", "370199", lambda *step: pytest.fail("began to read"))
    assert caught.value.message == "errors.unknown_city"
    assert not (tmp_path / "layers").exists()


def test_another_city_is_built_with_nothing_but_the_boundaries(tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text("青岛市市南区发展规划\n一、任务\n建设云岫文化馆、阜台科技产业园。\n", encoding="utf-8")
    report = pipeline.build([plan], tmp_path / "layers", "370200")
    frame = layer_build.read(report.folder).frame
    assert report.folder.name == "370200"
    assert {"云岫文化馆", "阜台科技产业园"} <= set(frame["name"])


def test_a_plan_of_another_city_is_left_out_and_told(tmp_path: Path) -> None:
    (tmp_path / "home.txt").write_text("济南市槐荫区规划\n建设云岫文化馆、阜台科技产业园。\n", encoding="utf-8")
    (tmp_path / "away.txt").write_text("上海市政府工作报告\n建设松鹤路、岚坪文化馆、中山公园。\n", encoding="utf-8")
    report = pipeline.build([tmp_path], tmp_path / "layers", "370100")
    frame = layer_build.read(report.folder).frame
    assert "云岫文化馆" in set(frame["name"])
    assert set(frame["doc"]) == {"home"}
    assert [
        (i.where, i.message, dict(i.values)["region"]) for i in report.issues if i.message == "plans.elsewhere"
    ] == [("away", "plans.elsewhere", "上海市")]


@pytest.mark.parametrize(
    "title", ["福建省政府工作报告", "上海市政府工作报告", "青岛市市南区规划", "枣庄市市中区规划", "青岛市中小学规划"]
)
def test_plans_of_other_regions_alone_build_nothing(title: str, tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text(f"{title}\n建设云岫文化馆、阜台科技产业园。\n", encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        pipeline.build([plan], tmp_path / "layers", "370100")
    assert caught.value.message == "plans.elsewhere"
    assert not (tmp_path / "layers" / "370100").exists()


@pytest.mark.parametrize(
    "title", ["山东省济南市国土空间规划", "山东省综合交通规划", "云岫片区规划", "济南青岛联动发展规划"]
)
def test_plans_of_the_province_and_of_nowhere_told_are_built(title: str, tmp_path: Path) -> None:
    plan = tmp_path / "plan.txt"
    plan.write_text(f"{title}\n建设云岫文化馆、阜台科技产业园。\n", encoding="utf-8")
    assert pipeline.build([plan], tmp_path / "layers", "370100").plans == 1


KILLED = """
import os, signal, sys
from pathlib import Path
import pipeline
from layers import build

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

moment, plans, out = sys.argv[1:]
def progress(step, done, of):
    if moment == f"{step} {done}":
        die()
if moment == "layer":
    layer, made = build._layer, []
    build._layer = lambda *given: die() if made else made.append(1) or layer(*given)
if moment == "rename":
    rename, renamed = Path.rename, []
    Path.rename = lambda *given: die() if renamed else renamed.append(1) or rename(*given)
pipeline.build([Path(plans)], Path(out), "370100", progress)
"""


@pytest.mark.parametrize("moment", ["read 1", "read 2", "place 0", "place 1", "layer", "rename"])
def test_a_build_killed_in_the_middle_leaves_the_previous_layers_whole(
    plans: Path, tmp_path: Path, moment: str
) -> None:
    out = tmp_path / "layers"
    folder = pipeline.build([plans / "first.txt"], out, ADCODE).folder
    before = layer_build.read(folder)
    killed = subprocess.run([sys.executable, "-c", KILLED, moment, str(plans), str(out)], cwd=HOME)
    assert killed.returncode == -signal.SIGKILL
    after = layer_build.read(folder)
    assert after.index == before.index
    assert after.frame["id"].tolist() == before.frame["id"].tolist()
    again = pipeline.build([plans], out, ADCODE)
    assert len(layer_build.read(folder).frame) == again.features > len(before.frame)


def test_a_store_that_cannot_be_written_leaves_the_layers_as_they_were(plans: Path, tmp_path: Path) -> None:
    folder = pipeline.build([plans], tmp_path / "layers", ADCODE).folder
    before = content(folder)
    broken = tmp_path / "store.gpkg"
    broken.write_bytes(b"no database" * 1000)
    with pytest.raises(DataError):
        pipeline.build([plans / "second.txt"], tmp_path / "layers", ADCODE, store=str(broken))
    with pytest.raises(CallError):
        pipeline.build([plans / "second.txt"], tmp_path / "layers", ADCODE, store="ftp://nowhere")
    assert content(folder) == before


def test_the_committed_layers_are_what_the_plans_give(shared_plans: Path, tmp_path: Path) -> None:
    committed = HOME / "data" / "layers" / ADCODE
    report = pipeline.build([shared_plans], tmp_path / "layers", ADCODE)
    built, kept = content(report.folder), content(committed)
    assert sorted(built) == sorted(kept)
    assert [name for name in built if built[name] != kept[name]] == []
