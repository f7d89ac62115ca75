"""Figures belong to the thing they stand behind, in the units of the records."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects import figures, merge
from projects.feature import Extent
from projects.figures import Figures
from tests.projects.writing import document


def test_the_examples_hold() -> None:
    assert doctest.testmod(figures).failed == 0


def told(text: str) -> dict[str, dict[str, object]]:
    """Return the figures that a text tells, those that there are, by name."""
    found = merge.extract([document(text)])
    fields = Figures.__dataclass_fields__
    said = {f.name: {k: v for k in fields if (v := getattr(f, k)) is not None} for f in found}
    return {name: figures for name, figures in said.items() if figures}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (",总投资约12.5亿元", {"investment_yi": 12.5}),
        (",投资8000万元", {"investment_yi": 0.8}),
        (",占地面积300亩", {"area_mu": 300.0}),
        (",占地1.2万亩", {"area_mu": 12000.0}),
        (",规划面积4.5平方公里", {"area_km2": 4.5}),
        (",面积30公顷", {"area_km2": 0.3}),
        ("(1500亩)", {"area_mu": 1500.0}),
        ("(占地1500亩,投资3亿元)", {"area_mu": 1500.0, "investment_yi": 3.0}),
        (",总投资3亿元,占地20亩", {"investment_yi": 3.0, "area_mu": 20.0}),
        (",位于岚坪村,总投资3亿元", {"investment_yi": 3.0}),
        (",建筑面积4.5万平方米", {}),
        (",容积率2.5", {}),
        (",打造3亿元产业", {}),
        (",产值达到50亿元", {}),
        ("。总投资3亿元", {}),
        (";总投资3亿元", {}),
    ],
)
def test_a_figure_behind_a_name_in_its_sentence_is_its_own(text: str, expected: dict[str, float]) -> None:
    assert told(f"建设松鹤湿地公园{text}。").get("松鹤湿地公园", {}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("建设松鹤快速路,全长4.2公里。", 4.2),
        ("建设松鹤快速路,长800米。", 0.8),
        ("建设松鹤快速路(云岫大街至棠溪大街)9.3公里。", 9.3),
        ("建设松鹤快速路(云岫大街至棠溪大街段,长9.3公里)。", 9.3),
        ("建设松鹤快速路,西起云岫大街,东至棠溪大街,全长7公里。", 7.0),
        ("建设松鹤快速路,连接云岫湿地公园、棠溪湿地公园,全长7公里。", 7.0),
        ("加快推进松鹤快速路、棠溪快速路建设。云岫大街连接全长3.6公里的松鹤快速路。", 3.6),
        ("建设松鹤快速路,设计时速80公里。", None),
        ("改造松鹤快速路、棠溪快速路,全长7公里。", None),
    ],
)
def test_a_length_is_of_the_line_that_the_sentence_is_about(text: str, expected: float | None) -> None:
    found = told(text)
    assert found.get("松鹤快速路", {}).get("length_km") == expected
    assert "length_km" not in found.get("棠溪大街", {})
    assert "length_km" not in found.get("云岫湿地公园", {})


def test_a_quarter_has_no_length_and_a_road_no_area() -> None:
    assert told("沿松鹤快速路建设棠溪产业园,占地300亩。") == {"棠溪产业园": {"area_mu": 300.0}}
    assert told("建设棠溪产业园,位于松鹤快速路以北约3750亩。") == {"棠溪产业园": {"area_mu": 3750.0}}
    assert told("依托棠溪产业园建设松鹤快速路,长5公里。") == {"松鹤快速路": {"length_km": 5.0}}


def test_a_figure_of_a_whole_enumeration_is_of_none_of_its_items() -> None:
    assert told("建设松鹤湿地公园、棠溪湿地公园,总投资12亿元。") == {}
    assert told("建设松鹤湿地公园(投资5亿元)、棠溪湿地公园。") == {"松鹤湿地公园": {"investment_yi": 5.0}}


def test_a_paragraph_that_opens_with_a_name_tells_its_figures() -> None:
    text = "松鹤产业园。北接云岫大街,南抵棠溪大街,规划面积9.6平方公里。\n建设云岫大街、棠溪大街。"
    assert told(text) == {"松鹤产业园": {"area_km2": 9.6}}


@pytest.mark.parametrize(
    ("text", "year"),
    [
        (",2026年底建成", 2026),
        (",力争2025年底前竣工", 2025),
        ("(投资5亿元,2024年建成)", 2024),
        (",总投资5亿元,2023—2027年。", 2027),
        (",2023年开工", None),
        (",一期2023年建成", None),
    ],
)
def test_the_year_is_that_in_which_it_is_done(text: str, year: int | None) -> None:
    assert told(f"建设松鹤湿地公园{text}。").get("松鹤湿地公园", {}).get("by_year") == year


@pytest.mark.parametrize(
    "text",
    [
        "到2025年,松鹤湿地公园、棠溪湿地公园建成投用。",
        "“十四五”期间建成松鹤湿地公园、棠溪湿地公园。",
        "建设松鹤湿地公园、棠溪湿地公园,2025年建成。",
    ],
)
def test_a_year_is_of_each_thing_of_an_enumeration(text: str) -> None:
    found = told(text)
    assert found["松鹤湿地公园"]["by_year"] == found["棠溪湿地公园"]["by_year"] == 2025


@pytest.mark.parametrize(
    ("name", "ahead", "extent"),
    [
        ("松鹤大道", ",西起云岫路,东至棠溪路,全长4公里", Extent("云岫路", "棠溪路")),
        ("松鹤大道", ",南起云岫路、北至棠溪路", Extent("云岫路", "棠溪路")),
        ("松鹤大道", "(云岫路至棠溪路段)改造", Extent("云岫路", "棠溪路")),
        ("松鹤大道", "(云岫路-棠溪路)", Extent("云岫路", "棠溪路")),
        ("岚坪线", ",起于云岫站,止于棠溪站", Extent("云岫站", "棠溪站")),
        ("松鹤大道", ",从云岫路到棠溪路", Extent("云岫路", "棠溪路")),
        ("松鹤至岚坪高速公路", "", Extent("松鹤", "岚坪")),
        ("松鹤经棠泷至岚坪铁路", "", Extent("松鹤", "岚坪", ("棠泷",))),
        ("松鹤公园", "", None),
        ("松鹤公园", "。西起云岫路,东至棠溪路", Extent("云岫路", "棠溪路")),
        ("松鹤公园", "。湫水路西起云岫路,东至棠溪路", None),
        ("湫水轴", "沿湫水路展开,北起云岫路,南至棠溪路", Extent("云岫路", "棠溪路")),
        ("湫水公路", "(起自云岫村,经岚坪村,止于棠溪镇)", Extent("云岫村", "棠溪镇")),
        ("湫水绿道", ",由云岫公园起、至棠溪公园止", Extent("云岫公园", "棠溪公园")),
        ("湫水线", "一期(云岫站至棠溪站)", Extent("云岫站", "棠溪站")),
        ("湫水至岚坪市域铁路", "", Extent("湫水", "岚坪")),
        ("湫水至岚坪输氢管道", "", Extent("湫水", "岚坪")),
        ("湫水至岚坪引调水工程", "", Extent("湫水", "岚坪")),
        ("湫水高速公路", "由双向四车道扩建至双向八车道", None),
        ("湫水高速公路", ",由双向四车道起、至双向八车道止", None),
        ("湫水高新区", "由省级升级到国家级", None),
        ("湫水公园", "由50亩扩大到300亩", None),
        ("湫水公园", "由云岫集团移交至市园林局管理", None),
        ("湫水公园", ",从规划到建成仅用两年", None),
        ("湫水绿道", ",从云岫路到" + "棠溪" * 7, Extent("云岫路", "棠溪" * 7)),
        ("湫水绿道", ",从云岫路到" + "棠溪" * 7 + "岚", Extent("云岫路", "棠溪" * 7)),
        ("湫水绿道", ",从云岫路到" + "棠溪" * 8, Extent("云岫路", "棠溪" * 7)),
        ("湫水绿道", ",从云岫路至棠溪路止", Extent("云岫路", "棠溪路")),
        ("松鹤公园", "、湫水大道,西起云岫路,东至棠溪路", None),
        ("松鹤公园", "和湫水大道,西起云岫路,东至棠溪路", None),
        ("湫水大道", ",全长4公里,西起云岫路,东至棠溪路", Extent("云岫路", "棠溪路")),
        *(
            (f"湫水至岚坪{what}管道", "", Extent("湫水", "岚坪"))
            for what in ("天然气", "燃气", "输气", "输油", "原油", "成品油", "污水", "排水", "雨水")
        ),
        ("湫水至岚坪公交专线", "", Extent("湫水", "岚坪")),
        ("湫水至岚坪光缆线路", "", Extent("湫水", "岚坪")),
        ("湫水至岚坪绿色物流通道", "", Extent("湫水", "岚坪")),
        ("湫水至岚坪旅游公路", "", Extent("湫水", "岚坪")),
        ("湫水至今通道", "", None),
        ("湫水至全市通道", "", None),
        ("松鹤医院", "(新院区)", None),
        ("甚至棠溪", "", None),
    ],
)
def test_an_extent_is_told_behind_the_name_or_in_it(name: str, ahead: str, extent: Extent | None) -> None:
    assert figures.extent(name, ahead) == extent


@given(st.lists(st.sampled_from(
    ["松鹤大道", "棠溪公园", "总投资", "占地", "全长", "到", "建成",
     "(", ")", ",", "、", "。", "12", "2025年", "亿元", "亩", "公里"]
), max_size=40).map("".join))  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_any_text_gives_figures_that_make_sense(text: str) -> None:
    for said in told("建设。" + text + "。").values():
        assert all(value >= 0 for value in said.values())  # type: ignore[operator]
        assert said.get("by_year", 2025) == 2025
    figures.extent(text[:20], text[20:])
