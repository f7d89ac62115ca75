"""What the page says of a feature, its tables, its coverage, and files added to it."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import city
from errors import CallError, PlanError
from geo.place import Placer
from layers import build
from layers.view import Filter, Index
from pages.map import accepted, additions, address, cards, columns, coverage, facts, why
from pages.map.components import tables
from pages.map.readings import Files
from pages.map.sources import Source
from projects import judge, plan
from tests.pages import town

JINAN = city.load(town.ADCODE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town.make(tmp_path_factory.mktemp("town"), 20)


@pytest.fixture(scope="module")
def source(folder: Path) -> Source:
    return Source(build.read(folder / "layers" / town.ADCODE), JINAN, "x")


def row(source: Source, name: str) -> object:
    return source.row(source.by_name[name])


def test_the_table_marks_the_names_of_what_was_rejected(folder: Path) -> None:
    layers = build.read(folder / "layers" / town.ADCODE)
    states = ["rejected", *["confirmed"] * (len(layers.frame) - 1)]
    found = columns.table(layers.frame.assign(review=states), JINAN, {}, "zh", ("name",))
    first, second = layers.frame["name"][:2]
    assert list(found["name"][:2]) == [f"{first}（已否定）", second]


def test_sources_and_licences_of_our_own_are_told_in_the_language(source: Source) -> None:
    park = row(source, town.PARK)._replace(source="editor; OSM", licence="none stated (positions of stations as facts)")
    zh, en = ({f.label: f.value for f in facts.place(park, lang)} for lang in ("zh", "en"))
    assert zh["数据来源"] == "编者判读、OSM · 未注明许可（只取站点位置）"
    assert en["Source"] == "editorial judgement, OSM · none stated (positions of stations as facts)"
    frame = source.frame.head(2).assign(source=["review", None])
    assert list(columns.table(frame, JINAN, {}, "zh", ("source",))["source"]) == ["人工复核", ""]


def test_facts_tell_what_is_known_and_nothing_else(source: Source) -> None:
    told = {f.label: f.value or f.links for f in facts.facts(row(source, town.PARK), JINAN, "zh")}
    assert told["别名"] == "示范科技园"
    assert told["投资"] == "12.5 亿元"
    assert told["隶属或相连"] == (town.AREA,)
    assert "规模" not in told
    assert "起讫" not in told


def test_an_alias_finds_its_feature(source: Source) -> None:
    assert source.by_name["示范科技园"] == source.by_name[town.PARK]


def test_how_sure_a_place_is_is_said_in_metres_or_kilometres(source: Source) -> None:
    assert "200 米以内（九成把握）" in [f.value for f in facts.place(row(source, town.PARK), "zh")]
    assert any("5 km" in f.value for f in facts.place(row(source, "样例园区1号"), "en"))


def test_what_is_not_placed_says_why(source: Source) -> None:
    assert [f.value for f in facts.place(row(source, town.LOST), "zh")] == ["查无地名"]


def test_the_very_sentence_needs_the_very_file(source: Source, folder: Path) -> None:
    documents = {d.plan.id: d for d in plan.read([folder / "plans"])[0]}
    mentions = source.frame["mentions"].iloc[source.by_id[source.by_name[town.PARK]]]
    with_file = facts.passages(mentions, source.plans, lambda p: documents.get(p.id), "zh")
    assert with_file[0].name == town.PARK
    assert with_file[0].before + with_file[0].name + with_file[0].after == town.sentence(town.PARK).strip()
    without = facts.passages(mentions, source.plans, lambda p: None, "zh")
    assert (without[0].name, without[0].where) == ("", with_file[0].where)


def test_cards_escape_everything() -> None:
    passage = facts.Passage("<p>", "<w>", "<b>", "<n>", "<a>", ("<x>\n", "<y>", "<z>"))
    hostile = (
        cards.head("<img src=x>", ["<b>"], "#123456")
        + cards.table([facts.Fact("<l>", "<v>")])
        + cards.passage(passage)
        + cards.around(passage)
        + cards.bars([("<bar>", 1, 2, "#123456")], "zh")
    )
    for tag in ("<img", "<p>", "<w>", "<n>", "<a>", "<x>", "<y>", "<z>", "<l>", "<v>", "<bar>"):
        assert tag not in hostile


def test_the_table_has_a_row_a_feature_in_the_words_of_the_language(source: Source) -> None:
    zh, en = (columns.table(source.frame, JINAN, source.plans, lang) for lang in ("zh", "en"))
    assert list(zh.index) == list(source.frame["id"])
    assert set(zh["kind"]) == {"片区", "廊道", "项目"}
    assert "Corridor" in set(en["kind"])


def test_a_district_by_place_is_told_as_such(source: Source) -> None:
    key = source.by_name[town.PARK]
    bare = source.frame[source.frame["id"] == key].assign(districts=[()])
    [said] = columns.table(bare, JINAN, source.plans, "zh", near={key: ("历下",)})["districts"]
    assert said == "历下（按位置）"
    lone = Source(build.Layers(bare.reset_index(drop=True), source.layers.plans, {}), JINAN, "z")
    told = {f.label: f.value for f in facts.facts(lone.row(key), JINAN, "zh", lone.near(key))}
    assert told["区县（按位置）"] == "历下"
    assert "区县" not in told
    assert len(lone.index.select(Filter(district=("历下",)))) == 1
    # What a plan tells is not doubted.
    assert source.near(key) == ()


def test_a_long_table_is_cut_by_the_order_chosen(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MOST", 3)
    rows = np.arange(len(source.frame))
    assert list(columns.leading(source.frame, rows, "")["id"]) == list(source.frame["id"].head(3))
    assert columns.leading(source.frame, rows, "investment_yi")["name"].iloc[0] == town.PARK
    assert set(columns.leading(source.frame, rows, "precision")["precision"]) == {"exact"}
    assert list(columns.leading(source.frame, rows[[4, 2]], "name")["id"]) == list(source.frame["id"].iloc[[4, 2]])


def test_signs_become_reasons_in_plain_words() -> None:
    found = [
        {
            "plan": "p",
            "name": "甲园",
            "probability": 0.934,
            "feature": {"id": "a", "name": "甲园"},
            "signs": {"head=园": 0.9, "kind=area last=x": 0.4, "count=1": -0.6, "after=的": 0.1},
            "readings": [{"rule": "phrase"}, {"rule": "shared tail"}, {"rule": "phrase"}],
        },
        {"plan": "q", "name": "乙园", "feature": {"id": "b", "name": "乙园"}},
        {"plan": "q", "name": "丙", "feature": None},
    ]
    [reason] = why.reasons(found, "a", "zh")
    assert (reason.plan, reason.sure) == ("p", 93)
    assert reason.for_it == ("词尾（园区、大道等）",)
    assert reason.against_it == ("出现次数",)
    assert len(reason.rules) == 2
    assert [f.label for f in facts.reading(reason, "en")] == [
        "Read as",
        "Sure",
        "Found as",
        "Speaks for a name",
        "Speaks against",
    ]


def test_every_sign_of_the_judge_is_about_something() -> None:
    unknown = {sign for sign in judge.weights() if sign and why.about(sign) == "other"}
    assert len(unknown) <= len(judge.weights()) // 50


def test_a_window_of_the_map_is_read_and_nonsense_is_none() -> None:
    west, south, east, north = address.window("36.66,117.0,12,800,500") or (0, 0, 0, 0)
    assert west < 117.0 < east
    assert south < 36.66 < north
    # Metres of a pixel at zoom 12 and this latitude: 30.6 (Web Mercator).
    assert (north - south) * 111_320 == pytest.approx(500 * 30.66, rel=0.01)
    for nonsense in ("", "36,117,9", "a,b,c,d,e", "nan,117,9,5,5", "36,117,9,0,5", "91,117,9,5,5"):
        assert address.window(nonsense) is None


def test_the_unplaced_stand_with_their_reason(source: Source) -> None:
    table = columns.unplaced(source.index, source.index.choose(Filter()), source.plans, "zh")
    assert list(table["name"]) == [town.LOST]
    assert list(table["reason"]) == ["查无地名"]


def test_shares_count_every_feature_once_a_plan_and_each_district(source: Source) -> None:
    every = source.index.choose(Filter())
    by_plan = coverage.shares(source.index, every, "plan", ())
    assert [(s.code, s.placed, s.total) for s in by_plan] == [("sample", len(source.frame) - 1, len(source.frame))]
    by_district = coverage.shares(source.index, every, "district", JINAN.order)
    assert [s.code for s in by_district] == ["历下", "槐荫", "长清", "章丘"]


def test_a_feature_without_district_counts_as_not_told(source: Source) -> None:
    lost = source.frame["name"] == town.LOST
    bare = source.frame[lost | (source.frame["name"] == town.PARK)].reset_index(drop=True)
    bare["districts"] = [() if name == town.LOST else ("历下",) for name in bare["name"]]
    index = Index(bare, JINAN)
    assert [s.code for s in coverage.shares(index, index.choose(Filter()), "district", JINAN.order)] == ["历下", ""]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\\b.PDF", "b.pdf"),
        ("<img>.txt", "img.txt"),
        ("", "plan"),
        ("\u202e.txt", "plan.txt"),
    ],
)
def test_file_names_lose_folders_and_what_could_hurt(name: str, safe: str) -> None:
    assert additions.safe_name(name) == safe


@pytest.fixture(scope="module")
def placer() -> Placer:
    return Placer.load(town.ADCODE)


def added(source: Source | None, placer: Placer, text: str, most: int = 2**20) -> additions.Addition:
    steps: list[str] = []
    found = additions.read([("新规划.txt", text.encode())], JINAN, source, placer, steps.append, most)
    assert tuple(steps) == additions.STEPS
    return found


TEXT = (
    "济南市槐荫区样例片区发展规划\n（2024—2028年）\n第一章 重点任务\n一、产业\n"
    "加快推进阜台科技产业园建设，总投资12亿元。建设济南西站客运综合服务中心项目。\n"
)


def test_an_added_plan_is_found_placed_and_kept_apart(source: Source, placer: Placer) -> None:
    before = len(source.frame)
    found = added(source, placer, TEXT)
    assert set(found.source.frame["id"]) == {f.id for f in found.features}
    assert found.features
    assert found.known == {}
    assert [name for name, _ in found.files] == ["新规划.txt"]
    assert len(source.frame) == before
    mention = found.features[0].mentions[0]
    document = found.source.document(found.plans[0])
    assert document is not None
    assert document.sentence(mention.offset, mention.length)[1]


def shelf(folder: Path) -> accepted.Shelf:
    return accepted.Shelf(folder / town.ADCODE, folder / "added" / town.ADCODE)


def test_a_saved_addition_keeps_what_was_there(folder: Path, source: Source, placer: Placer, tmp_path: Path) -> None:
    found = added(source, placer, TEXT)
    shutil.copytree(folder / "layers" / town.ADCODE, tmp_path / town.ADCODE)
    count = accepted.save(found, JINAN, placer, shelf(tmp_path))
    built = build.read(tmp_path / town.ADCODE)
    assert len(built.frame) == count == len(source.frame) + len(found.features)
    assert {p.id for p in built.plans} == {"sample", found.plans[0].id}


def test_saving_twice_adds_nothing(placer: Placer, tmp_path: Path) -> None:
    target = tmp_path / town.ADCODE
    first = accepted.save(added(None, placer, TEXT), JINAN, placer, shelf(tmp_path))
    again = Source(build.read(target), JINAN, "y")
    found = added(again, placer, TEXT)
    assert set(found.known) == {f.id for f in found.features}
    assert accepted.save(found, JINAN, placer, shelf(tmp_path)) == first


def test_the_sentences_of_an_accepted_plan_show_wherever_its_file_came_from(placer: Placer, tmp_path: Path) -> None:
    found = added(None, placer, TEXT)
    accepted.keep(found.files, tmp_path)
    accepted.keep(found.files, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    [plan_] = found.plans
    files = Files([tmp_path / "none", tmp_path])
    for name in (plan_.id, "another-id"):
        document = files.document(replace(plan_, id=name))
        assert document is not None
        assert document.plan.id == name
        assert "阜台" in document.text
    assert files.document(replace(plan_, sha256="0" * 64)) is None


def test_two_who_save_at_once_lose_nothing(placer: Placer, tmp_path: Path) -> None:
    target = tmp_path / town.ADCODE
    one, two = added(None, placer, TEXT), added(None, placer, TEXT.replace("阜台", "岚坪"))
    accepted.save(one, JINAN, placer, shelf(tmp_path))
    accepted.save(two, JINAN, placer, shelf(tmp_path))
    assert {f.id for f in (*one.features, *two.features)} <= set(build.read(target).frame["id"])
    assert {f.id for f in one.features} != {f.id for f in two.features}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_an_added_plan_is_taken_off_without_a_trace(
    folder: Path, source: Source, placer: Placer, tmp_path: Path
) -> None:
    shutil.copytree(folder / "layers" / town.ADCODE, tmp_path / town.ADCODE)
    here, two = shelf(tmp_path), TEXT.replace("阜台", "岚坪").replace("12亿元", "15亿元")
    wholes: list[dict[str, bytes]] = []
    for text in (TEXT, two):
        wholes.append(contents(here.layers))
        now = Source(build.read(here.layers), JINAN, text)
        accepted.save(added(now, placer, text), JINAN, placer, here)
    plans = {plan.id: plan for plan in build.read(here.layers).plans}
    first, second = accepted.removable(plans, here)
    assert "sample" in plans and len(plans) == 3
    # The one in the middle: what is left is as if it had never been there.
    assert accepted.remove(first, JINAN, placer, here) == len(build.read(here.layers).frame)
    left = build.read(here.layers)
    assert {plan.sha256 for plan in left.plans} == {plans["sample"].sha256, second.sha256}
    assert not any("阜台" in name for name in left.frame["name"])
    assert first.sha256[:12] not in {path.name[:12] for path in here.added.iterdir()}
    alone = shelf(tmp_path / "alone")
    shutil.copytree(folder / "layers" / town.ADCODE, alone.layers)
    accepted.save(added(source, placer, two), JINAN, placer, alone)
    assert contents(here.layers) == contents(alone.layers)
    [last] = accepted.removable({plan.id: plan for plan in left.plans}, here)
    accepted.remove(last, JINAN, placer, here)
    assert contents(here.layers) == wholes[0]
    with pytest.raises(CallError):
        accepted.remove(last, JINAN, placer, here)


def test_what_was_built_anew_since_is_not_gone_back_on(source: Source, placer: Placer, tmp_path: Path) -> None:
    here = shelf(tmp_path)
    build.write(source.layers.frame, source.layers.plans, JINAN, here.layers)
    found = added(source, placer, TEXT)
    accepted.save(found, JINAN, placer, here)
    now = build.read(here.layers)
    assert accepted.removable({plan.id: plan for plan in now.plans}, here)
    build.write(now.frame.iloc[:3], now.plans, JINAN, here.layers)
    assert not accepted.removable({plan.id: plan for plan in now.plans}, here)
    with pytest.raises(CallError):
        accepted.remove(found.plans[0], JINAN, placer, here)


def test_a_file_too_large_is_refused(placer: Placer) -> None:
    with pytest.raises(PlanError, match=r"新规划\.txt"):
        added(None, placer, TEXT, most=10)


def test_a_broken_file_is_told_by_its_name_alone_or_beside_others(placer: Placer) -> None:
    broken, good = ("坏文件.docx", b"PK nothing"), ("好.txt", TEXT.encode())
    with pytest.raises(PlanError) as caught:
        additions.read([broken], JINAN, None, placer, lambda step: None, 2**20)
    found = additions.read([broken, good], JINAN, None, placer, lambda step: None, 2**20)
    for said in (caught.value.text("zh"), found.issues[0].text("zh")):
        assert "'坏文件.docx'" in said
        assert "/" not in said


def test_a_plan_of_another_city_is_refused_alone_and_left_out_beside_others(placer: Placer) -> None:
    away = ("away.txt", "上海市政府工作报告\n建设松鹤路、岚坪文化馆。".encode())
    home = ("home.txt", "济南市槐荫区规划\n建设云岫文化馆、阜台科技产业园。".encode())
    with pytest.raises(PlanError) as caught:
        additions.read([away], JINAN, None, placer, lambda step: None, 2**20)
    assert caught.value.text("zh").startswith("'away.txt' 是上海市的规划，不属于济南市，未加入。")
    found = additions.read([away, home], JINAN, None, placer, lambda step: None, 2**20)
    assert [issue.message for issue in found.issues] == ["page.elsewhere"]
    assert [plan.file for plan in found.plans] == ["home.txt"]


def test_titles_lose_what_all_titles_have() -> None:
    assert facts.short_title("甲市国民经济和社会发展第十四个五年规划和2035年远景目标纲要") == "甲市第十四个五年规划"


def test_plans_of_one_title_are_told_apart(source: Source) -> None:
    [one] = source.layers.plans
    plans = {
        "a": replace(one, id="a"),
        "b": replace(one, id="b", from_year=2025),
        "c": replace(one, id="c", file="other.txt"),
        "d": replace(one, id="d"),
        "e": replace(one, id="e", title="别的规划"),
    }
    titles = facts.short_titles(plans, JINAN.name)
    assert len(set(titles.values())) == 5
    assert titles["b"] == "样例市发展规划 2025—2030"
    assert titles["e"] == "别的规划"


@pytest.mark.parametrize(
    ("told", "rows", "before", "moved", "after_s", "echo"),
    [
        (([4], []), [4], ([], []), False, 60.0, True),
        (([], []), [4], ([], []), False, 0.5, True),
        (([], []), [4], ([], []), False, 10.0, False),
        (([], [(7, "名称")]), [7], ([], [(7, "名称")]), False, 0.5, True),
        (([], []), [], ([4], []), False, 60.0, True),
        (([4], []), [], ([4], []), False, 0.5, False),
        (([4], []), [], ([4], []), True, 0.5, True),
        (([5], []), [4], ([], []), False, 0.5, False),
        (([4, 5], []), [4], ([], []), False, 0.5, False),
    ],
    ids=["taken", "late", "let-go", "late-cell", "none-taken", "marked-again", "late-of-others", "another", "one-more"],
)
def test_a_table_that_tells_what_it_was_told_has_no_choice_made_in_it(
    told: tables.Marked, rows: list[int], before: tables.Marked, moved: bool, after_s: float, echo: bool
) -> None:
    assert tables.echoes(told, tables.Given(rows, before, moved, 100.0), 100.0 + after_s) == echo
    assert not tables.echoes(told, None, 100.0)
