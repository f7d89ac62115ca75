"""What is part of what comes out of the sentence that says so."""

from __future__ import annotations

import pytest

from projects import merge, parts
from projects.feature import Feature
from tests.projects.writing import document


def features(text: str) -> dict[str, Feature]:
    return {f.name: f for f in merge.extract([document(text)])}


def test_what_a_thing_links_are_its_members() -> None:
    found = features("松鹤生态绿道串联松鹤湿地公园、棠溪植物园。建成松鹤湿地公园、棠溪植物园。")
    assert found["松鹤生态绿道"].members == ("松鹤湿地公园", "棠溪植物园")


def test_the_area_that_a_heading_names_holds_what_stands_under_it() -> None:
    found = features(
        "一、云岫片区\n建设云岫文化馆、棠溪人民医院。\n二、其他\n建设岚坪小学、岚坪中学。云岫片区、岚坪片区发展。"
    )
    assert found["云岫文化馆"].part_of == "云岫片区"
    assert found["棠溪人民医院"].part_of == "云岫片区"
    assert found["岚坪小学"].part_of != "云岫片区"
    assert "云岫文化馆" in found["云岫片区"].members


def test_what_is_built_in_an_area_is_part_of_it() -> None:
    found = features("在云岫片区规划建设一处“棠溪植物园”。建设岚坪小学、岚坪中学。云岫片区、岚坪片区发展。")
    assert found["棠溪植物园"].part_of == "云岫片区"
    assert found["云岫片区"].members == ("棠溪植物园",)


def test_a_counted_group_holds_its_enumeration() -> None:
    found = features("构建“两廊”空间格局，两廊即松鹤生态廊道、棠溪生态廊道。")
    assert found["松鹤生态廊道"].part_of == "两廊"
    assert found["棠溪生态廊道"].part_of == "两廊"


def test_a_name_that_begins_with_that_of_an_area_is_part_of_it() -> None:
    found = features("推进松鹤湿地公园、棠溪水库建设。建设松鹤湿地公园科普馆、棠溪植物园。")
    assert found["松鹤湿地公园科普馆"].part_of == "松鹤湿地公园"


def test_what_a_district_s_area_holds_lies_in_the_district_and_what_a_line_links_may_lie_anywhere() -> None:
    found = features(
        "长清区松鹤片区包括松鹤文化馆、棠溪植物园。建成松鹤文化馆、棠溪植物园。"
        "长清区云岫绿道串联云岫湿地公园、岚坪湖。建成云岫湿地公园、岚坪湖。"
    )
    area, line = found["松鹤文化馆"], found["云岫湿地公园"]
    assert (found[area.part_of].districts, area.districts) == (("长清",), ("长清",))
    assert (found[line.part_of].districts, line.districts) == (("长清",), ())


def test_a_name_holds_what_it_joins_by_dashes_but_not_the_ends_of_a_stretch() -> None:
    found = features("整治松鹤河、棠溪水库、岚坪湖。实施松鹤河—棠溪水库—岚坪湖水系连通工程。建设松鹤河—岚坪湖绿道。")
    assert found["松鹤河—棠溪水库—岚坪湖水系连通工程"].members == ("松鹤河", "棠溪水库", "岚坪湖")
    assert found["松鹤河—岚坪湖绿道"].members == ()


def test_two_names_in_one_list_are_not_part_of_each_other() -> None:
    found = features("建设松鹤湿地公园、棠溪植物园、岚坪小学。")
    assert {f.part_of for f in found.values()} == {None}
    assert {f.members for f in found.values()} == {()}


def test_a_first_sentence_is_no_title() -> None:
    found = features("开工建设松鹤湿地公园。建设棠溪人民医院、岚坪小学。")
    assert found["棠溪人民医院"].part_of is None


def test_nothing_is_part_of_itself_and_each_member_knows_its_whole() -> None:
    text = (
        "一、云岫片区\n（一）松鹤绿道。松鹤绿道串联松鹤湿地公园、棠溪植物园。\n建设云岫片区、云岫片区文化馆、棠溪水库。"
    )
    for feature in features(text * 2).values():
        assert feature.part_of != feature.name
        assert feature.name not in feature.members
        assert len(set(feature.members)) == len(feature.members)


