import geopandas as gpd
import pytest
from shapely.geometry import LineString

from city import City
from errors import CallError
from geo.districts import Districts
from layers import facets, review, spelling, view
from layers.review import Review
from layers.view import Filter


def names(frame: gpd.GeoDataFrame) -> list[str]:
    return list(frame["name"])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), ["长清大学城", "黄河廊道", "轨道环线", "双园区", "1号厂房<b>", "=SUM(A1)数据中心", "龘靐文化馆"]),
        (Filter(district=("长清",)), ["长清大学城", "黄河廊道"]),
        (Filter(district=("长清", "历下")), ["长清大学城", "黄河廊道", "轨道环线", "双园区", "龘靐文化馆"]),
        (Filter(district=("",)), ["=SUM(A1)数据中心"]),
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
    assert names(view.select(part, Filter(district=("",)))) == ["=SUM(A1)数据中心"]


def test_empty_frame_filters_to_an_empty_frame(frame: gpd.GeoDataFrame):
    nothing = frame.iloc[:0]
    wanted = Filter(search="cq", bbox=(116, 36, 117, 37), district=("长清",), year=(2021, None))
    assert view.select(nothing, wanted).empty
    assert view.Index(nothing).counts(wanted)["district"] == {}


def test_counts_follow_the_other_filters_only(frame: gpd.GeoDataFrame, town: City):
    wanted = Filter(kind=("area",), district=("长清",))
    # The area of the zone 高新 lies in three districts.
    expected = {"历下": 1, "市中": 1, "槐荫": 0, "历城": 1, "长清": 1, "高新": 1, "": 0}
    assert view.Index(frame, town).counts(wanted)["district"] == expected
    assert view.Index(frame, town).counts(wanted)["kind"] == {"area": 1, "corridor": 1, "project": 0}


def test_counts_stand_in_official_order(frame: gpd.GeoDataFrame, town: City):
    counts = view.Index(frame, town).counts(Filter())
    assert list(counts["district"]) == ["历下", "市中", "槐荫", "历城", "长清", "高新", ""]
    assert list(counts["status"]) == ["planned", "building", "done", ""]
    assert counts["plan"] == {"alpha": 7, "beta": 1}
    assert counts["review"] == {"unreviewed": 7}


def test_counts_of_an_unknown_field_are_refused(frame: gpd.GeoDataFrame):
    with pytest.raises(CallError, match="district"):
        view.Index(frame).facet("colour")


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


@pytest.fixture
def near(frame: gpd.GeoDataFrame, town: City) -> list[tuple[str, ...]]:
    return facets.by_place(frame, Districts.load(town))


def test_a_place_tells_the_district_only_where_no_plan_does(frame: gpd.GeoDataFrame, near: list[tuple[str, ...]]):
    lying = dict(zip(frame["name"], near, strict=True))
    assert lying["长清大学城"] == lying["黄河廊道"] == lying["1号厂房<b>"] == ()
    assert lying["轨道环线"] == ("历下", "市中")
    # A functional zone has no boundary: what is told to lie in one is found in the district around it, too.
    assert "历城" in lying["双园区"]
    assert lying["=SUM(A1)数据中心"] == ()


def test_a_place_known_to_the_city_only_tells_no_district(frame: gpd.GeoDataFrame, town: City):
    vague = frame.assign(precision="city")
    assert set(facets.by_place(vague, Districts.load(town))) == {()}


def test_a_line_lies_in_every_district_that_holds_a_tenth_of_it(frame: gpd.GeoDataFrame, town: City):
    districts = Districts.load(town)
    (x, y), (u, v) = ([districts.centre((d,))[0].x, districts.centre((d,))[0].y] for d in ("章丘", "济阳"))
    long = frame.iloc[[2]].set_geometry(gpd.GeoSeries([LineString([(x, y), (u, v)])], index=[2], crs=4326))
    [found] = facets.by_place(long, districts)
    assert set(found) >= {"章丘", "济阳"}
    assert [d for d in town.order if d in found] == list(found)


def test_the_district_filter_finds_by_place_too_and_counts_agree(frame: gpd.GeoDataFrame, town: City):
    index = view.Index(frame, town)
    assert names(index.select(Filter(district=("历下",)))) == ["轨道环线", "双园区", "龘靐文化馆"]
    assert index.counts(Filter())["district"]["历下"] == 3
    assert index.counts(Filter())["district"][""] == 1


