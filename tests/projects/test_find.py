"""What a careful reader would put on the map is found, and the rest is left."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects import find, merge
from projects.plan import Document
from projects.region import Region, home
from tests.projects.writing import document, names, read, region


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("加快建设松鹤湿地公园、岚坪植物园和云岫文化馆。", {"松鹤湿地公园", "岚坪植物园", "云岫文化馆"}),
        ("推进国道104、220、308线改扩建。", {"国道104线改扩建", "国道220线改扩建"}),
        ("推进松鹤河、棠泷河等河道治理工程。", {"松鹤河河道治理工程", "棠泷河河道治理工程"}),
        ("打造“松鹤印象”文化街区。", {"“松鹤印象”文化街区"}),
        (
            "专栏1 重点项目\n1.棠溪工业园项目；2.松鹤物流园项目；3.岚坪数据中心项目。",
            {"棠溪工业园项目", "松鹤物流园项目", "岚坪数据中心项目"},
        ),
    ],
)
def test_names_are_found(text: str, expected: set[str]) -> None:
    assert {n.replace("“", "").replace("”", "") for n in expected} <= {
        n.replace("“", "").replace("”", "") for n in names(text)
    }


@pytest.mark.parametrize(
    "text",
    [
        "全面贯彻党的各项决策部署，坚持稳中求进工作总基调。",
        "完善公共服务设施、市政基础设施。",
        "建设一批重点项目、若干产业园区。",
        "牵头单位：区发展改革局、区财政局。",
        "实施创新驱动发展战略，优化营商环境。",
        "贯彻《松鹤片区控制性详细规划》。",
        "济南市、历下区、山东省。",
        "对接京津冀、长三角。",
        "加强与松鹤大学的合作，引进松鹤大学人才。",
        "提升医院、学校、公园的品质。",
        "串联两大走廊。",
        "以生态红线、水源保护区、泉水保护区等控制线为依据。",
    ],
)
def test_what_is_no_thing_to_map_is_left(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("松鹤大学新校区建成招生。", True),
        ("与松鹤大学、棠泷大学合作。", False),
        ("加快建设。深化与松鹤大学的合作。", False),
    ],
)
def test_a_university_counts_where_the_plan_builds_it(text: str, found: bool) -> None:
    assert bool([n for n in names(text + "建设岚坪植物园、云岫文化馆。") if "松鹤大学" in n]) is found


def test_what_has_no_letter_or_points_back_is_no_name() -> None:
    found = names("建设松鹤大桥、云岫植物园，该桥与6·18平台、棠溪公园相连。")
    assert "松鹤大桥" in found
    assert not [n for n in found if n.startswith(("该", "6"))]


def test_a_new_area_elsewhere_is_left() -> None:
    assert names("借鉴雄安新区、岚坪新区经验。") in ([], ["岚坪新区"])


def test_a_lake_called_after_another_county_is_left_and_a_park_called_after_a_far_city_is_not() -> None:
    found = names("加强小清河、松鹤湖、东平湖、齐河黄河湿地等重要水系保护，改造中山公园、松鹤公园、泉城公园。")
    assert "松鹤湖" in found
    assert "中山公园" in found
    assert not {"东平湖", "齐河黄河湿地"} & {*found}


def test_kinds_of_service_and_actors_are_left() -> None:
    found = names("推进镇（街道）综合养老服务中心建设，发挥党校（行政学院）作用，建设松鹤植物园、岚坪剧院。")
    assert {"松鹤植物园", "岚坪剧院"} <= {*found}
    assert not [name for name in found if "(" in name]


def test_the_beginning_of_a_longer_name_is_no_name_of_its_own() -> None:
    text = "建设松鹤谷金园片区、岚坪植物园，打造松鹤谷金园“科技+金融”生态圈。提升松鹤谷金园片区。"
    assert "松鹤谷" not in names(text)


def test_numbers_of_one_list_stand_or_fall_together() -> None:
    found = names("改造省道101、105、243线。")
    assert found in ([], ["省道101线", "省道105线", "省道243线"])


def test_a_bare_head_noun_is_kept_apart() -> None:
    made = document("起步区发展。加快起步区建设，做强起步区。")
    found, bare = find.names(made, Region(home(made).city))
    assert "起步区" not in [c.name for c in found]
    assert "起步区" in [c.name for c in bare]


def test_a_candidate_has_all_its_readings_in_order() -> None:
    made = document("一、产业\n松鹤产业园。\n二、交通\n建设松鹤产业园、棠泷大桥。“松鹤”产业园。")
    candidate = next(c for c in find.candidates(made, region()) if c.key == "松鹤产业园")
    assert len(candidate.items) == len(candidate.paragraphs) == 3
    assert [p.section for p in candidate.paragraphs] == ["一", "二", "二"]
    assert candidate.name == "松鹤产业园"
    assert all(p.start <= i.phrase.start < p.end for i, p in zip(candidate.items, candidate.paragraphs, strict=True))


def test_contents_pages_give_no_names() -> None:
    heads = "\n".join(
        f"第{n}章 松鹤{w}产业园建设 {k}"
        for k, (n, w) in enumerate(zip("一二三四五六七八九", "甲乙丙丁戊己庚辛壬", strict=True))
    )
    made = document(
        f"目录\n{heads}\n第一章 松鹤甲产业园建设\n全面落实各项部署，坚持稳中求进工作总基调，不断开创发展新局面。\n"
    )
    starts = [i.phrase.start for c in find.candidates(made, region()) for i in c.items]
    assert all(s > made.text.rindex("第一章") for s in starts)


@given(st.one_of(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=200), st.lists(st.sampled_from(
    ["松鹤", "湿地公园", "、", "和", "等", "项目", "；", "。", "：", "\n", "一、", "专栏1", "（", "）", "“", "”", "1.",
     "\u200f", "臺北縣", "park", "12"]
), max_size=80).map("".join)))  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_any_text_gives_names_that_stand_in_it(text: str) -> None:
    made = document("全面落实各项部署。" * 50 + text)
    home_ = home(made)
    for candidate in find.candidates(made, home_):
        assert 0.0 <= candidate.probability <= 1.0
        for item in candidate.items:
            assert 0 <= item.phrase.start < item.phrase.end <= len(made.text)
            assert "\n" not in made.text[item.phrase.start : item.phrase.end]
    find.names(made, home_)


class TestWork:
    """What is counted is characters looked at, not seconds."""

    def scanned(self, times: int) -> int:
        looked = 0

        class Counting(str):
            __slots__ = ()

            def find(self, *given: object) -> int:  # type: ignore[override]
                nonlocal looked
                at = super().find(*given)  # type: ignore[arg-type]
                start = given[1] if len(given) > 1 else 0
                stop = given[2] if len(given) > 2 else len(self)
                looked += (at if at >= 0 else stop) - start  # type: ignore[operator]
                return at

            def rfind(self, *given: object) -> int:  # type: ignore[override]
                nonlocal looked
                at = super().rfind(*given)  # type: ignore[arg-type]
                start = given[1] if len(given) > 1 else 0
                stop = given[2] if len(given) > 2 else len(self)
                looked += stop - max(at, start)  # type: ignore[operator]
                return at

        first, second = "松棠岚云澜", "鹤泷坪岫溪汀洲原峰谷"
        lines = [f"建设{a}{b}{c}湿地公园、{c}{b}{a}植物园。\n" for a in first for b in second for c in first][:times]
        made = document("一、生态\n" + "".join(lines))
        counted = Document(made.plan, made.source, Counting(made.text), made.offsets, made.paragraphs)
        merge.extract([counted])
        return looked

    def test_the_work_grows_with_the_text(self) -> None:
        few, many = self.scanned(50), self.scanned(250)
        assert many <= 7 * few


def test_another_region_of_the_province_is_no_thing_here() -> None:
    found = names("推进松鹤湿地公园建设，加强与周村、淄川合作，打造松鹤至淄川快速路。")
    assert "松鹤湿地公园" in found
    assert not {"周村", "淄川", "周村淄川"} & set(found)


def test_what_a_plan_counts_by_the_dozen_is_a_kind_of_thing() -> None:
    text = "建设松鹤书房、棠溪水库。到2025年松鹤书房{}。"
    counted = names(text.format("达到50个"))
    assert "松鹤书房" not in counted
    assert "棠溪水库" in counted
    for told in ("开放", "达到5000平方米", "入驻50家企业"):
        assert "松鹤书房" in names(text.format(told))


def test_what_a_programme_makes_of_a_region_is_no_thing_without_a_proper_name() -> None:
    assert "科创金融改革试验区" not in names("高标准建设科创金融改革试验区、松鹤产业园。")
    assert "松鹤综合试验区" in names("高标准建设松鹤综合试验区、棠溪产业园。")
    assert "山东开放型经济试验区" not in names("高标准建设山东开放型经济试验区、松鹤产业园。")  # the province is wider


def test_where_most_of_those_that_a_list_counts_are_names_all_are() -> None:
    text = "推动松鹤、大学城、云岫谷三大片区融合发展。建设云岫谷、松鹤片区。"
    assert "大学城" in names(text)
    assert "大学城" not in names(text.replace("三大片区", "等片区"))
    assert "大学城" not in names("推动教育、大学城、医疗三大片区融合发展。")


def test_works_summed_up_need_no_head_noun_of_their_own() -> None:
    assert "松鹤河干流治理" in names("完成云岫河防洪综合治理、松鹤河干流治理等工程。")


def test_what_joins_on_a_side_is_no_part_of_a_name() -> None:
    assert not any(name.startswith("西融") for name in names("松鹤区发挥优势,西融云岫新城、东接棠溪产业园。"))


def test_an_extent_by_sides_is_no_name() -> None:
    assert names("新建云岚大道,西起二环西路,东至松鹤路。") == ["云岚大道"]


def test_a_coordinator_between_two_letters_is_one_of_a_name() -> None:
    assert "逸和居幼儿园建设项目" in names("推进逸和居、海子洼、云岫等幼儿园建设项目。")


def test_a_text_of_digits_costs_no_more_than_its_length() -> None:
    assert names("达到" + "1" * 100_000 + "。") == []


def test_what_stands_behind_the_item_of_a_list_of_projects_is_read_too() -> None:
    """Items are parted by semicolons; behind the comma it is told where they lie or what belongs to them."""
    text = "东片工程,以湫水河湿地公园为支点;西片工程,联动云岫山公园;北片工程,建设棠溪水库。"
    assert {"湫水河湿地公园", "云岫山公园", "棠溪水库"} <= set(read(text))


@pytest.mark.parametrize("programme", ["省城乡融合发展试验区", "新旧动能转换综合试验区"])
def test_what_a_programme_makes_of_regions_is_no_thing_without_a_name_of_its_own(programme: str) -> None:
    assert programme not in names(f"推进{programme}建设。打造{programme}、棠溪湿地公园。")


def test_what_heads_the_entries_of_a_list_is_a_name() -> None:
    entries = (
        "湫水镇:商贸服务中心。",
        "云岫街道:现代农业基地,粮食生产功能区。",
        "岚坪街道:医养康养基地,休闲度假、观光旅游区,高端现代农业基地,科教创新高地。",
    )
    assert {"湫水镇", "云岫街道", "岚坪街道"} <= set(names("第一章总则\n各街镇功能定位。\n" + "\n".join(entries)))


@pytest.mark.parametrize(
    ("told", "form"),
    [
        ("云岫大道(松鹤路至棠溪路段)污水干管工程", "云岫大道(松鹤路至棠溪路段)污水干管工程"),
        ("云岫大道北延(松鹤路至棠溪路段)", "云岫大道北延(松鹤路至棠溪路段)"),
    ],
)
def test_a_stretch_in_brackets_and_what_is_done_there_are_another_form(told: str, form: str) -> None:
    made = document(f"推进{told}。")
    assert form in {a for _, item in find.readings(made, home(made)) for a in item.aliases}


def test_what_is_done_to_a_stretch_in_brackets_is_no_thing_by_itself() -> None:
    found = read("推进云岫大道(松鹤路至棠溪路段)污水干管工程。")
    assert "云岫大道" in found
    assert "污水干管工程" not in found


def test_what_is_said_of_a_kind_of_things_names_none() -> None:
    assert names("湫水镇:建设云岫产业园、先进制造类小镇和棠溪湿地公园。") == ["云岫产业园", "棠溪湿地公园"]