def test_the_work_grows_with_a_paragraph(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0
    real = parts._holds

    def counting(*given: object) -> bool:
        nonlocal looked
        looked += 1
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(parts, "_holds", counting)
    seen = []
    for times in (10, 40):
        looked = 0
        heads = ("湿地公园", "植物园", "人民医院", "产业园", "文化馆")
        first, second = "松棠岚云澜", "鹤泷坪岫溪汀洲原峰谷"
        names = [a + b + head for a in first for b in second[: times // 5] for head in heads]
        merge.extract([document("建设" + "、".join(names) + "。")])
        seen.append(looked)
    assert seen[1] <= 6 * seen[0]


def test_a_sentence_that_an_area_opens_is_about_it() -> None:
    found = features("松鹤产业园重点建设云岫文化馆、棠溪人民医院。建设岚坪小学、岚坪中学。")
    assert found["云岫文化馆"].part_of == found["棠溪人民医院"].part_of == "松鹤产业园"
    assert found["岚坪小学"].part_of is None


def test_what_is_built_behind_the_figures_of_an_area_is_part_of_it() -> None:
    found = features("做大松鹤产业园,规划用地2300亩,建成云岫标准厂房、棠溪研究院。")
    assert found["云岫标准厂房"].part_of == found["棠溪研究院"].part_of == "松鹤产业园"


def test_an_area_that_a_layout_names_first_holds_its_paragraph() -> None:
    found = features("“一核”:松鹤产业园。布局云岫文化馆、棠溪人民医院。")
    assert found["云岫文化馆"].part_of == found["棠溪人民医院"].part_of == "松鹤产业园"


@pytest.mark.parametrize(
    "text",
    [
        "湫水产业翼以阜台片区、岚坪片区为载体。",
        "湫水产业翼，西起棠溪路，东至云岫路，串联阜台片区、岚坪片区等节点。",
        "依托区位优势，串联阜台片区、岚坪片区等载体，强化功能，提升水平，形成活力迸发的湫水产业翼。",
        "湫水产业翼加快建设，由北向南依次串联阜台片区、岚坪片区。",
        "湫水产业翼以阜台片区、岚坪片区为重点，提升水平。",
        "依托区位优势，连接阜台片区、岚坪片区，打造活力迸发的湫水产业翼。",
    ],
)
def test_what_leads_a_thing_or_what_it_links_in_a_later_clause_are_its_members(text: str) -> None:
    found = features(f"{text}建设湫水产业翼、阜台片区、岚坪片区、棠溪路、云岫路。")
    assert found["湫水产业翼"].members == ("阜台片区", "岚坪片区")


def test_a_facility_holds_what_it_consists_of() -> None:
    found = features("建设湫水交通枢纽、棠溪水库。湫水交通枢纽由阜台火车站、岚坪客运站组成，年底投用。")
    assert found["湫水交通枢纽"].members == ("阜台火车站", "岚坪客运站")
    assert found["阜台火车站"].part_of == "湫水交通枢纽"


def test_what_another_thing_links_is_not_of_the_first() -> None:
    found = features("湫水产业翼加快建设，棠溪绿道提升，串联阜台片区、岚坪片区。建设湫水产业翼、棠溪绿道、阜台片区。")
    assert "阜台片区" not in found["湫水产业翼"].members


@pytest.mark.parametrize(
    "text",
    [
        "湫水产业翼提升水平，地铁覆盖阜台片区、岚坪片区。",
        "湫水产业翼提升水平，不包括阜台片区、岚坪片区。",
        "依托区位优势，连接阜台片区、岚坪片区，强化功能，提升水平，打造活力迸发的湫水产业翼。",
        "依托区位优势，连接阜台片区、岚坪片区，强化功能\n提升水平，形成活力迸发的湫水产业翼。",
    ],
)
def test_what_is_told_of_something_else_is_no_member(text: str) -> None:
    found = features(f"{text}建设湫水产业翼、阜台片区、岚坪片区。")
    assert found["湫水产业翼"].members == ()


def test_a_facility_holds_what_it_mainly_includes() -> None:
    found = features("建设湫水交通枢纽、棠溪水库。湫水交通枢纽，主要包括阜台客运站、岚坪货运站。")
    assert found["湫水交通枢纽"].members == ("阜台客运站", "岚坪货运站")


def test_what_stands_before_a_noun_leads_nothing() -> None:
    leads = parts._LEADERS.match
    assert leads("为主,") and leads("为重点") and leads("等为中心。")
    assert not any(map(leads, ("为主要方向", "为重点区域", "为中心城区", "为核心的")))
