import shapely

import city
from geo import beyond, corridor
from geo.ground import Ground
from geo.place import Placer
from projects.feature import Extent

# Motorways and railways of the city's table whose course rests on data, with the place beyond it that they lead to.
KNOWN = {"济乐高速": "乐陵", "青银高速": "青岛", "石济客专": "石家庄", "济青高铁": "青岛", "胶济铁路": "青岛"}


def test_a_corridor_to_a_place_beyond_the_city_leads_straight_there_as_far_as_the_boundary(ground, feature, districts):
    placer = Placer(ground)
    for name in ("济南至郑州高速公路", "济南至临清方向高速公路", "济青科创走廊", "石家庄至济南铁路"):
        [found] = placer.place([feature(name, kind="corridor")])
        assert (found.method, found.precision, found.radius_m) == ("extent", "district", beyond.ASIDE_M)
        assert found.geometry.geom_type == "LineString"
        assert found.geometry.within(districts.outline.buffer(1e-6))
        assert found.source and found.licence
    [wider] = placer.place([feature("济南至中原经济区高铁通道", kind="corridor")])
    assert (wider.method, wider.precision) == ("extent", "district")
    [found] = placer.place([feature("济南至郑州高速公路", kind="corridor")])
    ends = [shapely.Point(c) for c in (found.geometry.coords[0], found.geometry.coords[-1])]
    assert max(p.distance(districts.outline.boundary) for p in ends) > 0.1  # one in the middle of the city
    assert min(p.distance(districts.outline.boundary) for p in ends) < 1e-6  # one at its boundary
    assert min(p.y for p in ends) < 36.4 and min(p.x for p in ends) < 116.8  # to the south-west


def test_what_has_no_such_end_stays_unplaced(ground, feature):
    unknown = ("济南至中原某区高铁通道", "济东智造大道", "无名至郑州高速公路", "郑州至石家庄铁路")
    for name in unknown:
        [found] = Placer(ground).place([feature(name, kind="corridor")])
        assert found.geometry is None, name
    assert beyond.by_direction(feature("济阳某某走廊", kind="corridor"), ground) is None  # a district of its own
    assert beyond.by_direction(feature("济青科创大厦"), ground) is None  # no corridor
    told = feature("某某通道", kind="corridor", extent=Extent("济南", "郑州"), districts=("长清",))
    assert beyond.by_direction(told, ground) is None  # its district says more


def test_a_corridor_with_one_known_end_lies_in_the_district_of_that(ground, feature):
    [found] = Placer(ground).place([feature("某某联络线", kind="corridor", extent=Extent("济南西站", "无名港"))])
    assert (found.method, found.precision) == ("district", "district")
    assert ground.districts.locate(found.geometry.x, found.geometry.y) == "槐荫"
    for name in ("胶济铁路至无名公路", "济南至无名铁路", "无名至无名铁路"):  # a line, the city itself, nothing
        assert beyond.by_one_end(feature(name, kind="corridor"), ground) is None, name
    assert beyond.by_one_end(feature("济南西站至无名通道"), ground) is None  # no corridor


def test_a_region_beyond_the_city_is_known_by_a_name_that_means_one():
    town = city.load("370100")
    assert beyond.region("郑州", town) == beyond.region("郑州市", town) == "410100"
    assert beyond.region("临清", town) == "371581"
    assert beyond.region("宁津方向", town) == "371422"
    assert beyond.region("河北省", town) == "130000"
    assert beyond.region("京津冀", town) == beyond.region("京津", town) == "110000"
    for name in ("商河", "济南", "山东", "郑", "伊宁", "郑州东站", "环渤海", ""):
        assert beyond.region(name, town) == "", name


def test_known_lines_lie_within_the_radius_of_the_guess_at_them(feature):
    ground = Ground.load("370100")
    shares = []
    for name, far in KNOWN.items():
        guess = beyond.by_direction(feature("某某线", kind="corridor", extent=Extent("济南", far)), ground)
        known = corridor.combine(ground.lines.find(name), ground.districts.outline)
        assert guess is not None and known is not None
        points = [p for part in shapely.get_parts(known.geometry) for p in shapely.points(part.segmentize(0.02).coords)]
        off = [corridor.length(shapely.shortest_line(p, guess.geometry)) for p in points]
        shares.append(sum(metres <= beyond.ASIDE_M for metres in off) / len(off))
    assert sum(share >= 0.9 for share in shares) / len(shares) >= 0.9, dict(zip(KNOWN, shares, strict=True))


def test_first_letters_mean_the_one_city_that_they_can():
    town = city.load("370100")
    told = {
        name: town.line_to(name)
        for name in ("济郑高铁", "济泰高速", "济青科创制造廊带", "济南高铁", "济济高铁", "郑济高铁", "济")
    }
    assert told == {
        "济郑高铁": "郑州", "济泰高速": "泰安", "济青科创制造廊带": "青岛",
        "济南高铁": "", "济济高铁": "济宁", "郑济高铁": "", "济": "",
    }  # fmt: skip
