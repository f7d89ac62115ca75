import pytest

import city
from geo.corridor import Lines
from geo.districts import Districts
from geo.gazetteer import Gazetteer
from geo.ground import Ground
from projects.feature import Feature, feature_id
from tests.geo.world import ADCODE, line, row


@pytest.fixture(scope="session")
def districts():
    return Districts.load(city.load(ADCODE))


@pytest.fixture(scope="session")
def ground(districts):
    """A small world inside the real boundaries: positions are made up, districts are not."""
    places = [
        row("山东省立医院", 116.978, 36.657, kind="hospital", aliases="省立医院"),
        row("匡山村", 116.942, 36.684, kind="village", radius=900),
        row("匡山公园", 116.942, 36.686, kind="park", radius=400),
        row("济南西站", 116.886, 36.669, kind="rail_station", radius=500),
        row("大杨站", 116.8907, 36.65, kind="metro_station", radius=300),
        row("第一中学", 116.755, 36.55, kind="school"),
        row("第一中学", 116.95, 36.66, kind="school"),
        row("实验小学", 116.90, 36.66, kind="school"),
        row("实验小学", 116.95, 36.67, kind="school"),
        row("山东师范大学(长清湖校区)", 116.827, 36.546, kind="university", radius=500),
        row("济南市槐荫区人民政府", 116.90, 36.651, kind="office"),
        row("万德街道", 116.916, 36.338, kind="town", radius=2500),
        row("黄河街道", 117.253, 36.978, kind="town", radius=2500),
        row("会展中心", 116.929, 36.669, kind="office", basis="neighbour", radius=300),
        row("旧银行", 116.98, 36.66, kind="sight", basis="knowledge", radius=1000),
        row("济南新旧动能转换起步区", 117.06, 36.85, kind="zone", aliases="起步区", radius=20_000, basis="point"),
        row("山东国舜建设集团有限公司", 116.807, 36.593, kind="industry", radius=350),
    ]
    lines = [
        line("经十路", [(116.80, 36.645), (117.20, 36.655)], radius=150.0),
        line("青岛路", [(116.70, 36.68), (117.05, 36.68)], radius=300.0),
        line("齐鲁大道", [(116.889, 36.63), (116.889, 36.70)], radius=300.0),
        line("二环西路", [(116.927, 36.62), (116.927, 36.72)], radius=300.0),
        line("小清河", [(116.80, 36.69), (116.95, 36.70), (117.2, 36.78)], kind="river", radius=800.0),
        line("黄河", [(116.60, 36.50), (116.80, 36.70), (117.10, 36.80)], kind="river", radius=1500.0),
        line("104国道", [(116.90, 36.60), (116.99, 36.26)], kind="road", radius=1500.0, aliases=["G104"]),
        line("轨道交通1号线", [(116.80, 36.50), (116.889, 36.68)], kind="metro", radius=400.0, aliases=["R1线"]),
    ]
    return Ground(city.load(ADCODE), Gazetteer(places, ADCODE), Lines(lines, ADCODE), districts)


@pytest.fixture(scope="session")
def feature():
    def make(name, **given):
        kind = given.pop("kind", "project")
        values = {"category": "transport", "doc": "plan", "mentions": ()} | given
        return Feature(id=feature_id(ADCODE, kind, name), name=name, kind=kind, **values)

    return make
