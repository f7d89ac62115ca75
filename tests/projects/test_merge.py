"""One thing is one feature with all its mentions; two things stay two."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from projects import merge
from projects.feature import Feature, feature_id, normal
from projects.plan import Document
from tests.projects.writing import document

HOME = Path(__file__).parent.parent.parent
FIRST = "一、产业\n建设松鹤湿地公园、棠溪水库和岚坪产业园。\n二、交通\n建设京岚高速公路。松鹤湿地公园总投资3亿元。"
SECOND = "一、生态\n松鹤湿地公园、云岫植物园建成开放。\n二、其他\n推进岚坪产业园、棠溪水库建设。"


def plans(*texts: str, titles: Sequence[str] = ()) -> list[Document]:
    titles = titles or ["济南市云岫片区建设规划"] * len(texts)
    return [document(t, name=f"plan{k}", title=title) for k, (t, title) in enumerate(zip(texts, titles, strict=True))]


def extract(*texts: str, titles: Sequence[str] = ()) -> list[Feature]:
    return merge.extract(plans(*texts, titles=titles))


def ids(features: Sequence[Feature]) -> dict[str, set[str]]:
    out: dict[str, set[str]] = {}
    for feature in features:
        out.setdefault(feature.name, set()).add(feature.id)
    return out


class TestOnePlan:
    def test_a_thing_goes_under_the_name_that_is_used_most(self) -> None:
        long, short = "建设松鹤科学城片区、棠溪水库。", "松鹤科学城、岚坪产业园建成。"
        for text, name in ((long + short * 2, "松鹤科学城"), (long * 2 + short, "松鹤科学城片区")):
            feature = next(f for f in extract(text) if f.name.startswith("松鹤"))
            assert feature.name == name
            assert {feature.name, *feature.aliases} >= {"松鹤科学城", "松鹤科学城片区"}

    def test_the_side_of_the_city_before_a_name_makes_no_other_thing(self) -> None:
        found = extract("保护松鹤古城、棠溪水库。中部松鹤古城、岚坪产业园建成。")
        (feature,) = (f for f in found if "松鹤" in f.name)
        assert (feature.name, len(feature.mentions)) == ("松鹤古城", 2)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("松鹤高速云岫段", "松鹤高速云岫段项目"),
            ("松鹤医院迁建", "松鹤医院迁建工程项目"),
            ("松鹤牧场", "松鹤牧场建设项目"),
        ],
    )
    def test_a_thing_and_the_project_of_it_are_one(self, one: str, other: str) -> None:
        found = extract(f"推进{one}、棠溪水库、岚坪产业园建设。\n推进{other}、岚坪人民医院建设。")
        (feature,) = (f for f in found if "松鹤" in f.name)
        assert {feature.name, *feature.aliases} >= {one, other}

    def test_a_river_and_works_on_it_are_two(self) -> None:
        found = extract("治理松鹤河、棠溪水库。推进松鹤河工程、岚坪水库建设。")
        assert {"松鹤河", "松鹤河工程"} <= {f.name for f in found}

    def test_all_mentions_are_kept_in_order(self) -> None:
        feature = next(f for f in extract(FIRST) if f.name == "松鹤湿地公园")
        assert [m.section for m in feature.mentions] == ["一", "二"]
        assert [m.offset for m in feature.mentions] == [m.start() for m in re.finditer("松鹤湿地公园", FIRST)]
        assert all(FIRST[m.offset : m.offset + m.length] == "松鹤湿地公园" for m in feature.mentions)

    def test_a_figure_told_at_any_mention_is_kept(self) -> None:
        assert next(f for f in extract(FIRST) if f.name == "松鹤湿地公园").investment_yi == 3.0

    def test_no_two_features_of_a_plan_share_an_id_or_a_name(self) -> None:
        features = extract(FIRST + "\n" + SECOND)
        assert len({f.id for f in features}) == len(features)
        assert len({normal(f.name) for f in features}) == len(features)

    def test_a_name_with_and_without_the_city_is_one(self) -> None:
        features = extract("建设松鹤人民医院、棠溪水库。济南松鹤人民医院、棠溪水库建成。")
        assert sorted(f.name for f in features if "医院" in f.name) == ["济南松鹤人民医院"]
        assert len(next(f for f in features if "医院" in f.name).mentions) == 2

    @pytest.mark.parametrize(
        ("full", "short", "count"),
        [
            ("中国(山东)松鹤自由贸易试验区", "松鹤自贸区", 1),
            ("中国(济南)松鹤保护中心", "松鹤保护中心", 1),
            ("中国(浙江)松鹤自由贸易试验区", "松鹤自贸区", 2),
        ],
    )
    def test_what_the_state_founds_here_is_one_thing_in_full_and_short(self, full: str, short: str, count: int) -> None:
        features = extract(f"建设{full}、棠溪水库。{short}、棠溪水库建成。")
        assert len([f for f in features if "松鹤" in f.name]) == count

    def test_features_come_in_order_of_first_mention(self) -> None:
        offsets = [f.mentions[0].offset for f in extract(FIRST)]
        assert offsets == sorted(offsets)

    def test_quotes_and_spaces_are_no_part_of_a_name(self) -> None:
        for feature in extract("建设“松鹤印象”文化街区、“棠溪之门”文化广场。松鹤 印象文化街区建成。"):
            assert not set("“” ") & set(feature.name)

    def test_a_district_is_no_other_form_of_a_thing(self) -> None:
        features = extract("加快历下、槐荫等区松鹤湿地公园建设。")
        assert not {"历下", "槐荫"} & {a for f in features for a in f.aliases}

    def test_words_in_another_order_are_one_thing(self) -> None:
        features = extract("建设松鹤环保节能产业园、棠溪水库。松鹤节能环保产业园、棠溪水库建成。")
        assert len([f for f in features if "松鹤" in f.name]) == 1


class TestPlans:
    def test_the_same_thing_has_one_id_in_every_plan(self) -> None:
        found = ids(extract(FIRST, SECOND))
        assert all(len(each) == 1 for each in found.values())
        assert {"松鹤湿地公园", "云岫植物园", "岚坪产业园"} <= set(found)

    def test_ids_do_not_depend_on_the_order_of_the_plans(self) -> None:
        assert ids(extract(FIRST, SECOND)) == ids(extract(SECOND, FIRST))

    def test_ids_do_not_depend_on_the_other_plans(self) -> None:
        alone, together = ids(extract(SECOND)), ids(extract(FIRST, SECOND))
        assert all(together[name] == own for name, own in alone.items())

    def test_an_id_is_that_of_city_kind_and_name(self) -> None:
        for feature in extract(FIRST):
            assert feature.id == feature_id("370100", feature.kind, feature.name)

    def test_the_same_name_in_two_cities_is_two_things(self) -> None:
        found = ids(extract(FIRST, FIRST, titles=["宁波市建设规划", "济南市建设规划"]))
        assert all(len(each) == 2 for each in found.values())

    def test_across_makes_one_feature_with_all_mentions(self) -> None:
        each = extract(FIRST, SECOND)
        merged = merge.across(each)
        assert len({f.id for f in merged}) == len(merged) == len({f.id for f in each})
        assert sum(len(f.mentions) for f in merged) == sum(len(f.mentions) for f in each)
        park = next(f for f in merged if f.name == "松鹤湿地公园")
        assert [m.plan for m in park.mentions] == ["plan0", "plan0", "plan1"]
        assert park.doc == "plan0"
        assert park.investment_yi == 3.0
        assert park.status == "done"

    def test_across_changes_nothing_of_what_stands_alone(self) -> None:
        each = extract(FIRST)
        assert merge.across(each) == each
        assert merge.across([]) == []

    def test_one_name_in_two_districts_is_two_things(self) -> None:
        text = "建设公共文化馆群、松鹤文化馆。"
        titles = ["济南市历下区建设规划", "济南市槐荫区建设规划"]
        made = [document(text, name=f"p{k}", title=t, district=t[3:5]) for k, t in enumerate(titles)]
        assert len(ids(merge.extract(made))["公共文化馆群"]) == 2

    def test_a_variant_in_another_plan_is_the_same_thing(self) -> None:
        features = extract("建设京岚高速公路、棠溪水库。", "推进京岚高速、棠溪水库建设。")
        assert len({f.id for f in features if f.name.startswith("京岚")}) == 1
        assert len([f for f in features if f.name.startswith("京岚")]) == 2


def test_a_park_with_and_without_who_declared_it_is_one_thing_under_its_full_name() -> None:
    first, second = "保护松鹤湿地。推进松鹤湿地公园、棠溪水库建设。", "建设松鹤国家湿地公园、棠溪水库。"
    found = merge.across(extract(first, second))
    (feature,) = (f for f in found if "松鹤" in f.name)
    assert feature.name == "松鹤国家湿地公园"
    assert {"松鹤湿地", "松鹤湿地公园"} <= set(feature.aliases)


def test_what_is_the_citys_is_called_so_or_by_its_name() -> None:
    found = merge.across(extract("建设市松鹤批发市场、棠溪水库。", "推进济南市松鹤批发市场项目、棠溪水库。"))
    assert len([f for f in found if "松鹤" in f.name]) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("松鹤综合保税区", "松鹤综保区"),
        ("松鹤(济南)科技合作区", "松鹤科技合作区"),
        ("松鹤至长清区轻轨", "松鹤至长清轻轨"),
        ("松鹤特色小镇", "松鹤小镇"),
        ("松鹤国际机场", "松鹤机场"),
        ("松鹤生物医学山东省实验室", "松鹤生物医学省实验室"),
    ],
)
def test_long_and_short_forms_are_one_thing(one: str, other: str) -> None:
    found = merge.across(extract(f"建设{one}、棠溪水库。", f"推进{other}、棠溪水库建设。"))
    (feature,) = (f for f in found if "松鹤" in f.name)
    assert {feature.name, *feature.aliases} >= {one, other}


def test_no_text_no_features() -> None:
    assert merge.extract([]) == []
    assert extract("全面贯彻落实各项决策部署。") == []


def test_the_same_plans_give_the_same_features() -> None:
    assert extract(FIRST, SECOND) == extract(FIRST, SECOND)


# In a process of its own, for a collection finds what others left, too: one of what Streamlit caches of an app leaves
# more for the next, and a thread of Dask makes cycles at any time.
LEFT = """
import gc
from projects import merge
from tests.projects.test_merge import FIRST, SECOND, plans
made = plans(FIRST, SECOND)
merge.extract(made)  # what is read once in a process
gc.disable()
gc.freeze()
merge.extract(made)
print(gc.collect())
"""


class TestWork:
    def test_reading_leaves_no_cycles(self) -> None:
        done = subprocess.run([sys.executable, "-c", LEFT], cwd=HOME, capture_output=True, text=True, check=True)
        assert done.stdout == "0\n"


def test_a_plan_knows_one_widening_of_a_line_where_it_is_at_home() -> None:
    text = (
        "一、交通\n推进松岚高速济南段拓宽改造、棠溪大道建设。\n二、重点项目\n新建棠溪大道、松岚高速长清段改扩建项目。"
        "\n三、其他\n实施松岚高速济南至泰安段改扩建项目、松岚高速岚坪段改扩建项目、松岚高速济南段绿化项目。"
    )
    made = [document(text, district="长清")]
    found = {f.name: f for f in merge.extract(made) if f.name.startswith("松岚高速")}
    widened = found["松岚高速济南至泰安段改扩建项目"]
    assert {"松岚高速济南段拓宽改造", "松岚高速长清段改扩建项目"} <= set(widened.aliases)
    assert widened.extent is not None
    assert (widened.extent.start, widened.extent.end) == ("济南", "泰安")
    assert {"松岚高速岚坪段改扩建项目", "松岚高速济南段绿化项目"} <= set(found)
