"""A noun phrase ends with its head noun and begins behind the verbs that govern it."""

from __future__ import annotations

import pytest

from projects import phrases, words
from projects.phrases import Phrase


def phrase(text: str, before: str = "", after: str = "") -> Phrase | None:
    return phrases.phrase(text, words.tokens(text), before, "", after)


def named(text: str) -> str:
    found = phrase(text)
    assert found is not None
    return text[found.start : found.end]


@pytest.mark.parametrize(
    ("text", "name", "head"),
    [
        ("棠溪湿地公园", "棠溪湿地公园", "湿地公园"),
        ("新建松鹤大桥", "松鹤大桥", "大桥"),
        ("提升改造松鹤公园", "松鹤公园", "公园"),
        ("建设规划展览馆", "规划展览馆", "规划展览馆"),
        ("云岫片区开发建设", "云岫片区", "片区"),
        ("松鹤医院(新院区)", "松鹤医院(新院区)", "医院"),
        ("云岫大数据中心(北方)", "云岫大数据中心(北方)", "大数据中心"),
        ("建设棠溪体育馆项目", "棠溪体育馆项目", "项目"),
        ("国家4A级旅游景区云岫寺", "云岫寺", "寺"),
        ("重点工程松棠铁路", "松棠铁路", "铁路"),
        ("G60科创走廊", "G60科创走廊", "科创走廊"),
    ],
)
def test_a_phrase_runs_from_its_first_modifier_to_its_head(text: str, name: str, head: str) -> None:
    found = phrase(text)
    assert found is not None
    assert text[found.start : found.end] == name
    assert found.head is not None
    assert found.head.word == head


@pytest.mark.parametrize("text", ["建设路小学", "规划展览馆", "治理云谷产业园"])
def test_a_verb_that_belongs_to_a_name_stays(text: str) -> None:
    assert named(text).endswith(text[-4:])
    assert len(named(text)) >= len(text) - 2


def test_what_was_taken_off_is_kept() -> None:
    found = phrase("提升改造松鹤公园", before="将")
    assert found is not None
    assert found.cut == ("提升", "改造")
    assert found.before == "改造"


def test_what_follows_the_head_is_kept_apart() -> None:
    found = phrase("松鹤大桥建设", after="、")
    assert found is not None
    assert (found.rest, found.after) == ("建设", "建设")
    alone = phrase("松鹤大桥", after="、")
    assert alone is not None
    assert (alone.rest, alone.after) == ("", "、")


@pytest.mark.parametrize("text", ["思路", "线路", "出路", "源头"])
def test_the_end_of_another_word_is_no_head(text: str) -> None:
    found = phrase(text)
    assert found is None or found.head is None or len(found.head.word) > 1


@pytest.mark.parametrize("text", ["G104重要通道", "国道104线重要通道"])
def test_a_road_by_its_number_is_not_what_it_is_like(text: str) -> None:
    assert named(text) in ("G104", "国道104线")


@pytest.mark.parametrize("text", ["G104改扩建工程", "国道104线松鹤段"])
def test_a_road_by_its_number_keeps_its_works(text: str) -> None:
    assert named(text) == text


@pytest.mark.parametrize("text", ["“”", "”", ""])
def test_quotation_marks_alone_are_no_phrase(text: str) -> None:
    assert phrase(text) is None


def test_a_closing_quotation_mark_is_no_part_of_a_phrase() -> None:
    assert named("松鹤里”") == "松鹤里"


def test_verbs_before_the_name_of_a_region_go() -> None:
    assert named("提升济南云谷产业园") == "济南云谷产业园"


@pytest.mark.parametrize("code", ["G104", "S242", "G2", "国道104线", "省道S105线", "G104国道", "104国道"])
def test_roads_are_known_by_their_number(code: str) -> None:
    assert phrases.CODE.fullmatch(code)


@pytest.mark.parametrize("text", ["104", "GDP", "A104路", "国道"])
def test_what_is_no_number_of_a_road(text: str) -> None:
    assert not phrases.CODE.fullmatch(text)
