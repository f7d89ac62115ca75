import csv

import pytest

from geo import selection
from projects.feature import CATEGORIES


@pytest.mark.parametrize(
    ("name", "fclass"),
    [("5号楼", "building"), ("中心广场", "park"), ("幼儿园", "kindergarten"), ("A座", "building"), ("操场", "pitch"),
     ("第二食堂", "building"), ("中国银行", "bank"), ("超意兴(某店)", "fast_food"), ("Soho", "mall"),
     ("12#", "building"),      ("经二路191号", "residential"), ("银座商城分店", "mall")],
)  # fmt: skip
def test_what_names_nothing_is_left_out(name, fclass):
    assert not selection.is_toponym(name, fclass)


@pytest.mark.parametrize(
    ("name", "fclass"),
    [("山东大学齐鲁医院", "hospital"), ("匡山公园", "park"), ("领秀城", "residential"), ("汉峪金谷", "commercial"),
     ("麦德龙(槐荫商场店)", "mall"), ("国际金融中心", "building"), ("济南第一中学", "school")],
)  # fmt: skip
def test_real_names_stay(name, fclass):
    assert selection.is_toponym(name, fclass)


def test_tables_are_sound():
    for name in ("classes", "generic", "keep", "tails", "joins", "bands"):
        rows = selection.table(name)
        assert rows
        first = next(iter(rows[0]))
        assert len({r[first] for r in rows}) == len(rows), f"{name} says something twice"
        assert all(r["source"] for r in rows)
    for place_class in selection.classes().values():
        assert place_class.radius_m > 0
        assert place_class.categories <= set(CATEGORIES)
    assert {r["meaning"] for r in selection.table("tails")} == {"same", "inside", "around", "away"}


def test_tables_have_no_stray_columns():
    for path in selection.FOLDER.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            assert len({len(row) for row in csv.reader(file)}) == 1, path.name
