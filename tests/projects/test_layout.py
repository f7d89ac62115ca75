"""The layout of a page is undone, and every character of the running text knows where it stood."""

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from projects import layout
from tests.projects.writing import column

WIDTH = 26
PROSE = (
    "到二〇二八年,建成湫水河湿地公园、岚坪植物园和云岫文化馆,加快阜台科技产业园建设,推进云岫大道改造工程,"
    "形成两岸联动、产城融合的发展格局,全面提升片区承载能力和服务水平,让居民出门见绿、抬脚进园。"
)


def running(source: str) -> str:
    return layout.run(source).text


def test_words_broken_at_line_ends_come_together() -> None:
    assert running(column(PROSE, WIDTH)) == PROSE


@pytest.mark.parametrize("number", ["21", "— 21 —", "－２１－", "- 21 -", "第21页"])
def test_page_numbers_inside_a_word_are_dropped(number: str) -> None:
    lines = column(PROSE, WIDTH).split("\n")
    assert running("\n".join([*lines[:2], "", number, "", *lines[2:]])) == PROSE


@pytest.mark.parametrize("break_", ["\n{n}\n", "\n— {n} —\n\n", "\n\n{n} \n"])
def test_running_heads_that_recur_beside_page_numbers_are_dropped(break_: str) -> None:
    lines = column(PROSE * 2, WIDTH).split("\n")
    pages = [
        "\n".join(lines[k : k + 2]) + break_.format(n=k + 1) + "云岫片区建设规划文本" for k in range(0, len(lines), 2)
    ]
    assert running("\n".join(pages)) == PROSE * 2


def test_a_line_that_recurs_in_the_body_stays() -> None:
    body = "加快建设湫水河湿地公园\n" * 4
    assert running(body).count("湫水河湿地公园") == 4


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("国道１０４、２２０线（Ａ段）", "国道104、220线(A段)"),
        ("«湫水印象»街区", "《湫水印象》街区"),
        ("「云岫」『坊』〝里〞", "“云岫”“坊”“里”"),
        ("阜台–湫水―岚坪─云岫", "阜台—湫水—岚坪—云岫"),
        ("湫水河，岚湖；云岫：坊？台！", "湫水河,岚湖;云岫:坊?台!"),
        ("湫水・云岫‧岚坪•阜台", "湫水·云岫·岚坪·阜台"),
        ("建成湫水馆.建成岚园(一期).", "建成湫水馆。建成岚园(一期)。"),
        ("投资12.5亿元,长3.4公里", "投资12.5亿元,长3.4公里"),
        ("●湫水馆 ■云岫园", "湫水馆云岫园"),
    ],
)
def test_each_mark_and_width_has_one_form(source: str, text: str) -> None:
    assert running(source) == text


@pytest.mark.parametrize(
    "source", ["建 设 湫 水 河 大 桥", "建设　湫水河　大桥", "建设湫水河\u00a0大桥", " 建设湫水河大桥 \n"]
)
def test_spaces_of_justification_go(source: str) -> None:
    assert running(source) == "建设湫水河大桥"


def test_spaces_between_latin_words_stay() -> None:
    assert running("建设 Cloud  Valley 云谷 2 期") == "建设Cloud Valley云谷2期"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("## 一、**湫水河**治理", "一、湫水河治理"),
        ("- 建设__云岫馆__", "建设云岫馆"),
        ("> 建设云岫馆", "建设云岫馆"),
        ("| 项目 | 地点 |\n|---|---|\n| 云岫馆 | 阜台 |", "项目\t地点\n云岫馆\t阜台"),
    ],
)
def test_markdown_is_undone(source: str, text: str) -> None:
    assert running(source) == text


def test_cells_stay_apart() -> None:
    assert running("云岫馆\t阜台镇     湫水河大桥") == "云岫馆\t阜台镇\t湫水河大桥"


@pytest.mark.parametrize("mark", ["\u200f", "\u202e", "\u200b", "\ufeff", "\x00", "\x07", "\xad"])
def test_invisible_and_control_characters_part_no_word(mark: str) -> None:
    assert running(f"湫水{mark}河大桥") == "湫水河大桥"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n", "\v", "\f", "\x85", "\u2028"])
def test_every_line_end_parts_paragraphs(end: str) -> None:
    assert running(f"第一章湫水{end}第二章云岫") == "第一章湫水\n第二章云岫"


@pytest.mark.parametrize("label", ["第三章", "三、", "（三）", "(3)", "3.", "3、", "专栏3", "附件", "第二节", "第五篇"])
def test_a_heading_begins_a_paragraph(label: str) -> None:
    prose = column(PROSE, WIDTH)
    assert f"\n{running(label)}云岫新城" in running(f"{prose}\n{label}云岫新城\n{prose}")


def test_a_circled_number_is_no_part_of_the_word_behind_it() -> None:
    assert "3云岫新城" not in running("重点区域：③云岫新城。")


def test_a_decimal_at_a_line_start_is_no_heading() -> None:
    text = "到二〇二八年,新增绿地面积十二公顷,总投资达到3.5亿元,建成湫水河湿地公园和岚坪植物园,云岫大道通车。"
    assert running(column(text, text.index("3.5"))) == text


