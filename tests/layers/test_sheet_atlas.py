"""An atlas has a sheet for each part, an index before them, and bookmarks that lead to the right page."""

import numpy as np
import pytest
from pypdf import PdfReader

import city
from errors import CallError
from geo.districts import Districts
from layers import atlas, facets, sheet, view
from layers.sheets import index
from tests.layers.sheet_sample import PLANS, frame, little_room, record, sample

JINAN = city.load("370100")


def flat(outline):
    for item in outline:
        if isinstance(item, list):
            yield from flat(item)
        else:
            yield item


def test_a_bound_atlas_has_a_bookmark_to_each_sheet(tmp_path):
    path = tmp_path / "atlas.pdf"
    seen = []
    made = atlas.bind(
        sample(60, unplaced=3), path, city=JINAN, plans=PLANS, lang="zh", workers=1, title="示范图集",
        progress=lambda done, of: seen.append((done, of)),
    )  # fmt: skip
    assert made.paths == (path,)
    assert [leaf.code for leaf in made.leaves] == ["历下", "市中", "长清", "章丘", "莱芜", "商河"]
    assert seen[-1] == (6, 6)
    with PdfReader(path) as book:
        marks = {item.title: book.get_destination_page_number(item) for item in flat(book.outline)}
        assert list(marks)[:2] == ["示范图集", "图幅索引"]
        page = 1
        for leaf in made.leaves:
            assert marks[f"{leaf.name} ({leaf.drawn})"] == page
            page += leaf.pages
        assert len(book.pages) == page
    assert [p.name for p in tmp_path.iterdir()] == ["atlas.pdf"]


def test_a_folder_gets_a_file_for_each_category_and_an_index(tmp_path):
    folder = tmp_path / "sheets"
    made = atlas.bind(
        sample(20), folder, city=JINAN, by="category", format="png", lang="en", workers=1, dpi=60, size="A5"
    )
    names = sorted(p.name for p in folder.iterdir())
    assert names[0] == "00-index.png"
    assert len(names) == 16
    assert "08-energy.png" in names
    assert {leaf.code for leaf in made.leaves} == set(sample(20)["category"])


def test_a_district_of_which_all_was_rejected_has_no_sheet(tmp_path):
    features = sample(20)
    gone = facets.district(features, Districts.load(JINAN)).mask(["商河"])
    assert gone.any()
    features["review"] = ["rejected" if it else "unreviewed" for it in gone]
    made = atlas.bind(features, tmp_path / "atlas", city=JINAN, format="png", lang="zh", workers=1, dpi=60, size="A5")
    assert "商河" not in {leaf.code for leaf in made.leaves}
    assert len(made.left_out) == 1
    assert sum(leaf.drawn for leaf in made.leaves) == int((~gone).sum())


def test_an_index_without_colour_says_schematic_too():
    entries = [index.Entry("历下", "历下区", 3, 2), index.Entry("", "未注明区县", 1, 3)]
    look = sheet.Look(lang="zh", grey=True, approval="鲁SG(2026)018号")
    page = index.compose(
        entries, sample(9), city=JINAN, boundaries=Districts.load(JINAN), title="示范图集", look=look
    )  # fmt: skip
    said = {words.role: words.text for words in page.words}
    assert said["schematic"] == "示意图"
    assert said["approval"].endswith("鲁SG(2026)018号")
    assert "天地图" in "".join(words.text for words in page.words if words.role == "note")
    pixels = np.asarray(sheet.picture(page, 60).convert("RGB")).astype(int)
    assert ((pixels.max(axis=2) - pixels.min(axis=2)) > 40).mean() < 0.0005


def test_parts_follow_the_official_order_and_lose_nothing():
    rows = [
        (record(1, districts=["商河", "历下"]), None),
        (record(2, districts=[]), None),
        (record(3, districts=["高新"], mentions=[{"plan": "unknown", "section": "", "offset": 0, "length": 1}]), None),
    ]
    features = frame(rows)
    by_district = list(atlas.parts(features, "district", JINAN, PLANS, "zh"))
    assert [p.code for p in by_district] == ["历下", "商河", "高新", ""]
    assert [len(p.frame) for p in by_district] == [1, 1, 1, 1]
    assert [p.code for p in atlas.parts(features, "plan", JINAN, PLANS, "zh")] == ["first", "unknown"]


def test_the_sheet_of_a_district_has_what_the_filter_finds():
    features = sample(60, unplaced=3)
    features["districts"] = [told if i % 2 else () for i, told in enumerate(features["districts"])]
    index = view.Index(features, JINAN)
    counts = index.counts(view.Filter())["district"]
    parts = {p.code: list(p.frame["id"]) for p in atlas.parts(features, "district", JINAN, PLANS, "zh")}
    assert {code: len(ids) for code, ids in parts.items()} == {code: n for code, n in counts.items() if n}
    for code, ids in parts.items():
        assert ids == list(index.select(view.Filter(district=(code,)))["id"])
    told = {d for row in features["districts"] for d in row}
    assert set(parts) - told - {""}, "some districts are known by place alone"


def test_what_has_no_position_is_named_as_left_out(tmp_path):
    rows = [(record(1), sample(1).geometry[0]), (record(2, districts=["商河"], precision="unplaced"), None)]
    made = atlas.bind(frame(rows), tmp_path / "a.pdf", city=JINAN, lang="zh", workers=1)
    assert "商河县" in made.left_out


def test_several_processes_give_the_same_atlas(tmp_path):
    one, two = tmp_path / "one.pdf", tmp_path / "two.pdf"
    for path, workers in ((one, 1), (two, 2)):
        atlas.bind(sample(12), path, city=JINAN, lang="zh", workers=workers, size="A5", title="同")
    with PdfReader(one) as a, PdfReader(two) as b:
        assert [p.extract_text() for p in a.pages] == [p.extract_text() for p in b.pages]


@pytest.mark.parametrize("given", [{"by": "colour"}, {"format": "bmp"}, {"labels": "all"}])
def test_a_wrong_option_is_a_clear_error_and_writes_nothing(tmp_path, given):
    with pytest.raises(CallError):
        atlas.bind(sample(3), tmp_path / "folder", city=JINAN, **given)
    assert not list(tmp_path.iterdir())


def test_nothing_to_draw_is_a_clear_error(tmp_path):
    with pytest.raises(CallError):
        atlas.bind(sample(0, unplaced=2), tmp_path / "a.pdf", city=JINAN)
    with pytest.raises(CallError):
        atlas.bind(sample(3).iloc[:0], tmp_path / "a.pdf", city=JINAN)


def test_an_old_atlas_stays_when_the_disk_fills_up(tmp_path):
    path = tmp_path / "atlas.pdf"
    path.write_bytes(b"old")
    with little_room(4000), pytest.raises(CallError, match=r"atlas\.pdf"):
        atlas.bind(sample(3), path, city=JINAN, lang="zh", workers=1, size="A5")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["atlas.pdf"]
