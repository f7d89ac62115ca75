"""A clause is cut where no name goes on, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects import clauses, lists, shapes, words
from projects.clauses import Joined


def joined(text: str) -> list[Joined]:
    return clauses.joined(text, words.tokens(text))


def groups(text: str) -> list[list[str]]:
    return [[text[p.start : p.end] for p in group.phrases] for group in joined(text)]


@given(st.text(alphabet="松鹤馆棠溪水库、和等”“G104省国道线路建设()", max_size=25))
@settings(deadline=None)
def test_an_enumeration_that_may_not_has_no_reading(text: str) -> None:
    turned_down = [g for g in joined(text) if not shapes.may_hold_name(g, frozenset())]
    assert not [i for g in turned_down for i in lists.items(text, g) if shapes.may_be_name(i, frozenset())]


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
        ("text", "items"),
        [
            ("建成遂鹤高速", ["遂鹤高速"]),
            ("棠溪公园、太浮山", ["棠溪公园", "太浮山"]),
            ("推进楚都工业园", ["楚都工业园"]),
            ("棠溪站站前商务区", ["棠溪站站前商务区"]),
            ("湫中水网", ["湫中水网"]),
            ("南岚岛海上风电场", ["南岚岛海上风电场"]),
            ("县城至岚坪旅游公路", ["县城至岚坪旅游公路"]),
            ("余家湖港区", ["余家湖港区"]),
            ("云岫路下穿松鹤铁路立交", ["云岫路下穿松鹤铁路立交"]),
            ("陕北至安徽通道", ["陕北至安徽通道"]),
        ],
    )
    def test_a_letter_that_mostly_parts_may_be_a_syllable_of_a_name(self, text: str, items: list[str]) -> None:
        assert groups(text) == [items]

    @pytest.mark.parametrize(
        ("text", "items"),
        [
            ("园区内道路", [["园区"], ["道路"]]),
            ("引进100余家企业", [["企业"]]),
        ],
    )
    def test_where_it_parts_it_still_does(self, text: str, items: list[list[str]]) -> None:
        assert groups(text) == items

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
