import cProfile
import pstats

import pytest
from shapely.geometry import Point, box

import city
from geo import datum, place
from geo.corridor import Lines
from geo.districts import covering
from geo.gazetteer import Gazetteer, Place
from geo.ground import Ground
from geo.place import METHODS, PRECISIONS, REASONS, Placer
from projects.feature import Extent
from tests.geo.world import line, row


@pytest.fixture(scope="module")
def placed(ground, feature):
    placer = Placer(ground)

    def one(name, **given):
        return placer.place([feature(name, **given)])[0]

    return one


def at(placement):
    return round(placement.geometry.x, 3), round(placement.geometry.y, 3)


def test_a_toponym_is_placed_at_itself(placed):
    found = placed("山东省立医院", category="health", districts=("槐荫",))
    assert (found.method, found.precision, found.radius_m, at(found)) == ("gazetteer", "exact", 200, (116.978, 36.657))
    assert (found.source, found.licence, found.reason) == ("test", "CC0", "")


def test_another_name_counts_as_alias(placed):
    assert placed("省立医院").method == "alias"
    assert placed("某院", aliases=("山东省立医院",)).method == "alias"


def test_a_place_inside_the_name_places_the_work_on_it(placed):
    found = placed("山东省立医院病房综合楼")
    assert (found.method, found.precision, found.radius_m) == ("head", "exact", 500)
    found = placed("国舜建设技改投资项目")
    assert (found.method, at(found)) == ("head", (116.807, 36.593))


def test_a_place_in_another_district_is_refused(placed):
    found = placed("山东省立医院", districts=("平阴",))
    assert (found.method, found.precision) == ("district", "district")


def test_homonyms_are_told_apart_by_district(placed):
    assert at(placed("第一中学", category="education", districts=("长清",))) == (116.755, 36.55)
    assert at(placed("第一中学", category="education", districts=("槐荫",))) == (116.95, 36.66)


def test_a_tie_is_not_guessed(placed):
    assert placed("实验小学", category="education", districts=("槐荫",)).method == "district"
    assert placed("第一中学", category="education").precision == "unplaced"


def test_a_name_that_is_also_another_name_of_a_place_far_away_is_a_tie(districts, feature):
    rows = [
        row("某某奥莱", 117.284, 36.673, kind="mall", districts="历城"),
        row("某某奥莱广场", 116.915, 36.719, kind="mall", aliases="某某奥莱", districts="槐荫"),
    ]
    placer = Placer(Ground(city.load("370100"), Gazetteer(rows, "370100"), Lines((), "370100"), districts))
    untold, west, east = placer.place([feature("某某奥莱", districts=d) for d in ((), ("槐荫",), ("历城",))])
    assert (untold.precision, untold.reason) == ("unplaced", "ambiguous")
    assert [p.geometry.x for p in (west, east)] == [116.915, 117.284]


def test_the_campus_in_the_district_is_meant(placed):
    found = placed("山东师范大学重点产业化项目", districts=("长清",))
    assert at(found) == (116.827, 36.546)
    assert found.precision == "part"
    assert placed("山东师范大学重点产业化项目").precision == "unplaced"
    assert placed("山东师范大学国家双创示范基地", districts=("长清",)).method == "district"


@pytest.mark.parametrize(
    ("name", "least"), [("会展中心", "near"), ("旧银行", "part"), ("济南西站", "exact"), ("万德街道", "part")]
)
def test_precision_is_never_better_than_what_the_position_rests_on(placed, name, least):
    assert placed(name).precision == least


def test_a_road_is_a_line_clipped_to_the_district(placed, ground):
    found = placed("经十路", kind="corridor", districts=("槐荫",))
    assert found.geometry.geom_type == "LineString"
    assert (found.method, found.precision) == ("gazetteer", "exact")
    assert ground.area(("槐荫",)).buffer(1e-6).contains(found.geometry)


@pytest.mark.parametrize(
    ("name", "method", "kind"),
    [
        ("小清河滨水生态廊道", "head", "corridor"),
        ("国道104线改扩建", "head", "project"),
        ("G104长清段拓宽改造提升工程", "head", "project"),
        ("轨道交通R1线", "alias", "corridor"),
        ("小清河河道综合治理工程", "head", "project"),
    ],
)
def test_works_on_a_line_and_belts_along_it_are_lines(placed, name, method, kind):
    found = placed(name, kind=kind)
    assert "LineString" in found.geometry.geom_type
    assert found.method == method


