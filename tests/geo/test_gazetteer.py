import csv
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import settings
from errors import DataError
from geo import gazetteer
from geo.gazetteer import Gazetteer
from projects.feature import normal
from tests.geo.world import ADCODE, row


@pytest.fixture(scope="module")
def places():
    return Gazetteer(
        [
            row("山东省立医院", 116.978, 36.657, aliases="省立医院|省立医院中心院区"),
            row("齐鲁儿童医院", 116.958, 36.648),
            row("济南市第三人民医院", 117.07, 36.70),
            row("山东第一医科大学附属第三医院", 117.01, 36.68),
            row("绿地中心（北区）", 117.1, 36.67, kind="mall"),
            row("北辛庄中心小学校区", 117.0, 36.6, kind="school"),
            row("第一中学", 116.75, 36.55, districts="长清"),
            row("第一中学", 117.66, 36.2, districts="莱芜"),
        ],
        ADCODE,
    )


@pytest.mark.parametrize(
    ("name", "found", "how"),
    [
        ("山东省立医院", "山东省立医院", "exact"),
        ("“山东省立医院”", "山东省立医院", "exact"),
        ("省立医院", "山东省立医院", "alias"),
        ("山东省济南市第三人民医院", "济南市第三人民医院", "normalised"),
        ("济南三院", None, None),
        ("绿地中心", "绿地中心（北区）", "branch"),
        ("绿地中心（北区）", "绿地中心（北区）", "exact"),
        ("山东第一医科大附属第三医院", "山东第一医科大学附属第三医院", "fuzzy"),
    ],
)
def test_lookup_goes_from_sure_to_similar(places, name, found, how):
    matches = places.find(name)
    assert (matches[0].place.name, matches[0].how) == (found, how) if found else not matches


def test_names_that_differ_in_a_number_or_direction_are_not_similar(places):
    assert not places.similar("山东第一医科大学附属第二医院")
    assert not places.similar("南辛庄中心小学校区")
    assert places.similar("北辛庄中心小校区")


def test_short_names_are_never_found_by_similarity(places):
    assert not places.similar("省立医")


def test_homonyms_all_come_back(places):
    assert {m.place.districts for m in places.find("第一中学")} == {("长清",), ("莱芜",)}


def test_places_inside_a_longer_name_come_longest_first(places):
    pieces = places.inside("山东省立医院病房综合楼")
    assert [(start, end, matches[0].place.name) for start, end, matches in pieces] == [(0, 6, "山东省立医院")]


@given(
    st.lists(st.sampled_from([*"山东省立医院济南市一中第(北区)心", "齐鲁儿童医院", "第三人民", "绿地中"])).map("".join)
)
def test_places_inside_a_name_are_those_that_all_its_pieces_are(places, name):
    folded = normal(name)
    wanted = []
    for length in range(len(folded) - 1, 1, -1):
        for start in range(len(folded) - length + 1):
            end, piece = start + length, folded[start : start + length]
            found = places.exact(piece)
            if not found and length >= 4:
                found = next(
                    (ms for ms in places.levels(piece, fuzzy=False) if ms[0].how in ("normalised", "branch")), []
                )
            if found and not any(a <= start and end <= b for a, b, _ in wanted):
                wanted.append((start, end, found[0].place))
    assert [(a, b, matches[0].place) for a, b, matches in places.inside(name)] == wanted


def test_a_file_without_a_column_names_it(tmp_path):
    path = tmp_path / "places.csv"
    path.write_text("name,lon\na,1\n", encoding="utf-8")
    with pytest.raises(DataError, match="radius_m"):
        gazetteer.read(path)


def test_columns_may_come_in_any_order(tmp_path):
    path = tmp_path / "places.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, gazetteer.COLUMNS[::-1])
        writer.writeheader()
        writer.writerow(dict(zip(gazetteer.COLUMNS, row("某公园", 117, 36.6, kind="park"), strict=True)))
    assert next(iter(Gazetteer(gazetteer.read(path), ADCODE).places())).kind == "park"


def test_a_city_without_gazetteer_has_an_empty_one(tmp_path):
    assert gazetteer.read(tmp_path / "places.csv") == []


def test_faulty_rows_of_the_city_are_named_and_the_rest_goes_on(tmp_path, monkeypatch):
    folder = tmp_path / "cities" / ADCODE
    folder.mkdir(parents=True)
    good = row("山东省立医院", 116.978, 36.657)
    faulty = [
        ["", *good[1:]],
        [*good[:4], "东经", *good[5:]],
        [*good[:5], "nan", *good[6:]],
        [*good[:8], "", *good[9:]],
        good[:3],
    ]
    with (folder / "places.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([gazetteer.COLUMNS, faulty[0], good, *faulty[1:]])
    own = replace(settings.load(), data=tmp_path)
    monkeypatch.setattr(settings, "load", lambda: own)
    found = Gazetteer.load(ADCODE)
    assert [place.name for place in found.places()] == ["山东省立医院"]
    assert [(issue.where, issue.message) for issue in found.issues] == [
        ("places.csv:2", "geo.row_without_name"),
        ("places.csv:4", "geo.row_without_position"),
        ("places.csv:5", "geo.row_without_position"),
        ("places.csv:6", "geo.row_without_source"),
        ("places.csv:7", "geo.row_without_name"),
    ]
