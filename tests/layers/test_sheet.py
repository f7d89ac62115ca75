"""A map sheet is proved by program: nothing overlaps, nothing is cut, legend and scale bar tell the truth."""

import datetime
import io
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
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, Bbox
from PIL import Image
from pypdf import PdfReader

import city
from errors import CallError
from layers import build, schema, sheet
from layers.sheets import typeface
from tests.layers.sheet_sample import CENTRES, PLANS, Plan, frame, little_room, record, sample

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


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_no_word_of_the_legend_is_cut(look):
    made = make(sample(2000), **{"orientation": "portrait", "size": "A5", **look, "lang": "en"})
    labels = [schema.value_label("category", c, "en") for c in made.counts]
    assert words(made.pages[0], "legend")[: len(labels)] == labels


@pytest.mark.parametrize(
    ("count", "lang", "end"),
    [
        (4, "zh", "《规划4》（2024）。"), (5, "zh", "《规划5》（2024）。"), (6, "zh", "《规划4》（2024）等 6 部。"),
        (5, "en", "; 规划5 (2024)."), (6, "en", "; 规划4 (2024) and others, 6 plans in all."),
    ],
)  # fmt: skip
def test_sources_are_named_or_said_to_be_more_never_one_more(count, lang, end):
    plans = [Plan(f"p{k}", f"规划{k}", "", "2024") for k in range(1, count + 1)]
    features = frame([(record(k, doc=p.id, mentions=[]), shapely.Point(117.0, 36.6)) for k, p in enumerate(plans)])
    note = words(make(features, plans=plans, lang=lang).pages[0], "note")
    assert "".join("".join(note).split()).find("".join(end.split())) > 0


def test_the_plans_with_most_features_are_named_first():
    plans = [Plan(f"p{k}", f"规划{k}", "", "2024") for k in range(1, 8)]
    whose = [*plans, plans[6], plans[6], plans[4]]
    features = frame([(record(k, doc=p.id, mentions=[]), shapely.Point(117.0, 36.6)) for k, p in enumerate(whose)])
    note = "".join("".join(words(make(features, plans=plans).pages[0], "note")).split())
    assert "《规划7》（2024）；《规划5》（2024）；《规划1》（2024）；《规划2》（2024）等7部。" in note


def test_a_source_that_must_be_credited_is_named_however_rare():
    origins = [("editor", "own work"), ("甲", "none"), ("乙", "none"), ("丙", "none"), ("丁", "none")]
    rows = [*origins * 2, ("editor; OpenStreetMap (geopi 0.1.8)", "own work; ODbL"), ("Some/Cities", "CC BY 4.0")]
    point = shapely.Point(117.0, 36.6)
    features = frame([(record(k, source=s, licence=c), point) for k, (s, c) in enumerate(rows)])
    note = "".join("".join(words(make(features).pages[0], "note")).split())
    assert "坐标来源：编者判读、甲、乙、丙、OpenStreetMap(ODbL)、Some/Cities、其他。" in note


@pytest.mark.parametrize(
    ("told", "head"),
    [
        ([["起步区"]] * 9, "起步区（仅定位到区县）"),
        ([["起步区"], *[["济阳", "起步区"]] * 8], "起步区（仅定位到区县）"),
        ([["起步区"], *[["济阳"]] * 8], "起步区、济阳（仅定位到区县）"),
        ([[]] * 9, "济阳（仅定位到区县）"),
    ],
)
def test_a_circle_is_headed_by_the_districts_told(told, head):
    point = shapely.Point(117.17, 36.98)
    rows = [(record(k, districts=d, precision="district", method="district"), point) for k, d in enumerate(told)]
    assert words(make(frame(rows), focus=["济阳"]).pages[0], "key")[0] == head


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


