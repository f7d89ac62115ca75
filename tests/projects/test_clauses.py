"""A clause is cut where no name goes on, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects import clauses, lists, shapes, words
from projects.clauses import Joined
from projects.phrases import CODE


def spans(text: str) -> list[str]:
    return [text[a:b] for a, b in clauses.spans(text, 0, len(text))]


def joined(text: str) -> list[Joined]:
    return clauses.joined(text, words.tokens(text))


def groups(text: str) -> list[list[str]]:
    return [[text[p.start : p.end] for p in group.phrases] for group in joined(text)]


class TestMayName:
    @pytest.mark.parametrize("text", ["松鹤馆开放", "改建G104", "岚坪水库", "松鹤城", "松鹤、棠溪等片区"])
    def test_a_head_noun_and_a_coded_road_may(self, text: str) -> None:
        assert clauses.holds(text, 0, len(text))

    @pytest.mark.parametrize(
        "text", ["加快推动高质量发展", "得到有效保障", "水", "", "松鹤、云岫", "松鹤等", "“松鹤”“云岫”"]
    )
    def test_other_words_and_lists_without_a_head_noun_do_not(self, text: str) -> None:
        assert not clauses.holds(text, 0, len(text))

    @pytest.mark.parametrize("text", ["推动城市发展", "统筹城乡", "积极推进", "政府主导", "区域协同"])
    def test_a_letter_inside_a_common_word_is_no_head_noun(self, text: str) -> None:
        assert not clauses.holds(text, 0, len(text))

    def test_a_longer_head_noun_behind_such_a_letter_is_one(self) -> None:
        assert clauses.holds("推动城市更新", 0, 6)

    def test_only_the_clause_itself_counts(self) -> None:
        assert not clauses.holds("松鹤馆,得到保障", 4, 8)

    @given(st.text(alphabet="松鹤馆棠溪、和等”“G104省国道线建设()", max_size=25))
    @settings(deadline=None)
    def test_a_clause_that_may_not_has_no_reading(self, text: str) -> None:
        readings = [i for g in joined(text) for i in lists.items(text, g) if i.head or CODE.fullmatch(i.name)]
        assert clauses.holds(text, 0, len(text)) or not readings

    @given(st.text(alphabet="松鹤馆棠溪水库、和等”“G104省国道线路建设()", max_size=25))
    @settings(deadline=None)
    def test_an_enumeration_that_may_not_has_no_reading(self, text: str) -> None:
        turned_down = [g for g in joined(text) if not shapes.may_hold_name(g, frozenset())]
        assert not [i for g in turned_down for i in lists.items(text, g) if shapes.may_be_name(i, frozenset())]


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
        assert spans(text) == parts

    @given(st.text(alphabet="松鹤馆()、,。;:一2年至负责《》\t", max_size=60))
    @settings(deadline=None)
    def test_spans_come_in_order_and_lie_in_the_text(self, text: str) -> None:
        found = clauses.spans(text, 0, len(text))
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
        clauses.spans(text, 0, len(text))
        assert len(looked) == 3000
        assert all(stop - start <= 400 for _, start, stop in looked)  # type: ignore[operator]


class TestJoined:
    @pytest.mark.parametrize(
        ("text", "items"),
        [
            ("松鹤公园、棠泷公园和岚坪公园", ["松鹤公园", "棠泷公园", "岚坪公园"]),
            ("松鹤公园及棠泷公园", ["松鹤公园", "棠泷公园"]),
            ("松鹤公园以及棠泷公园", ["松鹤公园", "棠泷公园"]),
            ("松鹤公园与棠泷公园", ["松鹤公园", "棠泷公园"]),
            ("“松鹤公园”“棠泷公园”", ["松鹤公园", "棠泷公园"]),
            ("建设松鹤公园、棠泷公园", ["松鹤公园", "棠泷公园"]),
            ("将G104、S105", ["G104", "S105"]),
        ],
    )
    def test_coordinators_join(self, text: str, items: list[str]) -> None:
        assert groups(text) == [items]

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("松鹤公园暨棠泷公园", marks=pytest.mark.xfail(reason="swallowed by a guessed word")),
            pytest.param("松鹤公园或棠泷公园", marks=pytest.mark.xfail(reason="swallowed by a guessed word")),
        ],
    )
    def test_rare_coordinators_join(self, text: str) -> None:
        assert groups(text) == [["松鹤公园", "棠泷公园"]]

    def test_what_sums_an_enumeration_up_is_its_tail(self) -> None:
        text = "松鹤馆、棠泷馆等文化设施"
        first = joined(text)[0]
        assert first.tail is not None
        assert text[first.tail.start : first.tail.end] == "文化设施"
        assert len(first.phrases) == 2

    @pytest.mark.parametrize("number", ["一批", "一系列", "三大"])
    def test_a_number_may_stand_before_what_sums_up(self, number: str) -> None:
        text = f"松鹤馆、棠泷馆等{number}文化设施"
        first = joined(text)[0]
        assert first.tail is not None
        assert text[first.tail.start : first.tail.end] == "文化设施"

    @pytest.mark.parametrize("number", ["6座", "12个"])
    def test_a_number_in_digits_may_stand_before_what_sums_up(self, number: str) -> None:
        text = f"松鹤馆、棠泷馆等{number}文化设施"
        first = joined(text)[0]
        assert first.tail is not None
        assert text[first.tail.start : first.tail.end] == "文化设施"

    def test_a_verb_ends_an_enumeration(self) -> None:
        assert groups("松鹤公园、棠泷公园打造岚坪公园")[0] == ["松鹤公园", "棠泷公园"]

    def test_a_localizer_ends_a_phrase(self) -> None:
        assert groups("松鹤片区内建设棠泷公园") == [["松鹤片区"], ["棠泷公园"]]

    @pytest.mark.parametrize(
        "text",
        [
            "松鹤至棠泷高速公路",
            "松鹤站至岚坪站城际铁路",
            "湖南至松鹤高速公路",
        ],
    )
    def test_a_name_from_here_to_there_is_one(self, text: str) -> None:
        assert groups(text) == [[text]]

    def test_a_coded_road_begins_a_name_of_its_own(self) -> None:
        assert groups("松鹤产业园G104") == [["松鹤产业园"], ["G104"]]

    def test_the_word_before_is_known(self) -> None:
        phrase = joined("加快推进松鹤公园、棠泷公园")[0].phrases
        assert phrase[0].before == "推进"
        assert phrase[1].before == "、"

    @given(st.text(alphabet="松鹤公园建设、和等的“”()12G内至", max_size=50))
    @settings(deadline=None)
    def test_phrases_come_in_order_and_have_joints_between_them(self, text: str) -> None:
        for group in joined(text):
            assert len(group.joints) == len(group.phrases) - 1
            ends = [(p.start, p.end) for p in group.phrases]
            assert all(a < b for a, b in ends)
            assert ends == sorted(ends)


class TestEndlessClauses:
    """A text without an end costs what its length costs: what is read as one is bounded."""

    def test_an_enumeration_is_read_in_pieces(self) -> None:
        found = joined("、".join(["松鹤湿地公园"] * 250))
        assert [len(group.phrases) for group in found] == [100, 100, 50]

    @pytest.mark.parametrize("text", ["G104" * 500, "松鹤" * 1000 + "公园", "建设" * 1000 + "公园"])
    def test_a_phrase_is_never_as_long_as_the_text(self, text: str) -> None:
        assert all(p.end - p.start <= 220 for group in joined(text) for p in group.phrases)
