"""A map sheet is proved by program: nothing overlaps, nothing is cut, legend and scale bar tell the truth."""

import datetime
import itertools
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import numpy as np
import pylopdf_fonts_zh_cn as fonts
import pyproj
import pytest
import shapely
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, Bbox
from PIL import Image
from pypdf import PdfReader

import city
from errors import CallError
from layers import schema, sheet
from tests.layers.sheet_sample import CENTRES, PLANS, frame, little_room, record, sample

JINAN = city.load("370100")
DAY = datetime.date(2026, 1, 15)
LOOKS = {
    "zh": {"lang": "zh"},
    "en": {"lang": "en", "size": "16:9"},
    "portrait": {"lang": "zh", "orientation": "portrait"},
    "grey": {"lang": "zh", "grey": True, "graticule": True},
    "small": {"lang": "en", "size": "150x120"},
    "A3": {"lang": "zh", "size": "A3"},
}


def make(features=None, *, focus=(), title="", subtitle="", plans=PLANS, **look):
    return sheet.compose(
        sample(40, unplaced=3) if features is None else features,
        city=JINAN,
        plans=plans,
        focus=focus,
        title=title,
        subtitle=subtitle,
        look=sheet.Look(**{"lang": "zh", "date": DAY, **look}),
    )


def boxes(page, *roles):
    """Return (role, text, box of the ink in millimetres) of the words of a page."""
    found = []
    for words in page.words:
        if roles and words.role not in roles:
            continue
        inks = []
        for x, y, line in words.lines():
            if not line.strip():
                continue
            size = words.points * 25.4 / 72
            path = TextPath((0, 0), line.replace("$", r"\$"), size=size, prop=FontProperties(fname=fonts.sans_path()))
            turned = path.transformed(Affine2D().rotate_deg(words.rotation).translate(x, y))
            inks.append(turned.get_extents())
        if inks:
            ink = Bbox.union(inks)
            found.append((words.role, words.text, (ink.x0, ink.y0, ink.x1, ink.y1)))
    return found


def words(page, *roles):
    return [words.text for words in page.words if words.role in roles]


def overlap(one, other):
    return min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])


@pytest.mark.parametrize("features", [(12, 0), (55, 0), (30, 20), (160, 9)], ids=["few", "names", "stack", "numbers"])
@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_no_label_overlaps_another_and_none_is_cut(features, look):
    made = make(sample(features[0], stacked=features[1]), **look)
    drawn = boxes(made.pages[0], "label", "district", "badge")
    assert any(role == "label" for role, _, _ in drawn)
    for (_, a, one), (_, b, other) in itertools.combinations(drawn, 2):
        across, down = overlap(one, other)
        assert min(across, down) < 0.15, (a, b)
    for _, text, box in boxes(made.pages[0], "label"):
        assert inside_a_map(made, box), text


def inside_a_map(made, box):
    maps = [axes.get_position() for axes in made.pages[0].figure.axes[1:]]
    width, height = made.pages[0].width, made.pages[0].height
    return any(
        p.x0 * width <= box[0] and box[2] <= p.x1 * width and p.y0 * height <= box[1] and box[3] <= p.y1 * height
        for p in maps
    )


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_everything_lies_on_the_paper(look):
    made = make(sample(130, unplaced=5, stacked=12), title="示" * 200, subtitle="副" * 150, maker="示范院" * 20,
                approval="鲁SG(2026)001号" * 4, **look)  # fmt: skip
    for page in made.pages:
        for role, text, (x0, y0, x1, y1) in boxes(page):
            assert x0 > 2, (role, text)
            assert y0 > 2, (role, text)
            assert x1 < page.width - 2, (role, text)
            assert y1 < page.height - 2, (role, text)


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_words_around_the_map_do_not_run_into_each_other(look):
    made = make(sample(45, unplaced=5, stacked=12), focus=["长清"], **look)
    around = boxes(made.pages[0], "title", "subtitle", "heading", "legend", "legend-count", "scale", "north", "note",
                   "schematic", "approval", "key", "key-number", "key-square")  # fmt: skip
    for (r, a, one), (s, b, other) in itertools.combinations(around, 2):
        across, down = overlap(one, other)
        # The box of a line of type is higher than its ink: neighbouring lines may share a little of it.
        assert across <= 0.1 or down <= 1.2, (r, a, s, b)


