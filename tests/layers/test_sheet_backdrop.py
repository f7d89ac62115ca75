"""Web tiles lie where their coordinates say; a server that fails costs little time and leaves the plain ground."""

import dataclasses
import time

import numpy as np
import pyproj
import pytest

import city
import settings
from errors import CallError
from layers import sheet
from layers.sheets import mapframe, tiles
from layers.sheets.backdrop import Backdrop
from layers.sheets.paper import Box
from tests.layers.sheet_sample import sample
from tests.layers.tile_server import DOT, serve

JINAN = city.load("370100")


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(tiles, "TIMEOUT_S", 0.4)
    monkeypatch.setattr(tiles, "DEADLINE_S", 1.0)


def online(monkeypatch, **given):
    own = dataclasses.replace(settings.load(), **given)
    monkeypatch.setattr(settings, "load", lambda: own)


def compose(**look):
    return sheet.compose(sample(20), city=JINAN, look=sheet.Look(lang="zh", size="A5", **look))


@pytest.mark.parametrize("side", [256, 512])
def test_tiles_lie_where_their_coordinates_say(monkeypatch, side):
    dots = [(116.75, 36.42), (116.9, 36.6), (117.02, 36.31)]
    west, south, east, north = 470_000, 4_015_000, 520_000, 4_060_000
    view = mapframe.View.around((west, south, east, north), Box(20, 20, 120, 110), 0.0)
    with serve(dots=dots, side=side) as server:
        picture = Backdrop("own", "", [(server.url, "")]).under(view, 4548, False)
    pixels = np.asarray(picture).astype(int)
    there = pyproj.Transformer.from_crs(4490, 4548, always_xy=True)
    for spot in dots:
        x, y = view.paper(np.array([there.transform(*spot)]))[0]
        red = np.argwhere(pixels[..., 0] - pixels[..., 1] > 80)
        found = (red[:, ::-1] + 0.5) / (picture.width, picture.height) * (120, 110)
        found = np.column_stack([found[:, 0] + 20, 130 - found[:, 1]])
        near = found[np.hypot(*(found - (x, y)).T) < 3]
        assert len(near)
        # A dot is some pixels wide; its middle is true to a third of a millimetre on the paper.
        assert np.hypot(*(near.mean(axis=0) - (x, y))) < 0.3


def test_the_labels_of_a_basemap_lie_on_its_ground():
    view = mapframe.View.around((480_000, 4_030_000, 500_000, 4_050_000), Box(20, 20, 60, 60), 0.0)
    with serve() as ground, serve("clear", dots=[(116.9, 36.5)]) as names:
        picture = Backdrop("own", "", [(ground.url, ""), (names.url, "")]).under(view, 4548, False)
    pixels = np.asarray(picture).astype(int)
    assert (pixels[..., 2] > pixels[..., 0]).mean() > 0.99
    assert (pixels[..., 0] - pixels[..., 1] > 80).any()


def test_a_sheet_on_tiles_prints_their_source(monkeypatch):
    with serve(dots=[(117.0, 36.6)]) as server:
        online(monkeypatch, basemap_url=server.url, basemap_credit="© 示范局瓦片")
        made = compose(basemap="own")
    assert made.issues == ()
    assert [w.text for w in made.pages[0].words if w.role == "credit"] == ["© 示范局瓦片"]
    assert made.pages[0].figure.axes[1].images


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("hang", "应答"), ("drip", "应答"), ("html", "不是图片"), ("cut", "不是图片"), ("404", "没有此处"),
        ("403", "拒绝"), ("500", "拒绝"),
    ],
)  # fmt: skip
def test_a_server_that_fails_leaves_the_plain_ground_soon(monkeypatch, quick, how, told):
    with serve(how) as server:
        online(monkeypatch, basemap_url=server.url)
        started = time.monotonic()
        made = compose(basemap="own")
        first = time.monotonic() - started
        asked = len(server.asked)
        again = compose(basemap="own")
    assert first < 8
    assert told in made.issues[0].text("zh")
    assert not made.pages[0].figure.axes[1].images
    assert [w for w in made.pages[0].words if w.role == "district"]
    # What failed is not asked again by the next sheet of an atlas; a place without tiles is, it costs no time.
    assert again.issues
    assert how == "404" or len(server.asked) == asked


def test_nobody_there_leaves_the_plain_ground(monkeypatch, quick):
    with serve() as server:
        url = server.url
    online(monkeypatch, basemap_url=url)
    assert "应答" in compose(basemap="own").issues[0].text("zh")


def test_a_key_is_in_no_sentence(monkeypatch, quick):
    with serve("403") as server:
        online(monkeypatch, basemap_url=f"{server.url}?tk=secret")
        made = compose(basemap="own")
    assert "secret" not in made.issues[0].text("zh") + repr(made.issues)


@pytest.mark.parametrize("code", ["own", "tianditu", "amap", "none"])
def test_a_basemap_that_is_off_or_of_another_datum_is_not_offered(monkeypatch, code):
    online(monkeypatch, basemap_url="", tianditu_key="")
    with pytest.raises(CallError, match="plain"):
        compose(basemap=code)


def test_grey_sheets_have_grey_tiles():
    view = mapframe.View.around((480_000, 4_030_000, 500_000, 4_050_000), Box(20, 20, 60, 60), 0.0)
    with serve(dots=[(116.9, 36.5)]) as server:
        picture = Backdrop("own", "", [(server.url, "")]).under(view, 4548, True)
    pixels = np.asarray(picture).astype(int)
    assert DOT[0] - DOT[1] > 0
    assert (pixels.max(axis=2) == pixels.min(axis=2)).all()