def test_against_a_plan_only_what_it_does_not_name_or_others_say_otherwise_is_left(frame: gpd.GeoDataFrame):
    both, alone = "1号厂房<b>", names(frame[frame["name"] != "1号厂房<b>"])
    assert names(view.select(frame, Filter(against="beta"))) == alone
    assert names(view.select(frame, Filter(against="alpha"))) == []
    key = frame.set_index("name").loc[both, "id"]
    index = view.Index(frame, differing=lambda before, after: [key] if (before, after) == ("alpha", "beta") else [])
    assert names(index.select(Filter(against="alpha"))) == [both]
    assert index.news(Filter(against="alpha")) == (0, 1)
    assert index.news(Filter(against="beta")) == (6, 0)
    # Only what the chosen plans say otherwise counts.
    assert names(index.select(Filter(against="alpha", plan=("gamma",)))) == []


def test_figures_follow_the_other_filters(frame: gpd.GeoDataFrame):
    index = view.Index(frame)
    assert index.figures(Filter(investment=(99, None)), "investment").tolist() == [35.5]
    assert index.figures(Filter(kind=("area",)), "investment").tolist() == []


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


def test_an_index_of_changed_rows_answers_as_one_made_anew(frame: gpd.GeoDataFrame, town: City):
    before = review.apply(frame, {})
    base = view.Index(before, town)
    base.warm()
    key, other, moved = (frame.set_index("name").loc[name, "id"] for name in ("1号厂房<b>", "黄河廊道", "轨道环线"))
    changes = {"name": "新名车间", "districts": ["商河", "别处"], "category": "water", "status": None}
    there = {"geometry": {"type": "Point", "coordinates": [117.53, 36.71]}, "radius_m": 300}
    decided = {
        key: Review(feature=key, state="corrected", reviewer="甲", changes=changes),
        other: Review(feature=other, state="confirmed", reviewer="乙"),
        moved: Review(feature=moved, state="corrected", reviewer="乙", changes=there),
    }
    after = review.apply(before, decided)
    rows = [list(frame["id"]).index(one) for one in decided]
    changed, anew = view.Index(after, town, base=base, changed=rows), view.Index(after, town)
    for wanted in (
        Filter(),
        *(Filter(district=(d,)) for d in ("商河", "别处", "章丘", "历下", "")),
        Filter(category=("water",)),
        Filter(review=("confirmed",)),
        Filter(review=("unreviewed",), kind=("area",)),
        Filter(status=("",)),
        Filter(precision=("exact",)),
        *(Filter(search=word) for word in ("新名", "xmcj", "厂房", "changfang", "1号")),
    ):
        assert names(changed.select(wanted)) == names(anew.select(wanted))
        some, every = changed.counts(wanted), anew.counts(wanted)
        for field, counts in every.items():
            assert {code: n for code, n in some[field].items() if n} == {code: n for code, n in counts.items() if n}
    assert names(changed.select(Filter(search="厂房"))) == []
    assert names(base.select(Filter(search="厂房"))) == ["1号厂房<b>"]


def test_a_selection_knows_its_rows_and_how_many_are_placed(frame: gpd.GeoDataFrame, town: City):
    index = view.Index(frame, town)
    every, some = index.choose(Filter()), index.choose(Filter(precision=("unplaced", "near")))
    assert every.frame is frame
    assert len(every) == len(frame)
    assert some.rows.tolist() == [k for k, code in enumerate(frame["precision"]) if code in ("unplaced", "near")]
    assert some.placed == len(some) - int(frame.geometry.isna().sum())
    assert list(some.frame["id"]) == list(frame["id"].iloc[some.rows])


def test_what_takes_long_is_asked_for_where_it_may_be_kept(frame: gpd.GeoDataFrame, town: City):
    asked: list[tuple[str, str]] = []

    def keep(what, origin, make):
        asked.append((what, origin))
        return make()

    index = view.Index(frame, town, keep=keep)
    index.counts(Filter())
    index.count(Filter(search="changqing"))
    assert [what for what, _ in asked] == ["near", "written", "spelt"]
    assert all(origin for _, origin in asked)