def test_a_belt_is_wider_than_its_river(placed):
    assert placed("小清河生态景观带", kind="corridor").radius_m > placed("小清河", kind="corridor").radius_m


@pytest.mark.parametrize("name", ["黄河大数据中心", "黄河流域海外媒体采访基地", "经十路小学"])
def test_what_only_bears_the_name_of_a_river_or_road_is_not_put_on_it(placed, name):
    assert placed(name).precision == "unplaced"


def test_an_extent_clips_the_line_between_its_crossings(placed):
    found = placed("经十路", kind="corridor", extent=Extent("齐鲁大道", "二环西路"), districts=("槐荫",))
    assert found.method == "extent"
    west, _, east, _ = found.geometry.bounds
    assert (round(west, 3), round(east, 3)) == (116.889, 116.927)
    same = placed("经十路（齐鲁大道至二环西路段）", kind="corridor", districts=("槐荫",))
    assert same.geometry.equals(found.geometry)


def test_a_new_road_between_two_places_is_a_guess_that_says_so(placed):
    found = placed("新联络线", kind="corridor", extent=Extent("济南西站", "山东省立医院"))
    assert found.method == "extent"
    assert found.geometry.geom_type == "LineString"
    assert found.precision in ("near", "part")
    length = float(datum.distance(116.886, 36.669, 116.978, 36.657))
    assert found.radius_m >= 0.25 * length


def test_a_crossing_is_where_the_lines_meet(placed):
    found = placed("青岛路与齐鲁大道立交")
    assert at(found) == (116.889, 36.68)
    assert found.precision == "near"


def test_an_axis_goes_through_its_members_in_order(ground, feature):
    axis = feature("中央商务轴", kind="corridor", members=("济南西站", "山东省立医院", "没有的地方"))
    found = Placer(ground).place([axis])[0]
    assert found.method == "members"
    assert found.precision == "part"
    assert found.geometry.distance(Point(116.886, 36.669)) < 1e-6
    assert found.geometry.distance(Point(116.978, 36.657)) < 1e-6


def test_a_part_lies_in_its_whole_and_the_order_of_features_does_not_matter(ground, feature):
    part = feature("一号楼", part_of="医院群")
    whole = feature("医院群", kind="area", members=("山东省立医院", "济南西站"))
    forward, backward = Placer(ground).place([part, whole]), Placer(ground).place([whole, part])
    assert forward == backward[::-1]
    assert (forward[0].method, forward[0].precision) == ("part_of", "part")
    assert forward[0].radius_m >= forward[1].radius_m


def test_things_that_belong_to_each_other_do_not_loop(ground, feature):
    found = Placer(ground).place([feature("甲", part_of="乙"), feature("乙", part_of="甲")])
    assert [p.precision for p in found] == ["unplaced", "unplaced"]


def test_a_town_in_the_name_places_in_the_town(placed):
    found = placed("万德智能装备基地", districts=("长清",))
    assert (found.method, found.precision) == ("town", "part")
    assert found.radius_m >= 5000
    assert placed("万德街道改造").method == "head"
    # Without a district a short name may be a common word.
    assert placed("万德智能装备基地").precision == "unplaced"


def test_places_named_after_it_or_a_station_of_its_name_are_near(placed):
    found = placed("大杨", districts=("槐荫",))
    assert (found.method, found.precision) == ("head", "part")
    assert placed("大杨").precision == "unplaced"
    found = placed("匡山", kind="area", category="ecology", districts=("槐荫",))
    assert (found.method, found.precision) == ("head", "near")


def test_a_district_is_its_outline_and_the_rest_somewhere_in_it(placed, ground):
    assert placed("长清区", kind="area").geometry.equals(ground.districts.shape("长清"))
    found = placed("某某项目", districts=("长清",))
    assert ground.districts.shape("长清").contains(found.geometry)
    assert found.radius_m == ground.districts.centre(("长清",))[1]


def test_a_district_in_the_name_counts_as_told_unless_a_street_bears_it(placed):
    assert placed("莱芜某某项目").method == "district"
    assert placed("莱芜路幼儿园").precision == "unplaced"


def test_a_zone_without_boundary_is_its_circle(placed):
    found = placed("某某项目", districts=("起步区",))
    assert (found.method, found.precision, found.radius_m) == ("district", "district", 20_000)


def test_what_is_nowhere_is_kept_with_a_reason(placed):
    found = placed("某某项目")
    assert (found.geometry, found.precision, found.radius_m, found.reason) == (None, "unplaced", None, "no_place")


