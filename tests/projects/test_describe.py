"""What a text says of a thing: kind, category, districts."""

from __future__ import annotations

import doctest

import pytest

from projects import describe, merge, words
from projects.feature import Feature
from tests.projects.writing import TITLE, document, region


def found(text: str, name: str, *, title: str = TITLE, district: str = "") -> Feature:
    """Return the feature of that name; the text must be enough for it to be found."""
    features = merge.extract([document(text, title=title, district=district)])
    return next(f for f in features if name in (f.name, *f.aliases))


def test_the_examples_hold() -> None:
    assert doctest.testmod(describe).failed == 0


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("松鹤综合体建设项目", "松鹤综合体"),
        ("松鹤河治理工程", "松鹤河治理"),
        ("松鹤大桥", "松鹤大桥"),
        ("改造项目", "改造项目"),
        ("松鹤老旧小区改造提升工程", "松鹤老旧小区"),
    ],
)
def test_a_thing_is_its_name_without_the_works(name: str, bare: str) -> None:
    assert describe.thing(name)[0] == bare


@pytest.mark.parametrize(
    ("name", "kind", "category"),
    [
        ("松鹤湿地公园", "area", "ecology"),
        ("松鹤科技产业园", "area", None),
        ("松鹤大道", "corridor", "transport"),
        ("松鹤至岚坪高速公路", "corridor", "transport"),
        ("松鹤文化馆", "project", "culture"),
        ("松鹤人民医院", "project", "health"),
        ("松鹤小学", "project", "education"),
        ("松鹤污水处理厂", "project", None),
        ("松鹤变电站", "project", "energy"),
        ("松鹤生态廊道", "corridor", "ecology"),
    ],
)
def test_the_head_noun_tells_kind_and_category(name: str, kind: str, category: str | None) -> None:
    feature = found(f"加快建设{name}、棠溪水库等重点项目。", name)
    assert feature.kind == kind
    assert category is None or feature.category == category


def test_works_on_a_thing_are_a_project() -> None:
    assert found("推进松鹤大道改造工程、棠溪水库扩容工程等重点项目。", "松鹤大道改造工程").kind == "project"


def test_what_is_summed_up_as_areas_is_one() -> None:
    text = "做强松鹤城、棠溪商城等商圈,建设岚坪商城、云岫商城。"
    assert [found(text, name).kind for name in ("松鹤城", "棠溪商城", "岚坪商城")] == ["area", "area", "project"]


def test_a_label_before_a_colon_tells_the_category() -> None:
    text = "专栏1 重点项目\n{}：松鹤智谷项目；棠溪创谷项目；岚坪云谷项目。"
    health, education = (found(text.format(label), "松鹤智谷项目").category for label in ("医疗卫生", "教育"))
    assert (health, education) == ("health", "education")


