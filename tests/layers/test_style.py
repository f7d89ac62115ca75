from itertools import combinations

import numpy as np
import pytest
from matplotlib.markers import MarkerStyle

from geo.placement import PRECISIONS
from layers import style
from projects.feature import CATEGORIES

# Machado, Oliveira, Fernandes 2009: severity 1.0, linear RGB.
SIGHTS = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
}


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ rgb / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_every_category_and_precision_has_a_look_in_their_order():
    assert tuple(style.categories()) == CATEGORIES
    assert tuple(style.precisions()) == PRECISIONS


@pytest.mark.parametrize(("sight", "least"), [("normal", 25), ("protan", 16), ("deutan", 16)])
def test_colours_differ_for_every_sight(sight: str, least: float):
    seen = {c: lab(np.clip(SIGHTS[sight] @ linear(look.colour), 0, 1)) for c, look in style.categories().items()}
    for a, b in combinations(seen, 2):
        assert np.linalg.norm(seen[a] - seen[b]) >= least, (a, b)


def test_colours_stand_out_from_white():
    for look in style.categories().values():
        luminance = linear(look.colour) @ np.array([0.2126, 0.7152, 0.0722])
        assert 1.05 / (luminance + 0.05) >= 3


def test_symbols_and_hatches_tell_categories_apart_without_colour():
    looks = style.categories().values()
    for name in ("symbol", "marker", "hatch", "svg"):
        assert len({getattr(look, name) for look in looks}) == len(CATEGORIES)
    assert len({(look.qgis, look.angle) for look in looks}) == len(CATEGORIES)
    for look in looks:
        MarkerStyle(look.marker)
        assert set(look.hatch) <= set("/\\|-+xoO.*") and look.hatch


def test_surer_places_look_no_fainter():
    fills = [s.fill for s in style.precisions().values()]
    assert fills == sorted(fills, reverse=True)
    for s in style.precisions().values():
        assert s.mark in style.MARKS and s.line in style.LINES and (s.line == "solid") == (not s.dash)