def test_every_placement_is_complete_and_speaks_the_vocabulary(ground, feature):
    names = ("山东省立医院", "经十路", "某某项目", "匡山村城中村改造", "万德智能装备基地", "长清区")
    for kind in ("area", "corridor", "project"):
        for found in Placer(ground).place([feature(n, kind=kind, districts=("长清",)) for n in names]):
            assert found.precision in PRECISIONS
            if found.geometry is None:
                assert found.reason in REASONS
                continue
            assert found.method in METHODS
            assert found.radius_m > 0
            assert found.source
            assert found.licence
            assert found.geometry.is_valid
            assert ground.area(()).intersects(found.geometry)


def test_locate_gives_candidates_with_scores(ground):
    found = Placer(ground).locate("第一中学")
    assert [m.score for m in found] == [1.0, 1.0]
    assert place.Placer(ground).locate("没有的地方名称") == []


def test_locate_knows_lines_too(ground):
    [match] = Placer(ground).locate("国道104线")
    assert (match.place.name, match.place.kind) == ("104国道", "road")


def test_one_thing_met_in_two_plans_is_placed_for_each(ground, feature):
    one = feature("经十路", kind="corridor", districts=("槐荫",))
    other = feature("经十路", kind="corridor", districts=("历下",))
    assert one.id == other.id
    west, east = Placer(ground).place([one, other])
    assert west.geometry.bounds[2] < east.geometry.bounds[2]
    assert not west.geometry.equals(east.geometry)


@pytest.mark.parametrize(
    ("name", "told", "reason"),
    [
        ("第一中学", (), "ambiguous"),
        ("某某项目", (), "no_place"),
        ("郑州航空港", (), "outside"),
        ("青岛港", (), "outside"),
    ],
)
def test_the_reason_says_why_nothing_was_found(placed, name, told, reason):
    assert placed(name, districts=told).reason == reason


def test_a_name_with_several_branches_is_ambiguous(districts, feature):
    rows = [
        row(f"云岫大学（{which}校区）", lon, 36.65, kind="university") for which, lon in (("东", 117.1), ("西", 116.9))
    ]
    placer = Placer(Ground(city.load("370100"), Gazetteer(rows, "370100"), Lines((), "370100"), districts))
    [found] = placer.place([feature("云岫大学")])
    assert (found.precision, found.reason) == ("unplaced", "ambiguous")


def test_a_refused_contradiction_is_logged(ground, feature):
    placer = Placer(ground)
    [issue] = placer.issues(
        [feature("山东省立医院", districts=("平阴",)), feature("山东省立医院", districts=("槐荫",))]
    )
    assert issue.message == "geo.contradicts"
    assert "平阴" in issue.text("zh")
    assert "平阴" in issue.text("en")


@pytest.mark.parametrize(("side", "inside", "outside"), [("北", 36.70, 36.64), ("南", 36.64, 36.70)])
def test_what_lies_beside_a_line_is_that_part_of_the_district(placed, ground, side, inside, outside):
    found = placed(f"青岛路以{side}约3750亩土地", kind="area", districts=("槐荫",))
    assert (found.method, found.precision) == ("extent", "part")
    assert found.geometry.intersects(Point(116.90, inside))
    assert not found.geometry.intersects(Point(116.90, outside))
    assert ground.area(("槐荫",)).buffer(1e-6).covers(found.geometry)
    assert placed(f"青岛路以{side}地块", kind="area").precision == "unplaced"


def test_works_on_several_rivers_are_all_of_them(placed):
    found = placed("黄河—济南西站—小清河水系连通工程", districts=("槐荫",))
    assert found.method == "head"
    assert found.geometry.geom_type == "MultiLineString"
    assert found.radius_m == 1500
    assert placed("黄河—无名河—小清河水系连通工程").precision == "unplaced"
    roads = placed("经十路二环西路", kind="corridor")
    assert roads.geometry.geom_type == "MultiLineString"
    assert placed("经十路二环西路").geometry.geom_type == "Point"
    assert placed("小清河—大数据中心").precision == "unplaced"


def test_an_extension_leads_straight_on_from_the_end_on_its_side(placed):
    found = placed("齐鲁大道南延工程")
    end, beyond = found.geometry.coords
    assert end == (116.889, 36.63)
    assert beyond == pytest.approx((116.889, 36.6075), abs=1e-4)
    assert (found.method, found.precision, found.radius_m) == ("head", "part", 2300)
    assert placed("齐鲁大道北延").geometry.bounds[3] == pytest.approx(36.7225, abs=1e-4)
    assert placed("无名路北延").precision == "unplaced"
    assert placed("齐鲁大道北延", districts=("商河",)).method == "district"


