"""Sizes of paper, and type measured and broken into lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import CallError
from layers.sheets import labels, paper, typeface

LINE = st.text(st.sampled_from("济南（2021）规划，ABC def《纲要》。12 七"), max_size=60).map(typeface.clean)


@pytest.mark.parametrize(
    ("size", "orientation", "wide", "expected"),
    [
        ("A4", "landscape", True, (297, 210)), ("a4", "auto", False, (210, 297)),
        ("16:9", "auto", False, (338.67, 190.5)),
        ("16:9", "portrait", True, (190.5, 338.67)), ("200x150", "auto", False, (200, 150)),
        ((150, 200), "landscape", True, (200, 150)), ("210×297", "auto", True, (210, 297)),
    ],
)  # fmt: skip
def test_sizes(size, orientation, wide, expected):
    assert paper.size_mm(size, orientation, wide=wide) == pytest.approx(expected)


@pytest.mark.parametrize("size", ["", "A", "1x", "-5x100", (1, 2), "99999x200", ("a", "b")])
def test_no_such_size(size):
    with pytest.raises(CallError):
        paper.size_mm(size)


@given(LINE, st.floats(8, 60))
def test_wrapping_loses_nothing_and_keeps_the_width(text, width):
    lines = typeface.wrap(text, 8, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(typeface.text_width(line, 8) <= width + 2 * typeface.text_width("国", 8) for line in lines)


def test_lines_neither_begin_with_closing_nor_end_with_opening_marks():
    for width in range(12, 60):
        lines = typeface.wrap("《甲乙丙丁》（戊己，2021），庚辛壬癸《子丑》（寅）", 7, width)
        assert not any(line[0] in "》），" for line in lines[1:]), lines
        assert not any(line[-1] in "《（" for line in lines), lines


def test_words_stay_whole():
    assert typeface.wrap("Planned Places of Jinan", 10, 27) == ["Planned Places", "of Jinan"]


def test_what_does_not_fit_ends_in_an_ellipsis():
    points, lines = typeface.fit("国" * 200, 100, (12, 8), 2)
    assert (points, len(lines)) == (8, 2)
    assert lines[1].endswith("…")
    assert typeface.text_width(lines[1], 8) <= 100


def test_missing_glyphs_are_marked():
    assert typeface.clean("㙟\U000f0000\u200b\tA\ud800") in ("㙟〓 A", "〓〓 A")


@given(LINE, st.floats(10, 50))
def test_folding_a_name_loses_nothing(text, width):
    assert labels.folded(text, 6, width).replace("\n", "").replace(" ", "") == text.replace(" ", "")
