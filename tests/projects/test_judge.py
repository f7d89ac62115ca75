"""A name is told from a phrase by signs that hold no name."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects import find, judge, shapes, words
from projects.find import readings
from projects.region import home
from projects.words import Token
from tests.projects.writing import TITLE, document, region

OWN = frozenset({"济南", "历下"})


def signs(text: str, name: str) -> dict[str, float]:
    made = document(text)
    for paragraph, item in readings(made, region()):
        if item.name == name:
            told = judge.evidence(made.text, paragraph, item, region().names)
            return judge.together([told], [""], []).signs()
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("word", "tag", "shape"),
    [
        ("济南", "ns", "own"),
        ("宁波", "ns", "region"),
        ("AI", "eng", "latin"),
        ("104", "m", "digit"),
        ("5A级", "nz", "common"),
        ("产业园", "n", "head"),
        ("重点", "n", "common"),
        ("湫", "g", "single"),
        ("云岫", "nz", "unknown"),
        ("荷叶", "n", "dictionary"),
    ],
)
def test_a_modifier_has_a_shape(word: str, tag: str, shape: str) -> None:
    assert shapes.shape(Token(0, len(word), word, tag), OWN) == shape


def test_the_signs_tell_head_company_and_what_stands_before() -> None:
    found = signs("加快建设松鹤湿地公园、棠泷植物园。", "松鹤湿地公园")
    assert found["head=湿地公园"] == 1.0
    assert found["kind=area"] == 1.0
    assert found["listed=True"] == 1.0
    assert found["company headed"] == 1.0
    assert any(name.startswith("before=") for name in found)
    assert "box" not in found


def test_a_box_is_a_sign() -> None:
    found = signs("专栏1 重点项目\n建设松鹤湿地公园。", "松鹤湿地公园")
    assert found["box"] == found["project box"] == 1.0


def test_no_sign_holds_the_proper_part_of_a_name() -> None:
    text = "加快建设松鹤湿地公园、棠泷植物园等湿地公园，将云岫大道改造为岚坪大道，依托湫水河建设阜台片区。"
    made = document(text)
    for paragraph, item in readings(made, region()):
        told = judge.evidence(made.text, paragraph, item, region().names)
        for sign in judge.together([told], [""], []).signs():
            assert not any(part in sign for part in ("松鹤", "棠泷", "云岫", "岚坪", "湫", "阜台")), sign


def test_renaming_changes_no_sign() -> None:
    first, second = (signs(f"加快建设{n}湿地公园、棠泷植物园。", f"{n}湿地公园") for n in ("松鹤", "云岫"))
    shapes = {"松鹤": "dictionary", "云岫": "unknown"}
    told = (*shapes.values(), "single", "modifiers", "proper", "least met")
    same = {k for k in first if not any(s in k for s in told)}
    assert {k: first[k] for k in same} == {k: second.get(k) for k in same}


def test_the_rarest_word_speaks_unless_it_is_a_regions_or_of_one_letter() -> None:
    met = {w: n for w, n in words.met().items() if shapes.shape(Token(0, 2, w, "n"), OWN) == "dictionary"}
    often, seldom = max(met, key=lambda w: (met[w], w)), min(met, key=lambda w: (met[w], w))
    assert met[often] > 4 > met[seldom] >= 2
    found = [signs(f"加快建设{name}湿地公园。", f"{name}湿地公园") for name in (often, seldom, seldom + "砼筜")]
    marks = [{k for k in each if "met=" in k} for each in found]
    assert f"least met={min(4, met[often].bit_length() - 1)}" in marks[0]
    assert "least met=1" in marks[1]
    assert any(m.startswith("weight=") for m in marks[1])
    assert not any("only words" in m for m in marks[2])


@pytest.mark.parametrize(
    ("name", "outside"),
    [
        ("宁波湿地公园", True),
        ("济南湿地公园", False),
        ("宁波路小学", False),
        ("长三角示范区", True),
        ("宁波至济南高速公路", False),
    ],
)
def test_what_lies_beyond_the_city_is_outside(name: str, outside: bool) -> None:
    made = document(f"对接{name}。")
    items = [i for _, i in readings(made, region()) if i.name == name]
    if not items:
        pytest.skip(f"{name} is read as something else")
    assert shapes.outside(items[0], region().names) is outside


@pytest.mark.parametrize(
    ("title", "outside"), [("江苏省2026年政府工作报告", False), ("湖北省2026年政府工作报告", True)]
)
def test_a_wider_region_is_no_stranger_in_its_provinces(title: str, outside: bool) -> None:
    made = document("建设长三角绿色发展示范区。", title=title)
    own = home(made)
    (item,) = [i for _, i in readings(made, own) if i.name.startswith("长三角")]
    assert shapes.outside(item, own.names) is outside


def test_signs_of_several_mentions_are_their_means() -> None:
    made = document("加快建设松鹤湿地公园、棠泷植物园。\n松鹤湿地公园开放。")
    mentions = [(p, i) for p, i in readings(made, region()) if i.name == "松鹤湿地公园"]
    told = [judge.evidence(made.text, paragraph, item, region().names) for paragraph, item in mentions]
    found = judge.together(told, ["建设", ""], []).signs()
    assert len(told) == 2
    assert found["head=湿地公园"] == 1.0
    assert found["listed=True"] == found["listed=False"] == 0.5
    assert found["count=2"] == 1.0
    assert found["log count"] == found["log befores"] == math.log(2)


@pytest.mark.parametrize("look", ["first", "second"])
def test_what_is_kept_with_signs_is_what_their_weights_add_up_to(look: str) -> None:
    made = document("专栏1 重点项目\n建设松鹤湿地公园、棠泷植物园等公园，云岫大道，年产5万吨项目。松鹤湿地公园开放。")
    for own in find.told_by_mentions(made, region(), find.phrases(made, region())):
        assert getattr(own, look) == pytest.approx(judge.added(own.signs(), look))


@given(st.floats(-1e3, 1e3))
def test_a_probability_is_one(log_odds: float) -> None:
    assert 0.0 <= judge.probability(log_odds) <= 1.0


def test_a_name_is_likelier_than_a_phrase() -> None:
    made = document("建设松鹤湿地公园、棠泷植物园。完善公共服务设施、市政基础设施。")
    chance = {c.name: c.probability for c in find.candidates(made, region(TITLE))}
    assert chance["松鹤湿地公园"] > 0.8
    assert all(p < find.THRESHOLD for name, p in chance.items() if name.endswith("设施"))


def test_weights_are_finite_and_the_constant_is_there() -> None:
    for look in ("first", "second"):
        assert "" in judge.weights(look)
        assert all(math.isfinite(weight) and abs(weight) < 20 for weight in judge.weights(look).values())
    assert [*words.rows("weights")[0]] == ["sign", "first", "second"]