def test_the_legend_counts_only_what_is_on_the_sheet():
    features = sample(80, unplaced=7)
    made = make(features, focus=["历下"])
    window = shapely.box(*made.view.extent)
    placed = features[features.geometry.notna()].to_crs(made.epsg)
    on_it = placed[placed.intersects(window)]
    assert made.drawn == len(on_it) < len(placed)
    assert made.counts == dict(Counter(on_it["category"]))
    assert made.outside == len(placed) - len(on_it)
    labels = [schema.value_label("category", c, "zh") for c in made.counts]
    assert words(made.pages[0], "legend")[: len(labels)] == labels
    counts = words(made.pages[0], "legend-count")
    assert counts[: len(labels)] == [str(n) for n in made.counts.values()]
    assert sum(map(int, counts[len(labels) :])) == made.drawn


def test_the_note_names_plans_with_features_counts_the_unplaced_and_dates_the_data():
    features = sample(20, unplaced=4)
    note = "".join(words(make(features).pages[0], "note"))
    assert PLANS[0].title in note
    assert PLANS[1].title not in note
    assert "4 项未上图" in note
    assert "2021-03-05" in note
    assert DAY.isoformat() in note
    assert "EPSG:4548" in note
    assert "天地图" in note


def test_the_sheet_says_schematic_and_leaves_room_for_the_approval_number():
    page = make().pages[0]
    assert words(page, "schematic") == ["示意图"]
    assert words(page, "approval")[0].startswith("审图号：__")
    assert words(make(approval="鲁SG(2026)018号").pages[0], "approval") == ["审图号：鲁SG(2026)018号"]


@pytest.mark.parametrize("focus", [(), ("历下",), ("商河",)])
def test_the_scale_bar_is_true_within_half_a_percent(focus):
    made = make(focus=focus)
    assert made.bar_m in {s * 10**p for s in (1, 2, 5) for p in range(1, 6)}
    west, south, east, north = made.view.extent
    half = made.bar_mm * made.view.scale / 2
    x, y = (west + east) / 2, (south + north) / 2
    back = pyproj.Transformer.from_crs(made.epsg, 4490, always_xy=True)
    (lon1, lon2), (lat1, lat2) = back.transform([x - half, x + half], [y, y])
    _, _, metres = pyproj.Geod(ellps="GRS80").inv(lon1, lat1, lon2, lat2)
    assert metres == pytest.approx(made.bar_m, rel=0.005)
    drawn = [p for p in made.pages[0].axes.patches if p.get_gid() == "scale-bar"]
    assert sum(p.get_width() for p in drawn) == pytest.approx(made.bar_mm, rel=1e-6)


def test_the_arrow_points_to_true_north():
    made = make(focus=["莱芜"])
    west, south, east, north = made.view.extent
    there = pyproj.Transformer.from_crs(made.epsg, 4490, always_xy=True)
    lon, lat = there.transform((west + east) / 2, (south + north) / 2)
    x, y = there.transform([lon, lon], [lat, lat + 0.01], direction="INVERSE")
    expected = np.degrees(np.arctan2(x[1] - x[0], y[1] - y[0]))
    corners = [p.get_xy() for p in made.pages[0].axes.patches if p.get_gid() == "north-arrow"]
    tip, foot = corners[0][0], (corners[0][1] + corners[1][1]) / 2
    drawn = np.degrees(np.arctan2(tip[0] - foot[0], tip[1] - foot[1]))
    assert abs(expected) > 0.2
    assert drawn == pytest.approx(expected, abs=0.02)


def test_the_map_is_drawn_in_metres_at_one_scale_in_both_directions():
    made = make()
    axes = made.pages[0].figure.axes[1]
    place = axes.get_position()
    west, south, east, north = made.view.extent
    across = (east - west) / (place.width * made.pages[0].width)
    down = (north - south) / (place.height * made.pages[0].height)
    assert across == pytest.approx(down, rel=1e-6)
    assert made.epsg == 4548


