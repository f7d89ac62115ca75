"""Plans come out of files: documents, contents, sections, sentences, spans."""

from __future__ import annotations

import csv
import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import CallError
from projects import find, plan
from projects.feature import normal
from projects.plan import Document
from projects.region import home
from tests.projects.writing import column, document, table

PROSE = (
    "到二〇二八年，建成湫水河湿地公园、岚坪植物园和云岫文化馆，加快阜台科技产业园建设，推进云岫大道改造工程，"
    "形成两岸联动、产城融合的发展格局，全面提升片区承载能力和服务水平，让居民出门见绿、抬脚进园。"
)
GAZETTE = f"""湫水市人民政府公报
2024年第3期

湫水市人民政府
关于印发云岫片区建设规划的通知
湫政发〔2024〕9号

各区人民政府：
现将《云岫片区建设规划（2024—2028年）》印发给你们。
{PROSE}

湫水市人民政府办公室
关于印发岚坪湿地保护三年行动计划的通知
湫政办发〔2024〕11号

现将《岚坪湿地保护三年行动计划（2024—2026年）》印发给你们。
建设岚坪湿地公园。{PROSE}
"""


def put(folder: Path, name: str, text: str, *rows: dict[str, str]) -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    if rows:
        (folder / "plans.csv").write_text(table(*rows), encoding="utf-8")
    return path


def sections(made: Document) -> dict[str, str]:
    """Return the heading path by the text of the paragraph."""
    return {made.text[p.start : p.end]: p.section for p in made.paragraphs}


class TestDocuments:
    def test_two_documents_of_a_gazette_are_told_apart_by_their_numbers(self, tmp_path: Path) -> None:
        first, second = plan.read([put(tmp_path, "gazette.txt", GAZETTE)])[0]
        assert (first.plan.number, second.plan.number) == ("湫政发〔2024〕9号", "湫政办发〔2024〕11号")
        assert (first.plan.id, second.plan.id) == ("gazette", "gazette-2")
        assert (first.plan.title, second.plan.title) == (
            "云岫片区建设规划", "岚坪湿地保护三年行动计划",
        )  # fmt: skip
        assert "岚坪湿地" not in first.text
        assert second.text.startswith("湫水市人民政府办公室")
        assert first.source == second.source == GAZETTE

    def test_the_table_says_which_documents_count_and_what_they_are(self, tmp_path: Path) -> None:
        row = {"id": "lanping", "file": "gazette.txt", "number": "湫政办发[2024]11号",
               "title": "岚坪湿地计划", "district": "岚坪", "from_year": "2024", "to_year": "2026",
               "issuer": "湫水市", "published": "2024-05-06"}  # fmt: skip
        documents, issues = plan.read([put(tmp_path, "gazette.txt", GAZETTE, row)])
        made = next(d for d in documents if d.plan.id == "lanping")
        assert issues == []
        assert made.plan.title == "岚坪湿地计划"
        assert made.plan.district == "岚坪"
        assert made.plan.published == "2024-05-06"
        assert made.text.count("岚坪湿地公园") == 1

    def test_documents_come_in_the_order_of_the_table_then_of_names(self, tmp_path: Path) -> None:
        for name in ("c.txt", "a.txt", "b.txt"):
            put(tmp_path, name, PROSE)
        (tmp_path / "plans.csv").write_text(table({"id": "third", "file": "c.txt"}), encoding="utf-8")
        assert [d.plan.id for d in plan.read([tmp_path])[0]] == ["third", "a", "b"]

    def test_ids_are_unique(self, tmp_path: Path) -> None:
        put(tmp_path, "a.txt", PROSE)
        put(tmp_path, "a.md", PROSE)
        ids = [d.plan.id for d in plan.read([tmp_path])[0]]
        assert len(ids) == 2
        assert len(set(ids)) == 2

    def test_a_short_text_before_the_first_number_is_its_cover(self, tmp_path: Path) -> None:
        documents = plan.read([put(tmp_path, "gazette.txt", GAZETTE)])[0]
        assert len(documents) == 2

    @pytest.mark.parametrize(
        ("title", "years"),
        [
            ("云岫市国民经济和社会发展第十四个五年规划纲要", (2021, 2025)),
            ("云岫市“十五五”规划", (2026, 2030)),
            ("云岫市第十五个五年规划", (2026, 2030)),
            ("云岫片区建设规划（2024—2028年）", (2024, 2028)),
            ("云岫片区建设规划（2024年至2028年）", (2024, 2028)),
            ("云岫片区建设规划", (None, None)),
        ],
    )  # fmt: skip
    def test_the_years_stand_in_the_title(self, title: str, years: tuple[int | None, int | None]) -> None:
        made = document(PROSE, title=title).plan
        assert (made.from_year, made.to_year) == years

    def test_the_date_of_issue_is_read(self, tmp_path: Path) -> None:
        path = put(tmp_path, "a.txt", f"云岫片区建设规划\n2024年3月\n{PROSE}")
        assert plan.read([path])[0][0].plan.published == "2024-03"

    def test_the_digest_is_that_of_the_file(self, tmp_path: Path) -> None:
        import hashlib

        path = put(tmp_path, "a.txt", PROSE)
        assert plan.read([path])[0][0].plan.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


