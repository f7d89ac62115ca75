"""Features of every kind, placed by hand, for the tests of the layers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import psycopg
import pytest
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon

import city
from city import City
from geo.placement import Placement
from layers import build, export
from projects.feature import Extent, Feature, Mention, feature_id
from projects.plan import Plan
from tests.layers import postgres

# Rings of a square the wrong way round (clockwise), with a hole.
SQUARE = [(117.0, 36.6), (117.0, 36.7), (117.1, 36.7), (117.1, 36.6), (117.0, 36.6)]
HOLE = [(117.02, 36.62), (117.04, 36.62), (117.04, 36.64), (117.02, 36.64), (117.02, 36.62)]


def feature(name: str, kind: str = "project", category: str = "industry", **more: object) -> Feature:
    more.setdefault("mentions", (Mention("alpha", "第一章/一", 10, len(name)),))
    return Feature(id=feature_id("370100", kind, name), name=name, kind=kind, category=category, doc="alpha", **more)  # type: ignore[arg-type]


def placed(geometry: object, precision: str = "near", radius_m: float = 1200.0, **more: str) -> Placement:
    values = {"method": "gazetteer", "source": "OpenStreetMap", "licence": "ODbL 1.0", **more}
    return Placement(geometry=geometry, precision=precision, radius_m=radius_m, **values)  # type: ignore[arg-type]


UNPLACED = Placement(
    geometry=None, method="", precision="unplaced", radius_m=None, source="", licence="", reason="no_place"
)

PAIRS = (
    (
        feature(
            "长清大学城",
            "area",
            "education",
            districts=("长清",),
            status="done",
            area_km2=27.1,
            aliases=("大学科技园",),
        ),
        placed(Polygon(SQUARE, [HOLE]), "exact", 0.0),
    ),
    (
        feature(
            "黄河廊道",
            "corridor",
            "ecology",
            districts=("槐荫", "长清"),
            extent=Extent("玉符河", "北店子", ("齐鲁大桥",)),
        ),
        placed(LineString([(116.8, 36.6), (116.85, 36.65), (116.9, 36.7)]), "part", 5000.0, method="extent"),
    ),
    (
        feature("轨道环线", "corridor", "transport", length_km=12.4, members=("大杨站", "王府庄站")),
        placed(MultiLineString([[(117.0, 36.65), (117.01, 36.66)], [(117.02, 36.65), (117.03, 36.66)]]), "near"),
    ),
    (
        feature("双园区", "area", "industry", districts=("高新",), area_mu=3750),
        placed(MultiPolygon([Polygon(SQUARE), Polygon([(117.2, 36.6), (117.2, 36.61), (117.21, 36.6)])]), "near"),
    ),
    (
        feature(
            "1号厂房<b>",
            "project",
            "industry",
            districts=("槐荫",),
            status="building",
            investment_yi=35.5,
            by_year=2025,
            part_of="双园区",
            in_list=True,
            mentions=(Mention("beta", "第二章", 5, 4), Mention("alpha", "第一章", 90, 4)),
        ),
        placed(Point(116.8891234567, 36.6824919999), "exact", 300.0),
    ),
    (feature("=SUM(A1)数据中心", "project", "digital", status="planned"), UNPLACED),
    (
        feature("龘靐文化馆", "project", "culture", districts=("历下",)),
        placed(Point(117.05, 36.66), "district", 12000.0),
    ),
)

PLANS = (
    Plan(id="alpha", title="甲规划", file="alpha.txt", sha256="a" * 64, published="2021", from_year=2021, to_year=2025),
    Plan(id="beta", title="乙规划", file="beta.txt", sha256="b" * 64, district="槐荫"),
)


@pytest.fixture
def town() -> City:
    return city.load("370100")


@pytest.fixture
def frame() -> gpd.GeoDataFrame:
    features, placements = zip(*PAIRS, strict=True)
    return build.frame(features, placements)


@pytest.fixture
def plans() -> tuple[Plan, ...]:
    return PLANS


@pytest.fixture
def written(
    frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], town: City, tmp_path: Path
) -> Callable[..., export.Exported]:
    """Return a function that exports the features of every kind in a format."""

    def write(format: str, crs: str = "4326", **more: Any) -> export.Exported:
        name = tmp_path / "out" / f"layer.{format}"
        return export.export(more.pop("frame", frame), name, format, crs, plans=plans, town=town, lang="zh", **more)

    return write


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    if why := postgres.missing():
        pytest.skip(why)
    with postgres.running() as address:
        yield address


@pytest.fixture
def database(server: str) -> str:
    """Address of a database in which there is no store yet."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS planmap CASCADE")
    return server


@pytest.fixture(params=["GeoPackage", "PostGIS"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a store that is not there yet; every test of it runs on both engines."""
    if request.param == "PostGIS":
        return str(request.getfixturevalue("database"))
    return str(tmp_path / "store" / "planmap.gpkg")
