"""Figures belong to the thing they stand behind, in the units of the records."""

import doctest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects import figures
from projects.feature import Extent
from projects.figures import Figures


def test_the_examples_hold() -> None:
    assert doctest.testmod(figures).failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (",总投资约12.5亿元", Figures(investment_yi=12.5)),
        (",投资8000万元", Figures(investment_yi=0.8)),
        (",占地面积300亩", Figures(area_mu=300.0)),
        (",占地1.2万亩", Figures(area_mu=12000.0)),
        (",规划面积4.5平方公里", Figures(area_km2=4.5)),
        (",面积30公顷", Figures(area_km2=0.3)),
        (",全长4.2公里", Figures(length_km=4.2)),
        (",全长800米", Figures(length_km=0.8)),
        (",总投资3亿元,占地20亩,全长1公里", Figures(investment_yi=3.0, area_mu=20.0, length_km=1.0)),
        (",容积率2.5", Figures()),
        (",设计时速350公里", Figures()),
        ("。总投资3亿元", Figures()),
        (";总投资3亿元", Figures()),
        ("", Figures()),
    ],
)
def test_a_figure_right_behind_a_name_is_its_own(text: str, expected: Figures) -> None:
    assert figures.behind(text) == expected


@pytest.mark.parametrize(
    ("text", "year"),
    [("2026年底建成", 2026), ("到2026年建成通车", 2026), (",力争2025年底前竣工", 2025), (",2023年开工", None)],
)
def test_the_year_is_that_in_which_it_is_done(text: str, year: int | None) -> None:
    assert figures.behind(text).by_year == year


@pytest.mark.parametrize("text", [",打造3亿元产业", ",产值达到50亿元", ",营业收入突破10亿元"])
def test_a_turnover_is_no_investment(text: str) -> None:
    assert figures.behind(text).investment_yi is None


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
        ("松鹤公园", "。西起云岫路,东至棠溪路", None),
        ("松鹤医院", "(新院区)", None),
        ("甚至棠溪", "", None),
    ],
)
def test_an_extent_is_told_behind_the_name_or_in_it(name: str, ahead: str, extent: Extent | None) -> None:
    assert figures.extent(name, ahead) == extent


@given(st.text(alphabet="投资占地面积全长约0123456789.,。亿万元亩公里年建成至起东西()", max_size=80))
@settings(deadline=None)
def test_any_text_gives_figures_that_make_sense(text: str) -> None:
    found = figures.behind(text)
    for value in vars(found).values():
        assert value is None or value >= 0
    assert found.by_year is None or 2000 <= found.by_year <= 2099
    figures.extent(text[:20], text[20:])
