"""Records are written whole or not at all, and come back as they were."""

from __future__ import annotations

import doctest
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects import feature
from projects.feature import CATEGORIES, KINDS, STATUSES, Extent, Feature, Mention, feature_id, normal

NAMES = st.text(alphabet="松鹤湿地公园“”（）(一)·— AB12　", min_size=1, max_size=12)
AMOUNTS = st.none() | st.floats(0, 1e6, allow_nan=False)
FEATURES = st.builds(
    Feature,
    id=st.text("0123456789abcdef", min_size=12, max_size=12),
    name=NAMES,
    kind=st.sampled_from(KINDS),
    category=st.sampled_from(CATEGORIES),
    doc=st.just("plan"),
    mentions=st.lists(
        st.builds(Mention, st.just("plan"), st.just("一/（二）"), st.integers(0, 10**6), st.integers(1, 40)), max_size=3
    ).map(tuple),
    aliases=st.lists(NAMES, max_size=3).map(tuple),
    districts=st.lists(st.sampled_from(["历下", "槐荫"]), max_size=2).map(tuple),
    status=st.none() | st.sampled_from(STATUSES),
    investment_yi=AMOUNTS,
    area_mu=AMOUNTS,
    area_km2=AMOUNTS,
    length_km=AMOUNTS,
    by_year=st.none() | st.integers(2000, 2099),
    extent=st.none() | st.builds(Extent, NAMES, NAMES, st.lists(NAMES, max_size=2).map(tuple)),
    part_of=st.none() | NAMES,
    members=st.lists(NAMES, max_size=3).map(tuple),
    in_list=st.booleans(),
)
PARK = Feature(id="0" * 12, name="松鹤湿地公园", kind="area", category="ecology", doc="plan", mentions=())


def test_the_examples_hold() -> None:
    assert doctest.testmod(feature).failed == 0


@given(FEATURES)
@settings(deadline=None)
def test_a_record_comes_back(made: Feature) -> None:
    line = json.dumps(made.record(), ensure_ascii=False)
    assert Feature.from_record(json.loads(line)) == made


def test_a_record_has_the_fields_of_the_format() -> None:
    assert list(PARK.record()) == [
        "id", "name", "aliases", "kind", "category", "districts", "status", "investment_yi", "area_mu", "area_km2",
        "length_km", "by_year", "extent", "part_of", "members", "in_list", "doc", "mentions",
    ]  # fmt: skip


def test_unknown_and_missing_members_do_no_harm() -> None:
    record = {"id": "1", "name": "松鹤馆", "kind": "project", "category": "culture", "doc": "p", "other": 1}
    made = Feature.from_record(record)
    assert (made.name, made.aliases, made.mentions, made.extent) == ("松鹤馆", (), (), None)


@given(st.lists(FEATURES, max_size=4))
@settings(deadline=None)
def test_a_file_comes_back(tmp_path_factory: pytest.TempPathFactory, many: list[Feature]) -> None:
    path = tmp_path_factory.mktemp("records") / "features.jsonl"
    feature.write_features(path, many)
    assert list(feature.read_features(path)) == many
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_write_that_breaks_off_leaves_the_old_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "features.jsonl"
    feature.write_features(path, [PARK])
    before = path.read_bytes()

    def breaking() -> Iterator[Feature]:
        yield PARK
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        feature.write_features(path, breaking())
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "features.jsonl"
    feature.write_features(path, [PARK])
    path.write_text("\n" + path.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    assert list(feature.read_features(path)) == [PARK]


@pytest.mark.parametrize(
    "name", ["松鹤湿地公园", "“松鹤”湿地公园", "松鹤 湿地 公园", "《松鹤湿地公园》", "松鹤—湿地公园", "松鹤·湿地公园"]
)
def test_ways_of_writing_a_name_are_one(name: str) -> None:
    assert normal(name) == "松鹤湿地公园"
    assert feature_id("370100", "area", name) == feature_id("370100", "area", "松鹤湿地公园")


def test_ids_tell_city_kind_name_and_what_is_distinct_apart() -> None:
    given_ = [
        ("370100", "area", "松鹤"),
        ("330200", "area", "松鹤"),
        ("370100", "project", "松鹤"),
        ("370100", "area", "棠"),
    ]
    made = {feature_id(*each) for each in given_} | {feature_id("370100", "area", "松鹤", "历下")}
    assert len(made) == 5
    assert all(len(i) == 12 and int(i, 16) >= 0 for i in made)


@given(NAMES)
def test_the_normal_form_is_its_own(name: str) -> None:
    assert normal(normal(name)) == normal(name)