class TestFiles:
    def test_gb18030_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        path.write_bytes(PROSE.encode("gb18030"))
        assert plan.read([path])[0][0].source == PROSE

    def test_a_table_in_gb18030_is_read(self, tmp_path: Path) -> None:
        put(tmp_path, "a.txt", PROSE)
        (tmp_path / "plans.csv").write_bytes(table({"id": "a1", "file": "a.txt", "district": "岚坪"}).encode("gb18030"))
        assert plan.read([tmp_path])[0][0].plan.district == "岚坪"

    def test_markdown_is_read_and_a_readme_is_no_plan(self, tmp_path: Path) -> None:
        put(tmp_path, "README.md", "# 建设云岫馆")
        put(tmp_path, "readme.txt", "建设云岫馆")
        put(tmp_path, "a.md", "# 一、总则\n\n建设**湫水河**湿地公园。")
        documents = plan.read([tmp_path])[0]
        assert [d.plan.id for d in documents] == ["a"]
        assert sections(documents[0])["建设湫水河湿地公园。"] == "一"

    def test_files_of_other_kinds_are_passed_over(self, tmp_path: Path) -> None:
        put(tmp_path, "a.txt", PROSE)
        (tmp_path / "a.png").write_bytes(b"\x89PNG")
        assert len(plan.read([tmp_path])[0]) == 1

    def test_a_row_without_its_file_is_an_issue_and_the_rest_goes_on(self, tmp_path: Path) -> None:
        put(tmp_path, "a.txt", PROSE, {"id": "gone", "file": "gone.txt"}, {"id": "a1", "file": "a.txt"})
        documents, issues = plan.read([tmp_path])
        assert [d.plan.id for d in documents] == ["a1"]
        assert [(i.where, i.message, i.values) for i in issues] == [
            ("plans.csv:2", "plans.no_file", (("file", "gone.txt"),))
        ]
        assert all("gone.txt" in i.text(lang) for i in issues for lang in ("zh", "en"))

    @pytest.mark.parametrize("row", [{"file": "a.txt"}, {"id": "a1"}, {"id": "a1", "file": "../a.txt"}, {}])
    def test_a_bad_row_is_an_issue(self, tmp_path: Path, row: dict[str, str]) -> None:
        put(tmp_path, "a.txt", PROSE, {"id": "", "file": "", "title": "云岫"} | row)
        documents, issues = plan.read([tmp_path])
        assert [d.plan.id for d in documents] == ["a"]
        assert [(i.where, i.message) for i in issues] == [("plans.csv:2", "plans.bad_row")]

    def test_a_table_that_cannot_be_read_is_an_issue(self, tmp_path: Path) -> None:
        put(tmp_path, "a.txt", PROSE, {"id": "a1", "file": "a.txt", "title": "云" * 200_000})
        documents, issues = plan.read([tmp_path])
        assert [d.plan.id for d in documents] == ["a"]
        assert [(i.where, i.message) for i in issues] == [("plans.csv", "plans.bad_table")]

    def test_a_table_of_other_columns_does_no_harm(self, tmp_path: Path) -> None:
        put(tmp_path, "a.txt", PROSE)
        (tmp_path / "plans.csv").write_text("x;y\n1;2\n", encoding="utf-8")
        documents, issues = plan.read([tmp_path])
        assert [d.plan.id for d in documents] == ["a"]
        assert len(issues) == 1

    def test_an_unreadable_file_is_an_issue_and_the_rest_goes_on(self, tmp_path: Path) -> None:
        put(tmp_path, "a.txt", PROSE)
        put(tmp_path, "empty.txt", "")
        (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 20)
        documents, issues = plan.read([tmp_path])
        assert [d.plan.id for d in documents] == ["a"]
        assert sorted(i.where for i in issues) == ["binary.txt", "empty.txt"]

    def test_a_path_that_is_not_there_is_a_wrong_call(self, tmp_path: Path) -> None:
        with pytest.raises(CallError) as caught:
            plan.read([tmp_path / "nowhere"])
        assert "nowhere" in str(caught.value)

    def test_a_folder_without_plans_is_a_wrong_call(self, tmp_path: Path) -> None:
        with pytest.raises(CallError):
            plan.read([tmp_path])

    def test_several_paths_are_read(self, tmp_path: Path) -> None:
        (tmp_path / "one").mkdir()
        (tmp_path / "two").mkdir()
        put(tmp_path / "one", "a.txt", PROSE)
        put(tmp_path / "two", "b.txt", PROSE)
        assert [d.plan.id for d in plan.read([tmp_path / "one", tmp_path / "two" / "b.txt"])[0]] == ["a", "b"]

    def test_a_text_without_chinese_is_a_plan_without_names(self) -> None:
        made = document("The plan will build a new bridge over the river by 2028.\n" * 5)
        assert find.names(made, home(made)) == ([], [])