def test_more_than_sixty_features_become_numbers_with_a_keyed_list_in_table_order():
    features = sample(75, unplaced=2)
    made = make(features)
    assert made.labels == "numbers"
    keys = [t for page in made.pages for t in words(page, "key")]
    placed = features[features.geometry.notna()]
    assert "".join(keys) == "".join(placed["name"])
    numbers = [t for page in made.pages for t in words(page, "key-number")]
    assert numbers == [str(i + 1) for i in range(made.drawn)]
    squares = [t for page in made.pages for t in words(page, "key-square")]
    assert all(re.fullmatch(r"[A-Z]\d", s) for s in squares)


def test_numbers_on_the_map_are_those_of_the_list():
    made = make(sample(200))
    shown = set()
    for text in words(made.pages[0], "label"):
        for part in text.split(","):
            low, _, high = part.partition("–")
            shown |= set(range(int(low), int(high or low) + 1))
    assert shown <= set(range(1, made.drawn + 1))
    assert len(shown) >= 0.9 * made.drawn


def test_a_stack_too_high_to_draw_becomes_a_circle_with_its_count_and_a_list():
    made = make(sample(10, stacked=9))
    assert made.labels == "names"
    assert words(made.pages[0], "badge") == ["9"]
    keys = words(made.pages[0], "key")
    assert keys[0] == "长清（仅定位到区县）"
    assert len(keys) == 10


def test_twenty_thousand_features_give_a_sheet_without_labels():
    made = make(sample(20_000))
    assert (made.labels, made.drawn, len(made.pages)) == ("none", 20_000, 1)
    assert "不逐项编号" in "".join(words(made.pages[0], "note"))


def test_a_title_of_two_hundred_characters_is_whole():
    title = "".join(chr(0x4E00 + i) for i in range(200))
    page = make(title=title).pages[0]
    assert "".join(words(page, "title")) == sheet.clean(title)


def test_dollars_and_control_characters_and_rare_characters_do_no_harm(tmp_path):
    features = frame([(record(1, name="$x^2$\x00大厦\U0002cf8d<b>&", source="<i>"), shapely.Point(117.0, 36.6))])
    made = make(features, title="$\\frac{1}{2}$\n甲")
    assert words(made.pages[0], "label") == ["$x^2$大厦〓<b>&"]
    assert words(made.pages[0], "title") == ["$\\frac{1}{2}$ 甲"]
    (path,) = sheet.write(made.pages, tmp_path / "x.svg", title="<&>")
    ElementTree.parse(path)  # noqa: S314


def test_nothing_selected_is_a_clear_error():
    with pytest.raises(CallError, match="无图可出"):
        make(sample(5).iloc[:0])
    with pytest.raises(CallError, match="3 项"):
        make(sample(0, unplaced=3))
    shanghe = frame([(record(1), shapely.Point(CENTRES["莱芜"]))])
    with pytest.raises(CallError, match="商河"):
        make(shanghe, focus=["商河"])


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"size": "A9"}, "A4"), ({"size": "50x50"}, "100"), ({"size": "0x0"}, "100"),
        ({"orientation": "up"}, "portrait"),
        ({"labels": "big"}, "numbers"), ({"lang": "fr"}, "zh"), ({"dpi": 10}, "50"), ({"focus": ["海淀"]}, "历下"),
    ],
)  # fmt: skip
def test_a_wrong_option_names_the_right_ones(given, told):
    with pytest.raises(CallError, match=told):
        make(**given)


def test_a_wrong_ending_and_an_unwritable_path_are_clear_errors(tmp_path):
    with pytest.raises(CallError, match=r"\.svg"):
        sheet.draw(sample(3), tmp_path / "map.bmp", city=JINAN)
    with pytest.raises(CallError, match=r"无法写入|Cannot write"):
        sheet.draw(sample(3), tmp_path / "missing" / "map.png", city=JINAN, lang="zh", dpi=60)


@pytest.mark.parametrize("ending", sheet.FORMATS)
def test_the_same_features_give_the_same_bytes(tmp_path, ending):
    one, two = tmp_path / f"one.{ending}", tmp_path / f"two.{ending}"
    for path in (one, two):
        sheet.draw(sample(20), path, city=JINAN, lang="zh", date=DAY, title="同", dpi=80)
    assert one.read_bytes() == two.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == [one.name, two.name]