def test_what_a_person_rejected_is_not_on_the_sheet_and_the_note_counts_it():
    features = sample(20, unplaced=4)
    features["review"] = ["rejected" if row % 5 == 0 else "confirmed" for row in range(len(features))]
    standing = features[features["review"] != "rejected"]
    made, without = make(features), make(standing)
    assert made.rejected == len(features) - len(standing) > 0
    assert (made.counts, made.drawn, made.unplaced) == (without.counts, without.drawn, without.unplaced)
    said = f"{made.rejected} 项复核时已否定，不上图"
    assert said in "".join(words(made.pages[0], "note"))
    assert "否定" not in "".join(words(without.pages[0], "note"))
    names = {text for page in made.pages for text in words(page)}
    gone = set(features.loc[features["review"] == "rejected", "name"])
    assert not any(name in text for name in gone for text in names)
    with pytest.raises(CallError, match="都已否定"):
        make(features[features["review"] == "rejected"])


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
    made = make(sample(20_000), labels="numbers")
    assert (made.labels, made.drawn, len(made.pages)) == ("none", 20_000, 1)
    assert "不逐项编号" in "".join(words(made.pages[0], "note"))


def test_a_title_of_two_hundred_characters_is_whole():
    title = "".join(chr(0x4E00 + i) for i in range(200))
    page = make(title=title).pages[0]
    assert "".join(words(page, "title")) == typeface.clean(title)


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
        assert "可检索的标题" in book.pages[0].extract_text()
        fonts_of = [f.get_object() for page in book.pages for f in page["/Resources"]["/Font"].values()]
        assert fonts_of
        # Type 3: each glyph is a drawing in the file itself, no font is looked for.
        assert all(f["/Subtype"] == "/Type3" and f["/CharProcs"] for f in fonts_of)


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


def test_a_window_is_shown_whole_whatever_the_features_span():
    window = (116.9, 36.6, 117.1, 36.7)
    made = sheet.compose(sample(60), city=JINAN, window=window, look=sheet.Look(lang="zh"))
    there = pyproj.Transformer.from_crs(4326, made.epsg, always_xy=True)
    west, south, east, north = there.transform_bounds(*window)
    assert made.view.extent[0] <= west
    assert made.view.extent[1] <= south
    assert made.view.extent[2] >= east
    assert made.view.extent[3] >= north
    across = made.view.extent[2] - made.view.extent[0], made.view.extent[3] - made.view.extent[1]
    assert min(across[0] / (east - west), across[1] / (north - south)) < 1.1
    with pytest.raises(CallError, match="117"):
        sheet.compose(sample(6), city=JINAN, window=(117.1, 36.6, 116.9, 36.7))


def test_a_preview_is_the_first_page_made_small():
    look = {"lang": "zh", "date": DAY, "title": "同"}
    seen = sheet.preview(sample(200), city=JINAN, plans=PLANS, pixels=800, **look)
    whole = make(sample(200), title="同")
    with Image.open(io.BytesIO(seen.png)) as image:
        assert image.width == pytest.approx(800, rel=0.02)
        assert image.width / image.height == pytest.approx(297 / 210, rel=0.01)
    assert seen.sheet.counts == whole.counts
    assert len(seen.sheet.pages) == len(whole.pages) > 1
    assert [w.text for w in seen.sheet.pages[0].words] == [w.text for w in whole.pages[0].words]


def test_a_title_not_given_names_districts_and_the_one_category():
    assert words(make(focus=["长清"]).pages[0], "title") == ["长清区规划要素分布图"]
    assert words(make(focus=["长清", "商河"], lang="en").pages[0], "title") == [
        "Planned Places of Changqing and Shanghe"
    ]
    one = sample(30)
    page = make(one[one["category"] == "water"]).pages[0]
    assert words(page, "title") == ["济南市规划要素分布图"]
    assert words(page, "subtitle") == [schema.value_label("category", "water", "zh")]


def test_things_on_one_line_share_a_label():
    river = shapely.LineString([(116.7, 36.5), (116.9, 36.6), (117.1, 36.6)])
    features = frame([(record(i, category="water"), river) for i in range(4)])
    assert words(make(features).pages[0], "label") == ["示范项目0号\n示范项目1号\n示范项目2号\n示范项目3号"]
    assert words(make(features, labels="numbers").pages[0], "label") == ["1–4"]
    many = frame([(record(i, category="water"), river) for i in range(30)])
    made = make(many)
    assert words(made.pages[0], "badge") == ["30"]
    assert len(words(made.pages[0], "key")) == 31