DOTS = "  "
LAID_OUT = f"""云岫片区建设规划
目录
第一章 发展基础{DOTS}1
第二章 总体要求{DOTS}3
第一节 指导思想{DOTS}3
第二节 发展目标{DOTS}5
第三章 重点任务{DOTS}9
第四章 产业发展{DOTS}12
第五章 交通体系{DOTS}20
第六章 保障措施{DOTS}31

第一章 发展基础
{PROSE}
第二章 总体要求
第一节 指导思想
{PROSE}
一、统筹推进
（一）产业先行
{PROSE}
（二）交通成网
1.公路
{PROSE}
二、分步实施
建设岚坪隧道。
专栏1 重点项目
建设阜台水厂；扩建云岫水厂。
第三章 重点任务
建设云岫水库。
"""


class TestSections:
    @pytest.fixture(scope="class")
    def made(self) -> Document:
        return document(LAID_OUT)

    def test_contents_pages_are_left_out(self, made: Document) -> None:
        texts = [made.text[p.start : p.end] for p in made.paragraphs]
        assert sum(t.startswith("第一章发展基础") for t in texts) == 1
        assert not any("第六章" in t for t in texts)

    def test_the_first_chapter_is_kept_behind_contents_with_dots(self) -> None:
        made = document(LAID_OUT.replace(DOTS, "........"))
        assert "第一章发展基础" in sections(made)

    def test_sections_are_heading_paths(self, made: Document) -> None:
        found = sections(made)
        assert found["建设岚坪隧道。"] == "第二章/第一节/二"
        assert found["建设云岫水库。"] == "第三章"
        assert found["第二章总体要求"] == "第二章"
        paths = [p.section for p in made.paragraphs]
        assert "第二章/第一节/一/（一）" in paths
        assert "第二章/第一节/一/（二）/1" in paths

    def test_a_box_is_known_and_ends_with_its_chapter(self, made: Document) -> None:
        boxes = {made.text[p.start : p.end]: p.box for p in made.paragraphs}
        assert boxes["建设阜台水厂;扩建云岫水厂。"] == "重点项目"
        assert boxes["建设云岫水库。"] == ""

    def test_headings_above_come_outermost_first(self, made: Document) -> None:
        paragraph = next(p for p in made.paragraphs if made.text.startswith("建设岚坪隧道", p.start))
        assert paragraph.headings == ("总体要求", "指导思想", "分步实施")

    def test_a_paragraph_is_found_by_a_character_in_it(self, made: Document) -> None:
        at = made.text.index("岚坪隧道")
        found = made.paragraph(at)
        assert found is not None
        assert made.text[found.start : found.end] == "建设岚坪隧道。"
        assert made.paragraph(len(made.text)) is None
        assert made.paragraph(made.text.index("第六章")) is None

    def test_a_bracketed_number_with_its_text_behind_a_full_stop_is_a_heading(self) -> None:
        found = sections(document(f"一、总则\n（三）湫水河治理。{PROSE}\n二、产业\n{PROSE}"))
        assert "一/（三）" in found.values()

    def test_a_sentence_that_begins_like_a_chapter_is_no_heading(self) -> None:
        text = f"第三章 产业\n{PROSE}\n第二部分资金用于建设湫水河大桥，余下的用于建设岚坪隧道和云岫水厂。\n{PROSE}"
        assert set(sections(document(text)).values()) == {"第三章"}


