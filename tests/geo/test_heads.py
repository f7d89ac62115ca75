import pytest

import city
from geo import heads
from geo.gazetteer import Place

TOWN = city.load("370100")


def place(name, kind, radius=300.0):
    return Place(name, (), kind, (), 117.0, 36.6, radius, "data", "test", "CC0", "wgs84")


@pytest.mark.parametrize(
    ("head", "kind", "name", "radius"),
    [
        ("省立医院", "hospital", "省立医院病房综合楼", 500),
        ("省立医院", "hospital", "省立医院改扩建工程", 300),
        ("匡山村", "village", "匡山村城中村改造", 300),
        ("匡山村", "village", "槐荫区匡山村城中村改造", 300),
        ("匡山村", "village", "匡山村片区", 1500),
        ("匡山村", "village", "匡山村智能制造产业园", 3000),
    ],
)
def test_what_follows_decides_the_radius(head, kind, name, radius):
    start = name.index(head)
    assert heads.radius(place(head, kind), name, start, start + len(head), TOWN) == radius


@pytest.mark.parametrize(
    ("head", "kind", "name"),
    [
        ("莱芜", "town", "莱芜路幼儿园"),
        ("省立医院", "hospital", "省立医院新院区建设项目"),
        ("浪潮集团", "office", "浪潮集团国家双创示范基地"),
        ("山东大学", "university", "山东大学国家大学科技园"),
        ("学院", "university", "学院改造"),
        ("黄河", "water", "小黄河公园"),
    ],
)
def test_what_lies_elsewhere_is_refused(head, kind, name):
    start = name.index(head)
    assert heads.radius(place(head, kind), name, start, start + len(head), TOWN) is None


def test_town_names_lose_their_suffix_only_when_something_remains():
    assert [heads.town_name(n) for n in ("万德街道", "马山镇", "口镇", "商河县")] == ["万德", "马山", "口镇", "商河县"]