def test_brackets_at_the_end_may_name_the_place(placed):
    found = placed("中部新馆(匡山公园)")
    assert (found.method, found.precision, at(found)) == ("head", "near", (116.942, 36.686))
    assert placed("某厅(实验室)").precision == "unplaced"


@pytest.mark.parametrize("name", ["市科技馆", "济南签证中心", "国家实验室济南基地", "智慧泉城管理中心"])
def test_what_bears_the_citys_name_lies_somewhere_in_the_city(placed, ground, name):
    found = placed(name)
    assert (found.method, found.precision) == ("district", "city")
    far = max(
        datum.distance(found.geometry.x, found.geometry.y, *c)
        for c in ground.districts.outline.convex_hull.exterior.coords
    )
    assert found.radius_m >= far


@pytest.mark.parametrize("name", ["东亚博览会", "智慧平台", "天津港互联互通", "东平湖", "济南路小学", "泉城路小学"])
def test_what_may_lie_elsewhere_stays_unplaced(placed, name):
    assert placed(name).precision == "unplaced"


def test_things_beyond_the_city_say_so(placed):
    assert [placed(n).reason for n in ("天津港互联互通", "齐河黄河湿地", "数智工坊")] == [
        "outside",
        "outside",
        "no_place",
    ]


def test_a_corridor_with_unknown_ends_says_so(placed):
    assert placed("某某联络线", kind="corridor", extent=Extent("无名站", "无名港")).reason == "ends"
    assert placed("某某联络线", kind="corridor").reason == "no_place"


def test_a_line_of_the_city_is_not_put_at_its_middle(placed):
    assert placed("济南某某高速公路", kind="corridor").precision == "unplaced"


def test_a_part_of_a_long_belt_lies_along_it(ground, feature):
    belt = feature("黄河文化旅游带", kind="corridor")
    part = feature("博览园", part_of="黄河文化旅游带", districts=("槐荫",))
    found = Placer(ground).place([belt, part])[1]
    assert (found.method, found.precision) == ("part_of", "part")
    assert found.geometry.geom_type.endswith("LineString")
    assert ground.area(("槐荫",)).buffer(1e-6).contains(found.geometry)


def test_a_part_of_a_large_zone_lies_in_it(ground, feature):
    zone = feature("济南新旧动能转换起步区", kind="area", districts=("起步区",))
    part = feature("公共文化馆群", part_of="济南新旧动能转换起步区")
    found = Placer(ground).place([zone, part])[1]
    assert (found.method, found.precision) == ("part_of", "district")


def test_a_common_name_of_another_plan_is_no_larger_thing(ground, feature):
    common = feature("各街镇", kind="area", districts=("长清",))
    part = feature("养老服务站", part_of="各街镇")
    assert Placer(ground).place([common, part])[1].precision == "unplaced"


def test_rivers_all_over_the_city_are_no_place(districts, feature):
    lines = [
        line("甲河", [(117.15, 37.30), (117.20, 37.40)], kind="river"),
        line("乙河", [(117.60, 36.20), (117.70, 36.25)], kind="river"),
        line("丙河", [(116.75, 36.55), (116.80, 36.60)], kind="river"),
    ]
    placer = Placer(Ground(city.load("370100"), Gazetteer([], "370100"), Lines(lines, "370100"), districts))
    members = ("甲河", "乙河", "丙河")
    heading = feature("美丽宜居某城", kind="area", members=members)
    rivers = [feature(n) for n in members]
    found = placer.place([heading, feature("智慧小区", part_of="美丽宜居某城"), *rivers])
    assert [p.precision for p in found[:2]] == ["unplaced", "unplaced"]
    # As a corridor it is all of them; where they lie together they are an area.
    assert placer.place([feature("某某水系", kind="corridor", members=members), *rivers])[0].method == "members"
    near = [line(name, [(116.75 + k / 100, 36.55), (116.76 + k / 100, 36.56)]) for k, name in enumerate(members)]
    placer = Placer(Ground(city.load("370100"), Gazetteer([], "370100"), Lines(near, "370100"), districts))
    assert placer.place([heading, *rivers])[0].method == "members"


@pytest.mark.parametrize("given", [{"extent": Extent("某地", "郑州")}, {}])
def test_a_corridor_with_ends_of_its_own_is_no_part_of_what_the_sentence_names(ground, feature, given):
    line = feature("齐鲁大道", kind="corridor")
    way = feature("某地至郑州通道" if given else "某地—郑州走廊", kind="corridor", part_of="齐鲁大道", **given)
    assert Placer(ground).place([line, way])[1].precision == "unplaced"