def test_a_heading_as_wide_as_the_column_ends_where_the_text_begins() -> None:
    heading = "第三章推动湫水河两岸联动发展加快建设云岫新城"
    body = "到二〇二八年,建成湫水河湿地公园。" + PROSE
    assert running(heading + "\n" + column(body, len(heading))).split("\n")[0] == heading


def test_a_heading_broken_at_the_edge_takes_its_short_rest() -> None:
    heading = "第三章推动湫水河两岸联动发展加快建设云岫新城和阜台片区"
    source = column(heading, 24) + "\n" + column(PROSE, 24)
    assert running(source).split("\n")[0] == heading


def test_an_item_cut_by_a_line_break_goes_on() -> None:
    text = "建设湫水河湿地公园、岚坪植物园、云岫文化馆、阜台体育中心、"
    assert running(f"{text}\n云岫大道改造工程。") == f"{text}云岫大道改造工程。"


def test_a_sentence_cut_by_a_page_goes_on() -> None:
    text = "加强载体建设。强化服务,抓好松\n\n鹤科技园建设。\n\n一、加强载体建设\n\n推进松鹤科技园建设。\n"
    assert layout.run(text).text.split("\n") == [
        "加强载体建设。强化服务,抓好松鹤科技园建设。",
        "一、加强载体建设",
        "推进松鹤科技园建设。",
    ]


def test_a_document_number_stands_alone() -> None:
    lines = column(PROSE, WIDTH)
    assert "\n湫政发〔2024〕9号\n" in running(f"{lines}\n湫政发〔2024〕9号\n{lines}")


def test_headings_of_a_text_that_is_not_wrapped_stay_paragraphs() -> None:
    assert running("一、产业\n建设云岫馆。\n二、交通\n建设云岫桥。") == "一、产业\n建设云岫馆。\n二、交通\n建设云岫桥。"


def test_an_index_is_found_by_its_offset() -> None:
    source = "一、总则\r\n建 设 湫水河大桥"
    run = layout.run(source)
    at = run.index(source.index("湫"))
    assert run.text[at:] == "湫水河大桥"


PIECES = st.sampled_from([
    "湫水河", "云岫馆", "、", "，", "。", ".", "１２", "21", "\n", "\r\n", "\f", " ", "　", "    ",
    "\t", "|", "**", "## ", "- ",
    "---", "（一）", "第一章", "一、", "专栏1", "济政发〔2024〕1号", "㎡",
    "ﬁ", "㈠", "\u200f", "\x00", "—", "«", "“", "20", "A b",
    "\ud7ff", "豈", "\U0002a700",
])  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=200))


@given(TEXTS)
@example("é")
@example("ﷺ" * 3)
@example("---㎡")
@settings(deadline=None)
def test_every_character_knows_its_offset(source: str) -> None:
    run = layout.run(source)
    assert len(run.text) == len(run.offsets)
    assert all(a <= b for a, b in pairwise(run.offsets))
    folded = re.compile(r"[一-鿿0-9A-Za-z、。]")
    for char, offset in zip(run.text, run.offsets, strict=True):
        assert 0 <= offset < len(source)
        if folded.match(char) and folded.match(source[offset]):
            assert char == source[offset]
        elif char.isalnum():
            assert char == source[offset] or char in unicodedata.normalize("NFKC", source[offset])


@given(TEXTS)
@settings(deadline=None)
def test_running_text_has_no_blank_line_and_no_mark_without_a_form(source: str) -> None:
    text = running(source)
    assert "\n\n" not in text
    assert not re.search(r"[\r\f\v\x00\u200f，；«»「」　]", text)


@given(
    st.lists(st.sampled_from(["湫水河湿地公园", "云岫文化馆", "阜台片区"]), min_size=8, max_size=30),
    st.integers(14, 40),
)
@settings(deadline=None, max_examples=50)
def test_wherever_the_column_ends_the_words_come_together(items: list[str], width: int) -> None:
    text = "建设" + "、".join(items)
    assert running(column(text, width)).replace("\n", "") == text


def test_a_line_of_two_megabytes_is_read_character_by_character_once() -> None:
    line = "建设湫水河湿地公园、云岫馆" * 160_000
    run = layout.run(line)
    assert run.text == line
    assert run.offsets[-1] == len(line) - 1


def test_the_work_grows_with_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    folded = unicodedata.normalize

    class Counting:
        category = staticmethod(unicodedata.category)

        @staticmethod
        def normalize(form: str, text: str) -> str:
            calls.append(text)
            return folded(form, text)

    monkeypatch.setattr(layout, "unicodedata", Counting)
    for times in (1, 2, 4):
        layout.run((column(PROSE, WIDTH) + "\n（一）云岫\n") * 10 * times)
        calls.append("")
    first, second, third = (len(part) for part in _parts(calls))
    assert second == 2 * first
    assert third == 4 * first


def _parts(calls: list[str]) -> list[list[str]]:
    out: list[list[str]] = [[]]
    for call in calls:
        if call:
            out[-1].append(call)
        else:
            out.append([])
    return out[:-1]
