"""The copy of very many layers: the same features as the layers, made anew with them, and never needed."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import geopandas.testing
import pytest

import city
import pipeline
from errors import DataError
from layers import build, facets, review, snapshot, view
from layers.review import Review
from layers.services.source import Source
from layers.view import Filter
from tests.pages import town

COUNT = 40


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(snapshot, "LEAST", 10)
    # Several pieces, the last one short.
    monkeypatch.setattr(snapshot, "PIECE", 7)
    return town.make(tmp_path, COUNT) / "layers" / town.ADCODE


def same(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> None:
    geopandas.testing.assert_geodataframe_equal(one, other)
    for name in one.columns:
        assert [type(value) for value in one[name]] == [type(value) for value in other[name]]
    assert one["mentions"].tolist() == other["mentions"].tolist()


def test_the_copy_holds_exactly_what_the_layers_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = build.read(folder)
    first = snapshot.read(folder)
    assert snapshot.beside(folder).is_file()
    monkeypatch.setattr(snapshot, "_table", lambda path: pytest.fail("made again"))
    again = snapshot.read(folder)
    for found in (first, again):
        same(found.frame, layers.frame)
        assert (found.plans, found.index) == (layers.plans, layers.index)


def test_what_the_committed_layers_hold_comes_through_the_copy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(snapshot, "LEAST", 10)
    jinan, committed = city.load("370100"), build.read(Path(build.__file__).parents[1] / "data" / "layers" / "370100")
    build.write(committed.frame, committed.plans, jinan, tmp_path / "370100")
    snapshot.read(tmp_path / "370100")
    same(snapshot.read(tmp_path / "370100").frame, committed.frame)


def test_few_features_need_no_copy(tmp_path: Path) -> None:
    folder = town.make(tmp_path, COUNT) / "layers" / town.ADCODE
    same(snapshot.read(folder).frame, build.read(folder).frame)
    assert not snapshot.beside(folder).exists()


def test_after_a_build_the_copy_is_made_anew(folder: Path) -> None:
    snapshot.read(folder)
    layers = build.read(folder)
    build.write(layers.frame.iloc[3:], layers.plans, city.load(town.ADCODE), folder)
    assert len(snapshot.read(folder).frame) == len(layers.frame) - 3
    same(snapshot.read(folder).frame, build.read(folder).frame)


def test_a_feature_changed_by_hand_is_seen(folder: Path) -> None:
    snapshot.read(folder)
    path = folder / build.ALL
    path.write_text(path.read_text(encoding="utf-8").replace(town.PARK, "改名科技园"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert "改名科技园" in set(snapshot.read(folder).frame["name"])


def test_a_damaged_copy_is_replaced(folder: Path) -> None:
    snapshot.read(folder)
    whole = snapshot.beside(folder).read_bytes()
    for damaged in (b"", b"PAR1", whole[: len(whole) // 2], whole[:-20] + bytes(20)):
        snapshot.beside(folder).write_bytes(damaged)
        same(snapshot.read(folder).frame, build.read(folder).frame)


def test_where_nothing_can_be_written_the_layers_are_read_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("pyarrow.parquet.write_table", full)
    same(snapshot.read(folder).frame, build.read(folder).frame)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("indent", [None, 1])
def test_layers_written_by_another_hand_are_read(folder: Path, indent: int | None) -> None:
    path = folder / build.ALL
    whole = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(whole, indent=indent), encoding="utf-8")
    same(snapshot.read(folder).frame, build.read(folder).frame)


def test_what_is_wrong_with_the_layers_is_told_as_without_the_copy(folder: Path) -> None:
    path = folder / build.ALL
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for damaged in ([*lines[:-1]], [*lines[:2], *lines[1:]], [*lines[:3], "{]\n", *lines[3:]]):
        path.write_text("".join(damaged), encoding="utf-8")
        with pytest.raises(DataError):
            snapshot.read(folder)


def test_what_takes_long_is_made_once_for_the_same_layers_and_origin(folder: Path) -> None:
    asked: list[int] = []

    def make() -> list[str]:
        asked.append(1)
        return [f"t{k}" for k in range(20)]

    for origin, times in (("a", 1), ("a", 1), ("b", 2)):
        assert snapshot.kept(folder, "texts", origin, make) == [f"t{k}" for k in range(20)]
        assert len(asked) == times
    near: list[tuple[str, ...]] = [(), ("历下", "市中"), ("长清",), *[()] * 10]
    for _ in range(2):
        assert snapshot.kept(folder, "near", "a", lambda: near) == near


def test_districts_by_place_are_kept_and_made_anew_only_where_a_review_changes_something(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    made = facets.by_place
    monkeypatch.setattr(facets, "by_place", lambda frame, of: asked.append(len(frame)) or made(frame, of))
    jinan, wanted = city.load(town.ADCODE), Filter(district=("长清",))
    layers, index = snapshot.indexed(folder, jinan, {})
    before = list(index.select(wanted)["id"])
    assert asked == [COUNT + 5]
    other = next(key for key, told in zip(layers.frame["id"], layers.frame["districts"], strict=True) if "历下" in told)
    spot = {"type": "Point", "coordinates": [116.75, 36.55]}
    moved = Review(feature=other, state="confirmed", changes={"geometry": spot, "radius_m": 100.0, "districts": []})
    for reviews, found, anew in (({}, before, []), ({other: moved}, [*before, other], [1])):
        asked.clear()
        layers, index = snapshot.indexed(folder, jinan, reviews)
        assert sorted(index.select(wanted)["id"]) == sorted(found)
        assert asked == anew
        same(layers.frame, review.apply(snapshot.read(folder).frame, reviews))
        same(index.select(wanted), view.select(layers.frame, wanted, jinan))


def test_what_is_made_of_layers_that_were_replaced_meanwhile_is_not_kept_for_the_new_ones(folder: Path) -> None:
    jinan, wanted = city.load(town.ADCODE), Filter(district=("长清",))
    _, index = snapshot.indexed(folder, jinan, {})
    town.make(folder.parent.parent, COUNT + 20)
    index.select(wanted)
    layers, index = snapshot.indexed(folder, jinan, {})
    assert len(index.by_place) == COUNT + 25
    same(index.select(wanted), view.select(layers.frame, wanted, jinan))


def test_commands_and_the_service_read_the_copy(
    folder: Path, monkeypatch: pytest.MonkeyPatch, setting: Callable[..., None]
) -> None:
    setting(layers=folder.parent, store=folder.parent / "none.gpkg")
    snapshot.read(folder)
    monkeypatch.setattr(build, "_read", lambda path: pytest.fail("the layers were read"))
    served = Source(folder, str(folder.parent / "none.gpkg"), city.load(town.ADCODE))
    assert len(pipeline.load(town.ADCODE)[0].frame) == len(served.index().frame) == COUNT + 5
