"""Layers of very many features, made of the committed ones: the same kinds, precisions and shapes, elsewhere."""

import random
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import affinity

import city
from layers import build
from settings import HOME

ADCODE = "370100"
# How far copies lie from their original, in degrees.
APART = 0.25


def frame(count: int) -> gpd.GeoDataFrame:
    """Return as many features as wanted, each a copy of a committed one with a name and a place of its own.

    Parameters
    ----------
    count
        Number of features.
    """
    whole = build.read(HOME / "data" / "layers" / ADCODE).frame
    dice = random.Random(7)  # noqa: S311
    rows = np.arange(count) % len(whole)
    copies = whole.iloc[rows].reset_index(drop=True)
    copies["id"] = [f"{k:012x}" for k in range(count)]
    copies["name"] = [f"{name}{k}" for k, name in enumerate(copies["name"])]
    money = pd.Series([dice.choice((None, 3.0, 12.5, 80.0)) for _ in range(count)], dtype=float)
    copies["investment_yi"] = money
    copies["by_year"] = pd.Series([dice.choice((None, 2023, 2025, 2030)) for _ in range(count)], dtype="Int64")
    steps = [(dice.uniform(-APART, APART), dice.uniform(-APART, APART)) for _ in range(count)]
    moved = [
        None if shape is None else affinity.translate(shape, *step)
        for shape, step in zip(copies.geometry, steps, strict=True)
    ]
    return copies.set_geometry(gpd.GeoSeries(moved, crs=4326))


def make(count: int, folder: Path) -> Path:
    """Write the layers of :func:`frame` into ``folder/layers``; return the folder."""
    layers = build.read(HOME / "data" / "layers" / ADCODE)
    build.write(frame(count), layers.plans, city.load(ADCODE), folder / "layers" / ADCODE)
    return folder