class TestDistricts:
    def test_the_plan_of_a_district_lies_in_it(self) -> None:
        feature = found("建设松鹤湿地公园、棠溪水库。", "松鹤湿地公园", district="长清")
        assert feature.districts == ("长清",)

    def test_what_is_listed_beside_a_district_does_not_lie_in_it(self) -> None:
        text = "一、长清区\n建设松鹤产业园。串联长清区与岚坪湖、棠溪湖等节点。"
        assert found(text, "松鹤产业园").districts == ("长清",)
        assert found(text, "岚坪湖").districts == ()

    def test_a_zone_called_after_a_district_is_no_other_zone(self) -> None:
        assert found("建设莱芜高新区、松鹤产业园。", "莱芜高新区").districts == ("莱芜",)

    @pytest.mark.parametrize(
        ("title", "districts"),
        [("济南市长清区松鹤片区规划", ("长清",)), ("济南市长清区历下区合作规划", ()), ("济南市长清路规划", ())],
    )
    def test_the_title_tells_whose_plan_it_is(self, title: str, districts: tuple[str, ...]) -> None:
        assert found("建设松鹤湿地公园、棠溪水库。", "松鹤湿地公园", title=title).districts == districts

    def test_the_city_s_part_of_a_wider_zone_is_not_the_district_s(self) -> None:
        text = "对接自贸区济南片区、棠溪产业园。推进自贸区济南片区、松鹤产业园建设。"
        assert found(text, "自贸区济南片区", district="长清").districts == ()
        assert found(text, "松鹤产业园", district="长清").districts == ("长清",)

    def test_the_name_tells_the_district(self) -> None:
        assert found("建设历下区松鹤人民医院、历下区松鹤小学。", "历下区松鹤人民医院").districts == ("历下",)

    def test_the_heading_tells_the_district(self) -> None:
        text = "一、长清区\n建设松鹤湿地公园、棠溪水库。\n二、平阴县\n建设岚坪人民医院、岚坪小学。"
        assert found(text, "松鹤湿地公园").districts == ("长清",)
        assert found(text, "岚坪人民医院").districts == ("平阴",)

    def test_who_takes_part_in_a_sentence_is_not_where_things_lie(self) -> None:
        text = "长清区发展文旅产业,与历下区联动发展,建设松鹤湿地公园、棠溪水库。"
        assert found(text, "松鹤湿地公园").districts == ("长清",)
        assert found(text.replace("与历下区联动发展,", "在历下区"), "松鹤湿地公园").districts == ("历下",)

    def test_a_thing_of_which_nothing_is_told_has_no_district(self) -> None:
        assert found("建设松鹤湿地公园、棠溪水库。", "松鹤湿地公园").districts == ()

    def test_the_clause_tells_the_district(self) -> None:
        assert found("在长清区建设松鹤湿地公园、棠溪水库。", "松鹤湿地公园").districts == ("长清",)

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("莱芜区与平阴县", {"莱芜", "平阴"}),
            ("莱芜路幼儿园", set()),
            ("平阴大街改造", set()),
            ("历下东路", set()),
            ("城市中心", set()),
            ("市中区", {"市中"}),
            ("长清大学城", {"长清"}),
            ("全市统筹", set()),
        ],
    )
    def test_a_street_called_after_a_district_names_none(self, text: str, named: set[str]) -> None:
        assert describe.named_districts(text, region()) == named

    @pytest.mark.parametrize(
        ("title", "text", "named"),
        [
            ("宁波市建设规划", "北仑区与江北大道", {"北仑"}),
            ("包头市建设规划", "东河区、青山路", {"东河"}),
            ("宁波市建设规划", "历下区", set()),
        ],
    )
    def test_each_city_has_its_own_districts(self, title: str, text: str, named: set[str]) -> None:
        assert describe.named_districts(text, region(title)) == named

    @pytest.mark.parametrize("text", ["井陉县内的桥", "井陉矿区内的桥"])
    def test_two_districts_of_one_short_name_are_both_read(self, text: str) -> None:
        assert describe.named_districts(text, region("石家庄市交通规划")) == {"井陉"}

    def test_districts_come_in_official_order(self) -> None:
        text = "建设平阴县历下区松鹤产业园、历下区平阴县岚坪产业园。"
        for feature in merge.extract([document(text)]):
            assert list(feature.districts) == [d for d in region().city.order if d in feature.districts]  # type: ignore[union-attr]


def test_figures_and_extent_are_those_of_the_thing() -> None:
    feature = found("建设棠溪水库。新建松鹤大道，西起云岫路，东至棠溪路，全长4.2公里，总投资3亿元。", "松鹤大道")
    assert feature.extent is not None
    assert (feature.extent.start, feature.extent.end) == ("云岫路", "棠溪路")
    assert (feature.length_km, feature.investment_yi) == (4.2, 3.0)
    assert found("建设棠溪水库、松鹤湿地公园，总投资3亿元。", "松鹤湿地公园").investment_yi is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("松鹤快速路二期", "corridor"),
        ("松鹤大道南延", "corridor"),
        ("松鹤医院二期", "project"),
        ("松鹤大道改造工程", "project"),
        ("松鹤金融街", "area"),
        ("松鹤街", "corridor"),
    ],
)
def test_a_stage_of_a_line_is_a_line_and_works_on_it_are_works(name: str, kind: str) -> None:
    assert found(f"加快建设{name}、棠溪水库等重点项目。", name).kind == kind


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("松鹤第二小学迁建工程", "education"),
        ("松鹤水库除险加固工程", "water"),
        ("松鹤医院康复楼改造项目", "health"),
        ("松鹤国际会展产业园", "commerce"),
    ],
)
def test_the_category_is_that_of_the_thing_not_of_the_works_on_it(name: str, category: str) -> None:
    assert found(f"加快建设{name}、棠溪大桥等重点项目。", name).category == category


def test_words_of_works_can_be_read_in_one_way_only() -> None:
    # Else a long run of them would be tried in all its ways.
    known = {row["word"] for row in words.rows("works")}
    assert {a + b for a in known for b in known} & known == set()


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("建设湫水旅游集散中心(阜台片区)、棠溪大桥。", "湫水旅游集散中心(阜台片区)", "project"),
        ("加快湫水国家文化公园(阜台段)、棠溪大桥建设。", "湫水国家文化公园(阜台段)", "area"),
        ("加快湫水快速路一期工程、棠溪大桥建设。", "湫水快速路一期工程", "project"),
        ("加快湫水快速路一期、棠溪大桥建设。", "湫水快速路一期", "corridor"),
        ("推进岚坪路、湫水东路等商圈提升。", "湫水东路", "area"),
        ("治理岚坪河、湫水河等流域。", "湫水河", "corridor"),
    ],
)
def test_what_a_thing_is_and_not_what_it_is_called_after_or_where_it_lies(text: str, name: str, kind: str) -> None:
    assert found(text, name).kind == kind
