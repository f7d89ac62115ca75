"""The home of a plan is told by its title, its issuer, its text, in that order."""

from __future__ import annotations

import pytest

import city
from projects.region import Region, elsewhere, home
from tests.projects.writing import document

NOTHING = "建设松鹤湿地公园。"


@pytest.mark.parametrize(
    ("title", "adcode"),
    [
        ("济南市云岫片区建设规划", "370100"),
        ("济南市长清区生态规划", "370100"),
        ("宁波市北仑区发展规划", "330200"),
        ("栾川县发展规划", "410300"),
        ("广汉市行动计划", "510600"),
        ("北京市发展规划", "110000"),
        ("重庆市渝中区发展规划", "500000"),
    ],
)
def test_the_title_tells_the_city(title: str, adcode: str) -> None:
    region = home(document(NOTHING, title=title))
    assert region.city is not None
    assert region.city.adcode == adcode


def test_a_plan_of_a_province_is_at_home_in_all_of_it() -> None:
    region = home(document("三明市经验。" + NOTHING, title="福建省2026年政府工作报告"))
    assert region.city is None
    assert {"福建", "福州", "福州市", "尤溪县"} <= region.names
    assert "杭州" not in region.names
    assert region.administrative == region.names


def test_a_province_that_a_city_is_called_like_is_the_province() -> None:
    region = home(document(NOTHING, title="吉林省2026年政府工作报告"))
    assert (region.city, region.province) == (None, "吉林省")
    of_city = home(document(NOTHING, title="吉林省吉林市规划")).city
    assert of_city is not None
    assert of_city.short == "吉林"


def test_the_title_of_a_city_may_name_its_province_too() -> None:
    region = home(document("立足福州。" + NOTHING, title="福建省福州新区规划"))
    assert region.city is not None
    assert region.city.short == "福州"


def test_a_district_that_several_cities_have_is_each_ones_own() -> None:
    made = document(NOTHING, title="鼓楼区规划")
    assert all(elsewhere(made.plan, home(made).code, city.load(code)) is None for code in ("320100", "350100"))
    made = document(NOTHING, title="南京市鼓楼区规划")
    assert elsewhere(made.plan, home(made).code, city.load("320100")) is None
    assert elsewhere(made.plan, home(made).code, city.load("350100")) is not None


def test_the_title_wins_over_the_text() -> None:
    region = home(document("宁波市经验。" * 20, title="济南市规划"))
    assert region.city is not None
    assert region.city.short == "济南"


def test_the_beginning_of_the_text_tells_what_the_title_does_not() -> None:
    region = home(document("济南市人民政府印发。" + NOTHING, title="云岫规划"))
    assert region.city is not None
    assert region.city.adcode == "370100"


def test_the_city_named_most_is_taken_last() -> None:
    text = NOTHING * 100 + "对接宁波。" + "立足济南。" * 5
    region = home(document(text, title="云岫规划"))
    assert region.city is not None
    assert region.city.short == "济南"


def test_a_plan_of_nowhere_has_no_city_and_is_read_all_the_same() -> None:
    assert home(document(NOTHING, title="云岫规划")) == Region(None)
    empty = Region(None)
    assert (empty.names, empty.administrative) == (frozenset(), frozenset())


def test_the_names_of_a_region_hold_city_province_districts_and_zones() -> None:
    region = home(document(NOTHING, title="济南市规划"))
    assert {"济南", "济南市", "山东", "山东省", "历下", "历下区", "平阴县"} <= region.names
    assert region.province == "山东省"


def test_a_functional_zone_is_a_thing_and_a_district_is_none() -> None:
    region = home(document(NOTHING, title="济南市规划"))
    assert region.city is not None
    zones = {d.name for d in region.city.districts if d.is_zone}
    assert zones
    assert not zones & region.administrative
    assert {"济南市", "历下区", "山东省"} <= region.administrative