def test_the_town_in_the_name_wins_over_a_larger_thing_far_from_it(ground, feature):
    whole = feature("国舜厂", kind="area", members=("山东国舜建设集团有限公司", "第一中学"), districts=("长清",))
    part = feature("万德旅游片区", part_of="国舜厂", districts=("长清",))
    other = feature("某某旅游片区", part_of="国舜厂", districts=("长清",))
    assert [p.method for p in Placer(ground).place([whole, part, other])] == ["members", "town", "part_of"]


def test_a_corridor_said_to_be_part_of_a_line_lies_somewhere_along_it(placed):
    found = placed("智慧生态黄河", kind="corridor", districts=("长清",))
    assert (found.method, found.precision, found.radius_m) == ("head", "part", 2000)
    assert found.geometry.geom_type.endswith("LineString")
    found = placed("经十路某某山西段维修", kind="corridor", districts=("槐荫",))
    assert (found.method, found.radius_m) == ("head", 650)
    assert placed("新黄河", kind="corridor", districts=("长清",)).method == "district"
    assert placed("黄河某某大厦", kind="corridor", districts=("长清",)).method == "district"


def test_a_place_of_several_districts_suits_each_of_them(ground, feature):
    hills = Place(
        "某某补给区", (), "area", ("市中", "历城"), 117.05, 36.52, 15_000.0, "knowledge", "test", "CC0", "wgs84"
    )
    assert ground.suits(hills, feature("某某补给区", districts=("市中",)))
    assert ground.suits(hills, feature("某某补给区", districts=("历城",)))
    assert not ground.suits(hills, feature("某某补给区", districts=("商河",)))


def test_towns_reach_as_far_as_their_seats_lie_apart(districts):
    seats = [("甲子街道", 117.0), ("乙丑街道", 117.05), ("丙寅街道", 117.12), ("丁卯街道", 117.4)]
    places = [row(name, lon, 36.65, kind="town") for name, lon in seats]
    gazetteer = Gazetteer(places, "370100")
    ground = Ground(city.load("370100"), gazetteer, Lines((), "370100"), districts)
    reach = [ground.reach(place) for place in gazetteer.places()]
    assert reach == [7500.0, 4380.0, 7500.0, 9000.0]
    assert ground.reach(next(iter(Gazetteer([row("某园", 117.0, 36.65)], "370100").places()))) == 3000


def test_a_line_called_after_its_ends_leads_from_one_to_the_other(placed):
    found = placed("济南西站至匡山公园铁路专用线", kind="corridor")
    assert (found.method, found.precision) == ("extent", "near")
    assert list(found.geometry.coords) == [(116.886, 36.669), (116.942, 36.686)]
    assert placed("某某镇至无名港铁路专用线", kind="corridor").precision == "unplaced"


def test_places_outside_the_city_are_named_and_never_used(districts, feature):
    gazetteer = Gazetteer([row("外滩公园", 121.49, 31.24), row("匡山公园", 116.942, 36.686)], "370100")
    placer = Placer(Ground(city.load("370100"), gazetteer, Lines((), "370100"), districts))
    [issue] = placer.issues([])
    assert (issue.message, issue.values) == ("geo.row_outside", (("name", "外滩公园"),))
    assert placer.place([feature("外滩公园")])[0].geometry is None


def test_a_place_across_the_border_of_the_district_told_is_never_exact(districts, feature):
    gazetteer = Gazetteer([row("某某商务中心", 117.0057, 36.6647, districts="市中")], "370100")
    placer = Placer(Ground(city.load("370100"), gazetteer, Lines((), "370100"), districts))
    found = placer.place([feature("某某商务中心", districts=(told,)) for told in ("历下", "市中")])
    assert [(p.precision, p.radius_m) for p in found] == [("near", 1000), ("exact", 200)]


