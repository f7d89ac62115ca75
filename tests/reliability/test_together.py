"""Several at once: builds, readers, reviewers; nothing half, nothing lost."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from layers import build, check, store
from tests.reliability import crowd, work
from tests.reliability.amount import many
from tests.reliability.work import Worker

ADCODE = "370100"


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_of_two_builds_at_once_one_stays_whole_and_readers_never_meet_half_of_one(plans: Path, tmp_path: Path) -> None:
    out, address = tmp_path / "layers", str(tmp_path / "store.gpkg")
    sets = []
    for name in ("first.txt", "second.txt"):
        Worker(work.build_layers, str(plans / name), str(out), address, ADCODE).rest()
        sets.append(content(out / ADCODE))
    counts = {len(s["all.geojson"].splitlines()) - 2 for s in sets}
    wrong: list[str] = []
    over = threading.Event()
    reads = 0

    def read() -> None:
        nonlocal reads
        while not over.is_set():
            layers = build.read(out / ADCODE)
            if len(layers.frame) != layers.index["features"] or len(layers.frame) not in counts:
                wrong.append(f"{len(layers.frame)} features, {layers.index['features']} told")
            reads += 1

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(many(5, 50)):
            both = [
                Worker(work.build_layers, str(plans / name), str(out), address, ADCODE)
                for name in ("first.txt", "second.txt")
            ]
            assert [worker.rest()[-1] for worker in both] == ["done", "done"]
            assert content(out / ADCODE) in sets
            assert not check.check(out / ADCODE)
            assert [p.name for p in out.iterdir()] == [ADCODE]
            assert len(store.open(address).ids()) in counts
    finally:
        over.set()
        reader.join()
    print(f"\n{many(5, 50)} pairs of builds, {reads} times read meanwhile, {len(wrong)} times half")
    assert reads and not wrong


def test_twenty_review_and_two_hundred_read_and_nothing_is_lost(
    plans: Path, tmp_path: Path, setting: Callable[..., None]
) -> None:
    import pipeline

    setting(layers=tmp_path / "layers", store=tmp_path / "store.gpkg", plans=tmp_path / "none")
    pipeline.build([plans], None, ADCODE)
    day = crowd.run(ADCODE, crowd.REVIEWERS, crowd.READERS, many(2, 20))
    print("", *day.lines(), sep="\n")
    assert not day.faults
    assert not crowd.lost(day, ADCODE)
    assert len(day.kept) + day.late == crowd.REVIEWERS * many(2, 20)
    assert day.kept and day.late, "nobody met anybody"
    connection = sqlite3.connect(tmp_path / "store.gpkg")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


@pytest.mark.parametrize("what", ["lost update", "doubled revision"])
def test_the_crowd_would_see_what_is_lost(what: str, plans: Path, tmp_path: Path, setting: Callable[..., None]) -> None:
    import pipeline

    setting(layers=tmp_path / "layers", store=tmp_path / "store.gpkg", plans=tmp_path / "none")
    pipeline.build([plans], None, ADCODE)
    day = crowd.run(ADCODE, 2, 1, 2)
    day.kept.append(day.kept[0] if what == "doubled revision" else (day.kept[0][0], 99, "lost"))
    assert crowd.lost(day, ADCODE)
