"""A full disk and one that is not to be written to, by the system itself: one sentence, and all as it was."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import city
import planmap
import settings
from errors import PlanmapError
from layers import people, store
from layers.review import Review
from pages.map import accepted, reviews, sources
from tests.conftest import HOME

ADCODE = "370100"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return a disk of 8 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "planmap", folder], capture_output=True)
    if made.returncode:
        pytest.skip("a disk for the test can be mounted by root only")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb") as file, contextlib.suppress(OSError):
        while True:
            os.write(file.fileno(), bytes(4096))
    assert shutil.disk_usage(disk).free == 0


def content(disk: Path) -> dict[str, bytes]:
    """Return all there is; what SQLite leaves of a log that it could not begin does not count."""
    files = [p for p in sorted(disk.rglob("*")) if p.is_file() and p.name not in ("filler", ".lock")]
    found = {str(p.relative_to(disk)): p.read_bytes() for p in files}
    assert not found.pop("store.gpkg-wal", b"")
    found.pop("store.gpkg-shm", b"")
    return found


@pytest.fixture
def world(disk: Path, plans: Path, tmp_path: Path, setting: Callable[..., None]) -> Path:
    """Return the disk with everything on it that Planmap writes: layers, store, a city's tables, users, added plans."""
    setting(
        layers=disk / "layers", store=disk / "store.gpkg", cities=disk / "cities", users=disk / "users.csv",
        added=disk / "added",
    )  # fmt: skip
    city.load.cache_clear()
    (tmp_path / "own.csv").write_text("name,lon,lat\n云岫观象台,117.0,36.65\n", encoding="utf-8")
    assert planmap.main(["new-city", ADCODE]) == 0
    assert planmap.main(["build", str(plans)]) == 0
    people.save(disk / "users.csv", {"甲": people.Person(name="甲")})
    kept = store.open(str(disk / "store.gpkg"))
    kept.record(Review(feature=first(kept), state="confirmed", reviewer="甲"), seen=0)
    (disk / "out").mkdir()
    return disk


def first(kept: store.Store) -> str:
    return min(kept.ids())


def _review(disk: Path) -> None:
    kept = reviews.prepared(str(disk / "store.gpkg"), sources.built(disk / "layers" / ADCODE, "x"))
    kept.record(Review(feature=first(kept), state="rejected", reviewer="乙", note="长" * 4000), seen=1)


COMMANDS: dict[str, tuple[str, ...]] = {
    "build": ("build", "{plans}"),
    "extract": ("extract", "{plans}", "-o", "{disk}/out/x.jsonl"),
    "export": ("export", "-o", "{disk}/out/x.gpkg"),
    "bundle": ("export", "--bundle", "-o", "{disk}/out/x.zip"),
    "sheet": ("sheet", "--size", "200x150", "--dpi", "60", "-o", "{disk}/out/x.png"),
    "new-city": ("new-city", "370200"),
    "import-places": ("import-places", "{tmp}/own.csv", "--source", "test"),
    "backup": ("backup", "{disk}/out/kept.gpkg"),
    "user": ("user", "乙", "--email", "a@b.c"),
}
ACTS: dict[str, Callable[[Path], object]] = {
    "review": _review,
    "keep an added plan": lambda disk: accepted.keep([("甲.txt", "建设云岫大道。".encode() * 500)], disk / "added"),
}


@pytest.mark.parametrize("fault", ["full", "read-only"])
@pytest.mark.parametrize("what", [*COMMANDS, *ACTS])
def test_what_cannot_be_written_is_one_sentence_and_all_stays_as_it_was(
    what: str, fault: str, world: Path, plans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(world)
    if fault == "full":
        fill(world)
    else:
        subprocess.run(["mount", "-o", "remount,ro", world], check=True)
    capsys.readouterr()
    if what in COMMANDS:
        arguments = [a.format(plans=plans, disk=world, tmp=tmp_path) for a in COMMANDS[what]]
        assert planmap.main(arguments) == 2
        shown = capsys.readouterr()
        assert (shown.out, len(shown.err.splitlines())) == ("", 1)
    else:
        with pytest.raises(PlanmapError) as caught:
            ACTS[what](world)
        assert "\n" not in caught.value.text("en")
    assert content(world) == before
    # With room again it goes on.
    if fault == "full":
        (world / "filler").unlink()
        _review(world)
        assert len(store.open(str(world / "store.gpkg")).history(first(store.open(str(world / "store.gpkg"))))) == 2


READ: dict[str, tuple[str, ...]] = {
    "check": ("check",),
    "locate": ("locate", "济南西站"),
    "export": ("export", "--review", "confirmed", "-o", "{tmp}/x.csv"),
    "backup": ("backup", "{tmp}/kept.gpkg"),
}


@pytest.mark.parametrize("fault", ["full", "read-only"])
@pytest.mark.parametrize("what", [*READ, "page"])
def test_what_only_reads_goes_on(what: str, fault: str, world: Path, tmp_path: Path) -> None:
    if fault == "full":
        fill(world)
    else:
        subprocess.run(["mount", "-o", "remount,ro", world], check=True)
    if what == "page":
        source = sources.load(ADCODE)
        assert source is not None and (source.frame["review"] == "confirmed").sum() == 1
        assert reviews.history(settings.load().store_of(ADCODE), first(store.open(str(world / "store.gpkg"))))
    else:
        assert planmap.main([a.format(tmp=tmp_path) for a in READ[what]]) == 0
    if what == "backup":
        assert len(store.open(str(tmp_path / "kept.gpkg")).reviews()) == 1


def test_the_disk_is_what_it_says(disk: Path) -> None:
    fill(disk)
    with pytest.raises(OSError, match="No space"):
        (disk / "more").write_bytes(bytes(5000))
    assert HOME not in disk.parents
