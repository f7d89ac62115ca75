"""Killed at any moment: no store damaged, no review lost, no half file under a final name."""

import csv
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import settings
from geo import gazetteer
from layers import build, check, store
from tests.conftest import HOME
from tests.reliability import work
from tests.reliability.amount import many
from tests.reliability.work import Worker

pytest.importorskip("resource", reason="SIGKILL is POSIX's")
ADCODE = "370100"


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.name != ".lock"}


def sound(path: Path) -> None:
    """Check a store by SQLite itself."""
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def seconds(worker: Worker, wait_for: str) -> float:
    """Return how long a worker takes from a word to its end."""
    while worker.hear() != wait_for:
        pass
    started = time.perf_counter()
    assert worker.rest()[-1] == "done"
    return time.perf_counter() - started


@pytest.mark.parametrize("start", ["read", "write"])
def test_a_build_killed_at_any_moment_leaves_layers_and_store_whole(plans: Path, tmp_path: Path, start: str) -> None:
    """From its beginning on, and in the short time in which it writes."""
    out, address = tmp_path / "layers", str(tmp_path / "store.gpkg")
    dice = random.Random(start)  # noqa: S311
    sets = []
    for name in ("first.txt", "second.txt"):
        worker = Worker(work.build_layers, str(plans / name), str(out), address, ADCODE)
        took = seconds(worker, start)
        sets.append(content(out / ADCODE))
    frame, _ = store.open(address).built()
    reviewed = str(frame["id"][0])
    store.open(address).record(build_review(reviewed), seen=0)
    struck = 0
    for number in range(many(4, 25)):
        worker = Worker(
            work.build_layers, str(plans / ("first.txt", "second.txt")[number % 2]), str(out), address, ADCODE
        )
        while worker.hear() != start:
            pass
        struck += worker.kill(dice.uniform(0, took))
        build.read(out / ADCODE)
        assert content(build.standing(out / ADCODE)) in sets
        assert not check.check(build.standing(out / ADCODE))
        assert [p.name for p in out.iterdir() if not p.name.startswith(".")] in ([ADCODE], [])
        sound(tmp_path / "store.gpkg")
        assert len(store.open(address).history(reviewed)) == 1
        assert len(store.open(address).built()[0]) in {len(set_["all.geojson"].splitlines()) - 2 for set_ in sets}
    print(f"\nbuild: {struck} of {number + 1} killed within {took:.3f} s from {start!r} on")
    assert struck
    Worker(work.build_layers, str(plans / "first.txt"), str(out), address, ADCODE).rest()
    assert content(out / ADCODE) == sets[0]


def build_review(feature: str) -> store.Review:
    return store.Review(feature=feature, state="confirmed", reviewer="甲")


def test_no_review_is_lost_by_kills(plans: Path, tmp_path: Path) -> None:
    import pipeline

    path = tmp_path / "store.gpkg"
    pipeline.build([plans], tmp_path / "layers", ADCODE, store=str(path))
    features = [str(key) for key in store.open(str(path)).built()[0]["id"][:4]]
    dice = random.Random(7)  # noqa: S311
    kept: dict[str, int] = dict.fromkeys(features, 0)
    acknowledged = 0
    for number in range(many(6, 50)):
        workers = [Worker(work.review, str(path), features, name) for name in ("甲", "乙")[: 1 + number % 2]]
        told = [worker.hear() for worker in workers]
        for worker in workers:
            worker.kill(dice.uniform(0, 0.1))
        rows = [row for worker, first in zip(workers, told, strict=True) for row in (first, *worker.rest()) if row]
        sound(path)
        for feature, revision, note in rows:
            history = store.open(str(path)).history(feature)
            assert [r.revision for r in history] == list(range(1, len(history) + 1))
            assert history[revision - 1].note == note
        latest = store.open(str(path)).reviews()
        for feature in features:
            revision = latest[feature].revision if feature in latest else 0
            assert revision >= kept[feature], "a review of before is gone"
            kept[feature] = revision
        acknowledged += len(rows)
    print(f"\nreview: {number + 1} kills, {acknowledged} reviews acknowledged, all kept")
    assert acknowledged > number


@pytest.mark.parametrize("how", ["places", "osm"])
def test_an_import_killed_at_any_moment_leaves_the_tables_as_before_or_after(
    how: str, tmp_path: Path, setting: Callable[..., None]
) -> None:
    folder = tmp_path / "cities" / ADCODE
    shutil.copytree(HOME / "data" / "cities" / ADCODE, folder)
    setting(cities=tmp_path / "cities")
    before = content(folder)
    if how == "places":
        file, task = tmp_path / "own.csv", work.import_places
        with file.open("w", encoding="utf-8", newline="") as table:
            rows = [(f"云岫{k}号馆", 117 + k * 1e-4, 36.65) for k in range(500)]
            csv.writer(table).writerows([("name", "lon", "lat"), *rows])
    else:
        osmium = pytest.importorskip("osmium", reason="osmium (requirements-osm.txt) is not installed")
        file, task = tmp_path / "small.osm.pbf", work.import_osm
        with osmium.SimpleWriter(str(file)) as writer:
            for k in range(200):
                tags, at = {"name": f"云岫{k}园", "leisure": "park"}, (117 + k * 1e-4, 36.65)
                writer.add_node(osmium.osm.mutable.Node(id=k + 1, location=at, tags=tags))
            for k in range(100):
                tags = {"name": f"云岫{k}路", "highway": "primary"}
                writer.add_way(osmium.osm.mutable.Way(id=k + 1, nodes=[k + 1, k + 2, k + 90], tags=tags))
    environment = {"PLANMAP_CITIES": str(tmp_path / "cities")}
    took = seconds(Worker(task, str(file), ADCODE, **environment), "write")
    after = content(folder)
    changed = [name for name in after if after[name] != before[name]]
    assert changed == (["places.csv"] if how == "places" else ["lines.geojson", "places.csv"])
    dice, struck, halves = random.Random(how), 0, 0  # noqa: S311
    times = many(5, 25)
    for _ in range(times):
        for name in changed:
            (folder / name).write_bytes(before[name])
        worker = Worker(task, str(file), ADCODE, **environment)
        while worker.hear() != "write":
            pass
        struck += worker.kill(dice.uniform(0, took))
        now = {name: data for name, data in content(folder).items() if not name.startswith(".")}
        assert set(now) == set(after)
        assert all(now[name] in (before[name], after[name]) for name in now)
        halves += now not in (before, after)
        assert gazetteer.read(folder / "places.csv")
    print(f"\nimport of {how}: {struck} of {times} killed within {took:.3f} s; places without lines: {halves}")
    assert struck
    # What was left half done is done by doing it again.
    assert Worker(task, str(file), ADCODE, **environment).rest()[-1] == "done"
    assert {name: data for name, data in content(folder).items() if not name.startswith(".")} == after
    assert settings.load().city_folder(ADCODE) == folder
