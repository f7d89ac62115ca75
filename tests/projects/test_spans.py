"""A sentence is parted where no name goes on, and what holds no name is not read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects import clauses, lists, spans, words
from projects.phrases import CODE


def parted(text: str) -> list[str]:
    return [text[a:b] for a, b in spans.parted(text, 0, len(text))]


class TestMayName:
    @pytest.mark.parametrize("text", ["松鹤馆开放", "改建G104", "岚坪水库", "松鹤城", "松鹤、棠溪等片区"])
    def test_a_head_noun_and_a_coded_road_may(self, text: str) -> None:
        assert spans.holds(text, 0, len(text))

    @pytest.mark.parametrize(
        "text", ["加快推动高质量发展", "得到有效保障", "水", "", "松鹤、云岫", "松鹤等", "“松鹤”“云岫”"]
    )
    def test_other_words_and_lists_without_a_head_noun_do_not(self, text: str) -> None:
        assert not spans.holds(text, 0, len(text))

    @pytest.mark.parametrize("text", ["推动城市发展", "统筹城乡", "积极推进", "政府主导", "区域协同"])
    def test_a_letter_inside_a_common_word_is_no_head_noun(self, text: str) -> None:
        assert not spans.holds(text, 0, len(text))

    def test_a_longer_head_noun_behind_such_a_letter_is_one(self) -> None:
        assert spans.holds("推动城市更新", 0, 6)

    def test_only_the_clause_itself_counts(self) -> None:
        assert not spans.holds("松鹤馆,得到保障", 4, 8)

    @given(st.text(alphabet="松鹤馆棠溪、和等”“G104省国道线建设()", max_size=25))
    @settings(deadline=None)
    def test_a_clause_that_may_not_has_no_reading(self, text: str) -> None:
        readings = [
            i
            for g in clauses.joined(text, words.tokens(text))
            for i in lists.items(text, g)
            if i.head or CODE.fullmatch(i.name)
        ]
        assert spans.holds(text, 0, len(text)) or not readings


class TestSpans:
    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("松鹤馆,棠溪馆;岚坪馆:云岫馆", ["松鹤馆", "棠溪馆", "岚坪馆", "云岫馆"]),
            ("松鹤馆\t棠溪馆", ["松鹤馆", "棠溪馆"]),
            ("(一)松鹤馆", ["松鹤馆"]),
            ("松鹤馆(区水务局负责)竣工", ["松鹤馆", "竣工"]),
            ("松鹤馆(责任单位:区住建局、区水务局)", ["松鹤馆"]),
            ("松鹤馆(以下简称新馆)开放", ["松鹤馆", "开放"]),
            ("松鹤馆(2024年建成)开放", ["松鹤馆", "开放"]),
            ("松鹤路(棠溪路至岚坪路段)通车", ["松鹤路", "通车"]),
            ("松鹤医院(新院区)开诊", ["松鹤医院(新院区)开诊"]),
            ("松鹤服务区(国医堂、中医馆)开放", ["松鹤服务区", "国医堂、中医馆", "开放"]),
            ("松鹤馆(没有另一半", ["松鹤馆(没有另一半"]),
            ("贯彻《棠溪片区规划》,建松鹤馆", ["贯彻", "建松鹤馆"]),
            ("《没有另一半", ["没有另一半"]),
            ("字", []),
            ("", []),
        ],
    )
    def test_punctuation_parts_and_asides_are_left_out(self, text: str, parts: list[str]) -> None:
        assert parted(text) == parts

    @given(st.text(alphabet="松鹤馆()、,。;:一2年至负责《》\t", max_size=60))
    @settings(deadline=None)
    def test_spans_come_in_order_and_lie_in_the_text(self, text: str) -> None:
        found = spans.parted(text, 0, len(text))
        assert all(0 <= a < b <= len(text) for a, b in found)
        assert all(not set(text[a:b]) & set("。;,\t") for a, b in found)

    def test_many_open_brackets_cost_little(self) -> None:
        looked = []

        class Counting(str):
            __slots__ = ()

            def find(self, *args: object) -> int:  # type: ignore[override]
                looked.append(args)
                return super().find(*args)  # type: ignore[arg-type]

        text = Counting("松鹤(" * 3000)
        spans.parted(text, 0, len(text))
        assert len(looked) == 3000
        assert all(stop - start <= 400 for _, start, stop in looked)  # type: ignore[operator]