class TestPlaces:
    SOURCE = "一、总则\r\n２１\r\n" + column(
        "推进云岫大道改造．建设湫 水 河湿地公园，投资１２亿元；建设岚坪隧道。" * 3, 19
    )

    def test_a_span_leads_back_to_the_source(self) -> None:
        made = document(self.SOURCE)
        at = made.text.index("湫水河湿地公园")
        offset, length = made.span(at, at + 7)
        assert re.sub(r"\s", "", made.source[offset : offset + length]) == "湫水河湿地公园"

    def test_the_sentence_around_a_mention(self) -> None:
        made = document("一、总则\n推进云岫大道改造。建设湫水河湿地公园，投资12亿元；建设岚坪隧道。")
        at = made.text.index("湫水河")
        assert made.sentence(*made.span(at, at + 7)) == ("建设", "湫水河湿地公园", "，投资12亿元；")
        assert made.sentence(*made.span(0, 1))[0] == ""
        assert made.sentence(*made.span(at - 2, at))[0] == ""
        last = len(made.text) - 3
        assert made.sentence(*made.span(last, last + 2))[2] == "。"

    def test_the_sentence_around_a_mention_that_begins_a_paragraph(self) -> None:
        made = document("一、总则\n推进云岫大道改造。\n湫水河湿地公园投资12亿元。")
        at = made.text.index("湫水河")
        assert made.sentence(*made.span(at, at + 7)) == ("", "湫水河湿地公园", "投资12亿元。")

    def test_the_surroundings_reach_as_far_as_asked(self) -> None:
        made = document("推进云岫大道改造。建设湫水河湿地公园，投资12亿元。")
        at = made.text.index("湫水河")
        assert made.surroundings(*made.span(at, at + 7), reach=3) == ("。建设", "湫水河湿地公园", "，投资")

    @given(st.data())
    @settings(max_examples=40, deadline=None)
    def test_spans_come_back(self, data: st.DataObject) -> None:
        made = document(LAID_OUT)
        start = data.draw(st.integers(0, len(made.text) - 2))
        end = data.draw(st.integers(start + 1, min(len(made.text), start + 30)))
        part = made.text[start:end]
        if part[0] == "\n" or part[-1] == "\n":
            return
        # As wide as in the file: read, it is the same.
        before, name, after = (unicodedata.normalize("NFKC", told) for told in made.sentence(*made.span(start, end)))
        assert name.removeprefix("\n") == part
        assert before + name + after in made.text


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


class TestRealPlans:
    @pytest.fixture(scope="class")
    def folder(self) -> Path:
        import os

        folder = Path(os.environ.get("PLANMAP_PLANS") or Path(__file__).parents[3] / "shared" / "plans")
        if not (folder / "plans.csv").is_file():
            pytest.skip(f"the plan files are not at {folder}; set PLANMAP_PLANS")
        return folder

    @pytest.fixture(scope="class")
    def documents(self, folder: Path) -> list[Document]:
        documents, issues = plan.read([folder])
        assert issues == []
        return documents

    def test_the_documents_are_those_of_the_table(self, documents: list[Document], folder: Path) -> None:
        with (folder / "plans.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(documents) == 7
        assert [d.plan.id for d in documents] == [row["id"] for row in rows]
        assert [d.plan.title for d in documents] == [row["title"] for row in rows]

    def test_the_documents_of_a_file_do_not_overlap(self, documents: list[Document]) -> None:
        by_file: dict[str, list[tuple[int, int]]] = {}
        for made in documents:
            by_file.setdefault(made.plan.file, []).append((made.offsets[0], made.offsets[len(made.text.rstrip()) - 1]))
        for spans in by_file.values():
            ordered = sorted(spans)
            assert all(a[1] < b[0] for a, b in pairwise(ordered))

    def test_no_page_number_or_line_break_stands_in_a_name(self, documents: list[Document]) -> None:
        for made in documents:
            for candidate in find.names(made, home(made))[0]:
                for item in candidate.items:
                    assert "\n" not in made.text[item.phrase.start : item.phrase.end]

    def test_every_mention_stands_in_the_source_as_it_is_named(self, documents: list[Document]) -> None:
        checked = 0
        for made in documents:
            for candidate in find.names(made, home(made))[0]:
                for item in candidate.items:
                    offset, length = made.span(item.phrase.start, item.phrase.end)
                    own = normal(made.text[item.phrase.start : item.phrase.end])
                    there = normal(re.sub(r"\*\*|__", "", squeezed(made.source[offset : offset + length])))
                    if item.rule == "phrase":
                        assert own == normal(item.name)
                    # A page number or running head may stand inside; all characters of the name do, in order.
                    remaining = iter(there)
                    assert all(c in remaining for c in own if c not in "、,。;:?!()")
                    checked += own == there
        assert checked > 500

    def test_sections_are_known_for_nearly_all_of_the_text(self, documents: list[Document]) -> None:
        for made in documents:
            length = sum(p.end - p.start for p in made.paragraphs)
            known = sum(p.end - p.start for p in made.paragraphs if p.section)
            assert known > 0.9 * length, made.plan.id
