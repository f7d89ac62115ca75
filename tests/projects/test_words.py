"""The lexicon is sound and holds no name; the words of a text leave no gap."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import city
from projects import words
from projects.feature import CATEGORIES, KINDS, STATUSES
from tests.projects.scoring import rows

# Classes of zones and offices that many cities have, called in annotated plans by the bare noun too.
CLASSES = {"经济开发区", "中央商务区", "综合保税区", "社会治理服务中心"}
HOME = Path(__file__).parents[2]
LEXICON = HOME / "data" / "lexicon"
GOLD = HOME.parent / "shared" / "gold"


def tagged(text: str, names: tuple[str, ...] = ()) -> list[str]:
    return [f"{t.word}/{t.tag}" for t in words.tokens(text, names)]


@given(st.lists(st.sampled_from(["松鹤", "水库", "改造", "提升", "工程", "二期", "建设", "项目", "扩"])).map("".join))
def test_works_are_what_ends_a_name_word_by_word(name: str) -> None:
    known = (re.escape(row["word"]) for row in words.rows("works"))
    pattern = re.compile(f"(?:{'|'.join(known)})+$")
    assert words.before_works(name) == pattern.sub("", name)
    assert words.tells_works(name) == bool(pattern.search(name))


def test_the_end_of_a_long_name_is_read_once() -> None:
    assert words.before_works("松鹤" + "改造提升" * 50_000) == "松鹤"


class TestLexicon:
    @pytest.mark.parametrize("path", sorted(LEXICON.glob("*.csv")), ids=lambda p: p.stem)
    def test_no_row_is_empty_or_comes_twice(self, path: Path) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(file))
        assert table
        column = next(iter(table[0]))
        keys = [(row[column], row.get("position", "")) for row in table]
        if path.stem == "words":
            keys = [(row["word"], row["class"]) for row in table]
        assert len(set(keys)) == len(keys), {k for k in keys if keys.count(k) > 1}
        assert all(None not in row and None not in row.values() for row in table)
        assert path.stem in ("weights", "votes", "states", "met") or all(row["source"].strip() for row in table)

    def test_heads_say_what_a_record_may_hold(self) -> None:
        for head in words.heads().values():
            assert head.kind in KINDS, head
            assert head.category in CATEGORIES, head
            assert 1 <= head.weight <= 4, head
            assert head.word == head.word.strip(), head

    def test_topics_and_states_are_those_of_the_records(self) -> None:
        assert {row["category"] for row in words.rows("topics")} <= set(CATEGORIES)
        assert {row["status"] for row in words.rows("status")} <= set(STATUSES)
        assert {row["position"] for row in words.rows("status")} == {"before", "after", "label", "around"}

    def test_each_wider_region_serves_and_names_regions_that_there_are(self) -> None:
        known = {name for code, name in city.regions().items() if code.endswith("00")}
        for row in words.rows("wider"):
            assert row["stranger"] == "yes" or (not row["stranger"] and row["towards"] and not row["provinces"]), row
            assert set(filter(None, row["provinces"].split("|"))) <= {city.short_name(name) for name in known}, row
            assert row["towards"] in known | {""}, row

    def test_every_class_is_one_the_reader_knows(self) -> None:
        known = {
            "verb",
            "soft",
            "both",
            "builder",
            "determiner",
            "measure",
            "localizer",
            "plain",
            "collective",
            "degree",
            "loose",
            "anyhow",
            "title",
        }
        assert {row["class"] for row in words.rows("words")} == known
        assert words.classed("verb")
        assert words.classed("no such class") == frozenset()

    @pytest.mark.parametrize(
        "name",
        [
            *("heads", "words", "generic", "topics", "wider", "status"),
        ],
    )
    def test_no_word_is_a_name_of_an_annotated_plan(self, name: str) -> None:
        annotated = rows(sorted(GOLD.glob("*.jsonl"))) or pytest.skip(f"no gold at {GOLD}")
        named = {n for row in annotated for n in (row["name"], *row["aliases"])}
        # A bare head noun of up to four characters may stand for a thing in an annotation (起步区, 规划展览馆).
        known = {next(iter(row.values())) for row in words.rows(name)}
        assert {n for n in known & named if len(n) > 4} <= CLASSES

    @pytest.mark.parametrize("name", ["heads", "words", "generic", "topics", "status"])
    def test_no_word_holds_a_place_of_the_first_city(self, name: str) -> None:
        region = city.load("370100")
        places = {d.short for d in region.districts if len(d.short) >= 2} | {region.short}
        # 高新, 起步区, 南山, 市中 and 平阴's like are common words or heads as well.
        places -= {"高新", "起步区", "南山", "市中", "天桥", "商河"}
        known = {next(iter(row.values())) for row in words.rows(name)}
        assert {w for w in known if any(p in w for p in places)} == set()

    def test_no_sign_of_the_judge_is_a_name(self) -> None:
        annotated = rows(sorted(GOLD.glob("*.jsonl"))) or pytest.skip(f"no gold at {GOLD}")
        plain = words.generic() | set(words.heads()) | {row["word"] for row in words.rows("words")}
        modifiers = set()
        for row in annotated:
            head = words.head_at(row["name"], len(row["name"]))
            modifier = row["name"][: -len(head.word)] if head else row["name"]
            if len(modifier) >= 2 and modifier not in plain:
                modifiers.add(modifier)
        for row in words.rows("weights"):
            said = re.findall(r"=([一-鿿]+)", row["sign"])
            assert not modifiers & set(said), row
            assert all(len(word) == 1 or word in plain for word in said), row


class TestHeads:
    def test_the_longest_head_noun_counts(self) -> None:
        head = words.head_at("棠溪湿地公园", 6)
        assert head is not None
        assert head.word == "湿地公园"

    def test_a_head_noun_lies_behind_the_start(self) -> None:
        head = words.head_at("棠溪湿地公园", 6, 4)
        assert head is not None
        assert head.word == "公园"
        assert words.head_at("棠溪湿地公园", 6, 6) is None

    def test_no_head_noun(self) -> None:
        assert words.head_at("快快", 2) is None

    def test_regions_are_known_with_and_without_suffix(self) -> None:
        assert {"济南", "济南市", "历下", "历下区"} <= words.region_names()


class TestTokens:
    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("改造经十一路和纬二路", "经十一路"),
            ("推进G104改线", "G104"),
            ("改建国道104线", "国道104线"),
            ("延伸7号线", "7号线"),
            ("建设云岫馆二期", "二期"),
            ("做大做强云岫", "做大"),
            ("湿地公园", "湿地公园"),
        ],
    )
    def test_a_name_by_number_is_one_word(self, text: str, word: str) -> None:
        assert word in [t.word for t in words.tokens(text)]

    def test_regions_and_head_nouns_are_words_of_their_own(self) -> None:
        assert [(t.word, t.tag) for t in words.tokens("遵义、定边")][::2] == [("遵义", "ns"), ("定边", "ns")]
        assert [t.word for t in words.tokens("挡潮闸工程建设")][-2:] == ["工程", "建设"]

    def test_names_of_districts_stay_whole(self) -> None:
        assert "市中/ns" in tagged("建设市中区", ("市中",))
        assert "市中/ns" not in tagged("建设城市中心", ("市中",))

    @pytest.mark.parametrize(("text", "particle"), [("松鹤和棠泷等", "等"), ("与松鹤", "与"), ("松鹤云岫的", "的")])
    def test_particles_are_cut_from_guessed_words(self, text: str, particle: str) -> None:
        assert particle in [t.word for t in words.tokens(text)]

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("以松福路为轴线", ["松福路", "为"]),
            ("从松鹤站经云岫路至云峪镇", ["松鹤站", "经", "云岫路", "至"]),
            ("沿松鹤河", ["沿", "松鹤河"]),
            ("济南经十东路", ["经十", "东路"]),
            ("沿江大道", ["沿江", "大道"]),
        ],
    )
    def test_what_leads_to_a_line_or_follows_it_is_cut_from_its_name(self, text: str, expected: list[str]) -> None:
        found = [t.word for t in words.tokens(text)]
        at = found.index(expected[0])
        assert found[at : at + len(expected)] == expected

    @given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(
        ["湫水", "河", "、", "和", "等", "G104", "12", "号线", "市中", "“", "A座", " ", "，", "\U0002a700", "的"]
    )).map("".join)))  # fmt: skip
    @settings(deadline=None)
    def test_words_leave_no_gap(self, text: str) -> None:
        tokens = words.tokens(text, ("市中", "历下"))
        assert "".join(t.word for t in tokens) == text
        at = 0
        for token in tokens:
            assert (token.start, token.end) == (at, at + len(token.word))
            assert text[token.start : token.end] == token.word
            at = token.end


@given(
    st.text(
        alphabet="甲松鹤国省县乡道经纬二十七路街G104SXYR2号线期段至做大强南北东至连接是年产5万吨化工济市中", max_size=30
    )
)
@settings(deadline=None)
def test_what_stays_whole_begins_as_it_is_looked_for(text: str) -> None:
    begins, kept = words._kept(("市中", "甲"))
    assert all(begins.match(text, match.start()) for match in kept.finditer(text))
