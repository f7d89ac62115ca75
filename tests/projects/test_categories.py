"""What a thing is for, and what tells it."""

from __future__ import annotations

import pytest

from projects import categories, merge
from projects.categories import Neighbours
from projects.feature import CATEGORIES
from tests.projects.writing import document


def category(text: str, name: str) -> str:
    """Return the category of the feature of that name; the text must be enough for it to be found."""
    features = merge.extract([document(text)])
    return next(f.category for f in features if name in (f.name, *f.aliases))


@pytest.mark.parametrize("name", ["松鹤镇", "松鹤乡", "松鹤街道"])
def test_a_town_taken_as_one_is_a_unit_of_the_layout(name: str) -> None:
    text = f"一、产业\n支持棠溪镇、{name}、岚坪镇等乡镇发展乡村旅游和种植业,支持棠溪镇、{name}建设。"
    assert category(text, name) == "spatial"


def test_what_stands_among_schools_is_for_education_and_among_hospitals_for_health() -> None:
    text = "实施松鹤提升项目,建设{0}、{1}。加快{2}、{3}建设。"
    schools = text.format("棠溪小学", "岚坪中学", "云岫幼儿园", "湫水实验学校")
    hospitals = text.format("棠溪人民医院", "岚坪中医院", "云岫疗养院", "湫水妇幼保健院")
    assert (category(schools, "松鹤提升项目"), category(hospitals, "松鹤提升项目")) == ("education", "health")


def test_what_the_head_noun_tells_outweighs_the_neighbours() -> None:
    assert category("建设松鹤大桥、棠溪小学、岚坪中学、云岫幼儿园、湫水实验学校。", "松鹤大桥") == "transport"


def test_every_sign_speaks_for_a_known_category() -> None:
    from benchmarks.train_category import things

    plan = document("一、教育\n建设松鹤小学、棠溪中学。\n二、水利\n治理松鹤河、岚坪水库,松鹤小学周边整治。")
    seen = set()
    for thing, kind, part_of, neighbours in things(plan):
        assert isinstance(neighbours, Neighbours)
        for sign, spoken, much in categories.evidence(plan, thing, kind, part_of, neighbours):
            assert spoken in CATEGORIES
            assert 0 < much <= 1
            seen.add(sign)
    assert {"section of the told", "paragraph of the told", "name before of the told"} <= seen


def test_a_thing_is_no_neighbour_of_itself() -> None:
    from benchmarks.train_category import things

    plan = document("建设松鹤小学。松鹤小学新增校舍,松鹤小学扩班。")
    told = [(thing.name, list(neighbours.evidence(thing))) for thing, *_, neighbours in things(plan)]
    assert told == [("松鹤小学", [])]