@pytest.mark.parametrize("ending", sheet.FORMATS)
def test_a_disk_that_fills_up_leaves_the_old_file(tmp_path, ending):
    path = tmp_path / f"map.{ending}"
    path.write_bytes(b"old")
    made = make(sample(5))
    with little_room(4000), pytest.raises(CallError, match=r"map\."):
        sheet.write(made.pages, path)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_a_png_has_the_pixels_of_its_paper_and_further_pages_their_number(tmp_path):
    made = sheet.draw(sample(200), tmp_path / "map.png", city=JINAN, lang="zh", dpi=100)
    assert [p.name for p in made.paths] == ["map.png", *(f"map-{i}.png" for i in range(2, len(made.pages) + 1))]
    with Image.open(made.paths[0]) as image:
        assert image.size == pytest.approx((1169, 827), abs=1)
        assert image.info["dpi"][0] == pytest.approx(100, abs=0.1)


def test_a_pdf_keeps_its_text_and_its_pages(tmp_path):
    made = sheet.draw(sample(200), tmp_path / "map.pdf", city=JINAN, lang="zh", title="可检索的标题")
    with PdfReader(made.paths[0]) as book:
        assert len(book.pages) == len(made.pages)
        assert float(book.pages[0].mediabox.width) == pytest.approx(841.9, abs=0.3)
        assert "示范项目7号" in book.pages[1].extract_text()
        assert book.metadata.title == "可检索的标题"


def test_an_svg_carries_outlines_and_no_font(tmp_path):
    (path,) = sheet.draw(sample(8), tmp_path / "map.svg", city=JINAN, lang="zh").paths
    text = path.read_text(encoding="utf-8")
    assert "<text" not in text
    assert "font-family" not in text


def test_grey_sheets_have_no_colour_and_the_others_have(tmp_path):
    for grey in (True, False):
        path = tmp_path / f"{grey}.png"
        sheet.draw(sample(30), path, city=JINAN, lang="zh", focus=["历下"], grey=grey, dpi=80)
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB")).astype(int)
        colourful = (pixels.max(axis=2) - pixels.min(axis=2) > 40).mean()
        assert bool(colourful < 0.0005) is grey


def test_every_category_has_a_symbol_and_hatch_of_its_own_without_colour():
    from layers import style

    looks = style.categories().values()
    assert len({look.marker for look in looks}) == len(looks)
    assert len({look.hatch for look in looks}) == len(looks)


def test_the_inset_marks_the_district_and_is_left_out_for_the_whole_city():
    part = make(focus=["长清"]).pages[0]
    whole = make(sample(60)).pages[0]
    assert [p for p in part.axes.patches if p.get_gid() == "inset-extent"]
    assert not [p for p in whole.axes.patches if p.get_gid() == "inset-extent"]


def test_another_city_is_drawn_in_its_own_zone():
    beijing = city.load("110000")
    features = frame([(record(1, districts=["海淀"]), shapely.Point(116.3, 39.96))])
    made = sheet.compose(features, city=beijing, look=sheet.Look(lang="zh"))
    assert made.epsg == 4547 or made.epsg == 4548
    assert "北京市" in words(made.pages[0], "title")[0]


def test_a_graticule_beside_a_grid_keeps_the_letters_that_the_list_names():
    page = make(sample(90), graticule=True).pages[0]
    letters = set(words(page, "grid"))
    assert {s[0] for s in words(page, "key-square")} <= letters
    assert any("°" in t for t in words(page, "graticule"))


KEPT = Path(__file__).with_name("kept_sheet.png")


def test_the_sheet_looks_like_the_kept_picture(tmp_path):
    path = tmp_path / "sheet.png"
    features = sample(24, unplaced=2, stacked=8)
    look = {"lang": "zh", "date": DAY, "dpi": 60, "size": "A5", "graticule": True, "title": "示范图"}
    sheet.draw(features, path, city=JINAN, plans=PLANS, **look)
    with Image.open(path) as new, Image.open(KEPT) as old:
        assert new.size == old.size
        # Means of squares: another build of FreeType moves edges of letters, another layout whole words.
        squares = [np.asarray(image.convert("L").reduce(6)).astype(int) for image in (new, old)]
    difference = np.abs(squares[0] - squares[1]).max()
    assert difference < 45, f"when the new look is right, replace {KEPT.name} by {path}"