def test_a_circle_shows_where_a_thing_may_lie():
    rows = [
        (record(1, precision="part", radius_m=3000.0), shapely.Point(117.0, 36.6)),
        (record(2, precision="district", radius_m=9000.0), shapely.Point(117.05, 36.62)),
        (record(3, precision="exact", radius_m=20.0), shapely.Point(116.95, 36.63)),
    ]
    made = make(frame(rows))
    (circles,) = [c for c in made.pages[0].figure.axes[1].collections if c.get_gid() == "radius"]
    assert circles.get_widths() == pytest.approx([6000.0])
    assert "虚线圆" in "".join(words(made.pages[0], "note"))
    assert "虚线圆" not in "".join(words(make(frame(rows[1:])).pages[0], "note"))


def test_every_precision_has_a_mark_of_its_own():
    from layers import style

    placed = [s for s in style.precisions().values() if s.precision != "unplaced"]
    assert len({s.mark for s in placed}) == len(placed)


def test_lines_without_colour_bear_the_symbol_of_their_category():
    rows = [
        (record(i, category=category), shapely.LineString([(116.6, 36.5 + i / 10), (117.2, 36.5 + i / 10)]))
        for i, category in enumerate(("water", "transport", "ecology"))
    ]

    def beads(grey):
        drawn = make(frame(rows), grey=grey).pages[0].figure.axes[1].collections
        return [c.get_paths()[0].vertices.round(6).tobytes() for c in drawn]

    assert len(set(beads(True))) == 3
    assert not beads(False)


def test_no_glyph_is_missing_in_what_the_product_says_itself():
    layers = build.read(Path("data/layers/370100"))
    said = [*layers.frame["name"], *(p.title for p in layers.plans), *(d.name for d in JINAN.districts)]
    for name in ("sheet", "layers"):
        said += Path(f"data/messages/{name}.csv").read_text(encoding="utf-8").splitlines()
    said += Path("data/values.csv").read_text(encoding="utf-8").splitlines()
    lost = {c for text in said for c in typeface.clean(text)} & {typeface.MISSING}
    assert not lost


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_no_drawing_leaves_the_paper(look):
    page = make(sample(130, unplaced=5, stacked=12), focus=["长清"], **look).pages[0]
    page.figure.set_dpi(100)
    renderer = FigureCanvasAgg(page.figure).get_renderer()
    width, height = page.figure.bbox.size
    for artist in (*page.axes.patches, *page.axes.lines, *page.axes.collections):
        box = artist.get_window_extent(renderer)
        assert box.x0 > 0, artist
        assert box.y0 > 0, artist
        assert box.x1 < width, artist
        assert box.y1 < height, artist


KEPT = {
    "kept_sheet.png": {"graticule": True, "title": "示范图"},
    "kept_sheet_grey.png": {
        "lang": "en",
        "grey": True,
        "orientation": "portrait",
        "labels": "numbers",
        "focus": ["长清"],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_the_sheet_looks_like_the_kept_picture(tmp_path, name):
    path = tmp_path / name
    features = sample(24, unplaced=2, stacked=8)
    look = {"lang": "zh", "date": DAY, "dpi": 60, "size": "A5", **KEPT[name]}
    sheet.draw(features, path, city=JINAN, plans=PLANS, **look)
    with Image.open(path) as new, Image.open(Path(__file__).with_name(name)) as old:
        assert new.size == old.size
        # Means of squares: another build of FreeType moves edges of letters, another layout whole words.
        squares = [np.asarray(image.convert("L").reduce(6)).astype(int) for image in (new, old)]
    difference = np.abs(squares[0] - squares[1]).max()
    assert difference < 45, f"when the new look is right, replace {name} by {path}"
