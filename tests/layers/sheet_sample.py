"""A made-up frame for the tests of map sheets: points, lines and areas over Jinan, some without a position."""

import random
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from layers import build
from projects.feature import CATEGORIES

CENTRES = {"历下": (117.08, 36.66), "市中": (116.98, 36.62), "长清": (116.73, 36.48), "章丘": (117.52, 36.72),
           "莱芜": (117.66, 36.2), "商河": (117.15, 37.3)}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What a sheet must know of a plan."""

    id: str
    title: str
    number: str
    published: str


PLANS = (
    Plan("first", "示范市国民经济和社会发展第十四个五年规划纲要", "示政发〔2021〕1号", "2021-03-05"),
    Plan("second", "示范区三年行动计划（2023—2025年）", "", "2023"),
    Plan("silent", "没有要素的规划", "", "2024"),
)


def record(number: int, **given: Any) -> dict[str, Any]:
    """Return a record with what is given, and something plausible for the rest."""
    kinds = ("project", "area", "corridor")
    return {
        "id": f"{number:012x}",
        "name": f"示范项目{number}号",
        "kind": kinds[number % 3],
        "category": CATEGORIES[number % len(CATEGORIES)],
        "districts": ["历下"],
        "doc": "first",
        "mentions": [{"plan": "first", "section": "第一章", "offset": number, "length": 6}],
        "method": "gazetteer",
        "precision": "exact",
        "radius_m": 300.0,
        "source": "editor",
        "licence": "own work",
        "reason": "",
        "review": "unreviewed",
        **given,
    }


def frame(rows: list[tuple[dict[str, Any], Any]]) -> gpd.GeoDataFrame:
    """Return a frame of records with their geometries."""
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [shape for _, shape in rows]
    return build.from_records([r for r, _ in rows], shapes)


def sample(count: int, *, unplaced: int = 0, stacked: int = 0, seed: int = 7) -> gpd.GeoDataFrame:
    """Return ``count`` placed features over the districts, and some unplaced or all at one point of 长清."""
    chance = random.Random(seed)  # noqa: S311
    rows: list[tuple[dict[str, Any], Any]] = []
    precisions = ("exact", "near", "part")
    for i in range(count):
        short = chance.choice(list(CENTRES))
        lon, lat = CENTRES[short]
        point = shapely.Point(lon + chance.uniform(-0.1, 0.1), lat + chance.uniform(-0.07, 0.07))
        shape: Any = point
        if i % 9 == 1:
            shape = point.buffer(0.02, quad_segs=4)
        if i % 9 == 2:
            shape = shapely.LineString(
                [(point.x - 0.05, point.y), (point.x, point.y + 0.02), (point.x + 0.06, point.y)]
            )
        rows.append((record(i, districts=[short], precision=precisions[i % 3]), shape))
    for i in range(stacked):
        told = record(count + i, districts=["长清"], precision="district", method="district")
        rows.append((told, shapely.Point(CENTRES["长清"])))
    for i in range(unplaced):
        told = record(count + stacked + i, precision="unplaced", method="", reason="nothing", source="", licence="")
        rows.append((told, None))
    return frame(rows)


@contextmanager
def little_room(most: int) -> Iterator[None]:
    """Let no file of this process grow past ``most`` bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handled = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handled)
