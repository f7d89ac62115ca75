import geopandas as gpd
import pytest

from city import City
from errors import CallError
from layers import spelling, view
from layers.view import Filter


def names(frame: gpd.GeoDataFrame) -> list[str]:
    return list(frame["name"])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), ["长清大学城", "黄河廊道", "轨道环线", "双园区", "1号厂房<b>", "=SUM(A1)数据中心", "龘靐文化馆"]),
        (Filter(district=("长清",)), ["长清大学城", "黄河廊道"]),
        (Filter(district=("长清", "历下")), ["长清大学城", "黄河廊道", "龘靐文化馆"]),
        (Filter(district=("",)), ["轨道环线", "=SUM(A1)数据中心"]),
        (Filter(category=("industry",), kind=("project",)), ["1号厂房<b>"]),
        (Filter(plan=("beta",)), ["1号厂房<b>"]),
        (Filter(status=("done", "planned")), ["长清大学城", "=SUM(A1)数据中心"]),
        (Filter(status=("",), kind=("project",)), ["龘靐文化馆"]),
        (Filter(precision=("unplaced",)), ["=SUM(A1)数据中心"]),
        (Filter(review=("confirmed",)), []),
        (Filter(bbox=(116.88, 36.6, 116.99, 36.7)), ["黄河廊道", "1号厂房<b>"]),
        (Filter(investment=(30, None)), ["1号厂房<b>"]),
        (Filter(investment=(None, 30)), []),
        (Filter(year=(2025, 2025)), ["1号厂房<b>"]),
        (Filter(search="园"), ["长清大学城", "双园区"]),
        (Filter(search="changqing"), ["长清大学城"]),
        (Filter(search="cq dxc"), ["长清大学城"]),
        (Filter(search="(a1)"), ["=SUM(A1)数据中心"]),
        (Filter(search=".*"), []),
        (Filter(search="nowhere"), []),
        (Filter(category=("nonsense",)), []),
    ],
)
def test_filter_finds(frame: gpd.GeoDataFrame, wanted: Filter, found: list[str]):
    assert names(view.select(frame, wanted)) == found


def test_select_works_whatever_the_index_of_the_frame(frame: gpd.GeoDataFrame):
    part = frame.iloc[[5, 2, 0]]
    assert names(view.select(part, Filter(search="changqing", kind=("area",)))) == ["长清大学城"]
    assert names(view.select(part, Filter(district=("",)))) == ["=SUM(A1)数据中心", "轨道环线"]


def test_empty_frame_filters_to_an_empty_frame(frame: gpd.GeoDataFrame):
    nothing = frame.iloc[:0]
    wanted = Filter(search="cq", bbox=(116, 36, 117, 37), district=("长清",), year=(2021, None))
    assert view.select(nothing, wanted).empty
    assert view.counts(nothing, wanted, "district") == {}


def test_counts_follow_the_other_filters_only(frame: gpd.GeoDataFrame, town: City):
    wanted = Filter(kind=("area",), district=("长清",))
    assert view.counts(frame, wanted, "district", town) == {"历下": 0, "槐荫": 0, "长清": 1, "高新": 1, "": 0}
    assert view.counts(frame, wanted, "kind", town) == {"area": 1, "corridor": 1, "project": 0}


def test_counts_stand_in_official_order(frame: gpd.GeoDataFrame, town: City):
    assert list(view.counts(frame, Filter(), "district", town)) == ["历下", "槐荫", "长清", "高新", ""]
    assert list(view.counts(frame, Filter(), "status", town)) == ["planned", "building", "done", ""]
    assert view.counts(frame, Filter(), "plan", town) == {"alpha": 7, "beta": 1}
    assert view.counts(frame, Filter(), "review", town) == {"unreviewed": 7}


def test_counts_of_an_unknown_field_are_refused(frame: gpd.GeoDataFrame):
    with pytest.raises(CallError, match="district"):
        view.counts(frame, Filter(), "colour")


def test_resolve_takes_full_names_and_labels(frame: gpd.GeoDataFrame, town: City):
    written = Filter(district=("长清区", "高新区", "Lixia"), category=("产业制造", "Water", "industry"), kind=("项目",))
    wanted = view.resolve(written, frame, town)
    assert wanted.district == ("长清", "高新", "历下")
    assert wanted.category == ("industry", "water") and wanted.kind == ("project",)


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        (Filter(category=("colour",)), "water"),
        (Filter(district=("浦东",)), "历下"),
        (Filter(plan=("gamma",)), "alpha"),
        (Filter(bbox=(117, 36, 116, 37)), "117,36,116,37"),
        (Filter(bbox=(117, 36, float("nan"), 37)), "nan"),
    ],
)
def test_resolve_says_what_would_be_valid(frame: gpd.GeoDataFrame, town: City, wanted: Filter, named: str):
    with pytest.raises(CallError, match=named):
        view.resolve(wanted, frame, town)


def test_active_and_without():
    wanted = Filter(district=("长清",), search="x")
    assert wanted.active == ("district", "search")
    assert wanted.without("district", "search") == Filter()


def test_reviews_of_the_store_are_filtered(frame: gpd.GeoDataFrame):
    reviewed = frame.assign(review=["confirmed", *["unreviewed"] * 6])
    assert names(view.select(reviewed, Filter(review=("confirmed",)))) == ["长清大学城"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("changqing", True),
        ("qing", True),
        ("daxue", True),
        ("cqdx", True),
        ("dxc", True),
        ("ang", False),
        ("gq", False),
        ("zhangqing", False),
    ],
)
def test_pinyin_is_found_from_a_syllable_on_and_by_initials(typed: str, found: bool):
    text = spelling.index("长清大学城")
    assert any(part in text for part in spelling.query(typed)) == found


def test_phrases_decide_how_a_character_is_read():
    assert "".join(spelling.syllables("重庆路银行")) == "chongqingluyinhang"
    assert spelling.syllables("g104国道") == ["g", "1", "0", "4", "guo", "dao"]