def test_the_beginning_of_a_shops_name_is_its_brand_and_says_nothing_without_a_district(districts, feature):
    rows = [
        row("某某奥特莱斯广场", 116.915, 36.719, kind="mall", aliases="某某奥特莱斯", districts="槐荫"),
        row("济南市某某批发市场", 116.93, 36.70, kind="mall", districts="槐荫"),
        row("某某百货", 116.92, 36.70, kind="mall", districts="槐荫"),
    ]
    placer = Placer(Ground(city.load("370100"), Gazetteer(rows, "370100"), Lines((), "370100"), districts))
    names = ("某某奥特莱斯", "某某奥特莱斯二期", "某某奥特莱斯广场", "市某某批发市场")
    untold = placer.place([feature(name) for name in names])
    assert [p.precision for p in untold] == ["unplaced", "unplaced", "exact", "exact"]
    told = placer.place([feature(name, districts=("槐荫",)) for name in names])
    assert [p.precision for p in told] == ["exact", "near", "exact", "exact"]
    # 百货广场 is a shop of the brand, the street about a shop is about that one.
    square, street = placer.place([feature("某某百货广场"), feature("某某百货夜间经济示范街区")])
    assert [square.precision, street.precision] == ["unplaced", "near"]


def test_a_zone_is_known_by_name_where_a_village_would_not_be(districts, feature):
    rows = [row("侨某苑", 116.92, 36.71, kind="zone", radius=3000), row("匡某山", 116.9, 36.7, kind="hill")]
    placer = Placer(Ground(city.load("370100"), Gazetteer(rows, "370100"), Lines((), "370100"), districts))
    zone, hill = placer.place([feature("侨某苑国际人才港"), feature("匡某山国际人才港")])
    assert (zone.method, zone.precision, zone.radius_m) == ("head", "part", 5000)
    assert hill.precision == "unplaced"


def test_brackets_say_nothing_of_somebodys_site_where_no_district_is_told(districts, feature):
    rows = [row("肿瘤中心", 117.01, 36.66), row("明某城", 117.02, 36.67, kind="area", radius=900)]
    placer = Placer(Ground(city.load("370100"), Gazetteer(rows, "370100"), Lines((), "370100"), districts))
    names = ("广某楼(肿瘤中心)", "中部古城(明某城)")
    assert [p.precision for p in placer.place([feature(n) for n in names])] == ["unplaced", "near"]
    assert placer.place([feature(names[0], districts=("历下",))])[0].precision == "near"


def test_a_corridor_that_is_part_of_a_line_is_no_point(ground, feature):
    line = feature("齐鲁大道", kind="corridor")
    way, stop = feature("某某通道", kind="corridor", part_of="齐鲁大道"), feature("某某驿站", part_of="齐鲁大道")
    found = Placer(ground).place([line, way, stop])
    assert [p.geometry.geom_type for p in found] == ["LineString", "LineString", "Point"]
    assert (found[1].method, found[1].precision) == ("part_of", "part")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("万德街道办事处", [(0, "万德")]),
        ("长清万德片区", [(2, "万德")]),
        ("济南市万德万德", [(3, "万德")]),
        ("新万德", []),
        ("新万德长清万德", []),
        ("黄河滩区", []),
    ],
)
def test_towns_stand_at_the_head_of_a_name_or_behind_a_region(ground, name, found):
    assert [(start, short) for start, short, _ in ground.towns_in(name)] == found


def test_the_longest_town_comes_first(districts):
    places = [row(f"{name}镇", 116.9, 36.4, kind="town") for name in ("长清", "大王", "大王庙", "清大王庙")]
    ground = Ground(city.load("370100"), Gazetteer(places, "370100"), Lines([], "370100"), districts)
    assert [short for _, short, _ in ground.towns_in("长清大王庙片区")] == ["大王庙", "大王"]


def test_work_grows_with_the_number_of_features(ground, feature):
    def calls(times):
        several = [
            feature(f"{what}{chr(0x4E00 + k)}", **more)
            for k in range(times)
            for what, more in (
                ("匡山公园改造项目", {"districts": ("槐荫",)}),
                ("馆", {"part_of": "匡山公园"}),
                ("带", {"kind": "corridor", "members": ("匡山公园", "济南西站")}),
                ("无名之物", {"districts": ("历城", "章丘")}),
                ("不知何处", {"part_of": "馆一"}),
            )
        ]
        placer = Placer(ground)
        profile = cProfile.Profile()
        profile.runcall(placer.place, several)
        return pstats.Stats(profile).total_calls / len(several)  # type: ignore[attr-defined]

    calls(10)  # tables are made once
    assert calls(160) < 1.1 * calls(40)


def test_what_covers_a_shape_is_found_once():
    covering.cache_clear()
    (middle, radius), other = covering(box(116, 36, 117, 37)), covering(box(116, 36, 117, 37.1))
    assert covering(box(116, 36, 117, 37)) == (middle, radius) != other
    assert covering.cache_info().misses == 2
