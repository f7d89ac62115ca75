"""Layers of very many features, made of the committed ones: the same kinds, precisions and shapes, elsewhere."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

import city
from layers import build
from settings import HOME

ADCODE = "370100"
# How far copies lie from their original, in degrees.
APART = 0.25
STAYING = ("district", "city")


def frame(count: int) -> gpd.GeoDataFrame:
    """Return as many features as wanted, each a copy of a committed one with a name and a place of its own.

    Parameters
    ----------
    count
        Number of features.
    """
    whole = build.read(HOME / "data" / "layers" / ADCODE).frame
    dice = np.random.default_rng(7)
    rows = np.arange(count) % len(whole)
    copies = whole.iloc[rows].reset_index(drop=True)
    copies["id"] = [f"{k:012x}" for k in range(count)]
    copies["name"] = [f"{name}{k}" for k, name in enumerate(copies["name"])]
    copies["investment_yi"] = dice.choice([np.nan, 3.0, 12.5, 80.0], count)
    copies["by_year"] = pd.Series(dice.choice([np.nan, 2023, 2025, 2030], count)).astype("Int64")
    shapes = copies.geometry.to_numpy().copy()
    # What stands for a district or the city stays where all such features stand.
    steps = dice.uniform(-APART, APART, (count, 2)) * ~copies["precision"].isin(STAYING).to_numpy()[:, None]
    points, of = shapely.get_coordinates(shapes, return_index=True)
    moved = shapely.set_coordinates(shapes, points + steps[of])
    return copies.set_geometry(gpd.GeoSeries(moved, crs=4326))


def make(count: int, folder: Path) -> Path:
    """Write the layers of :func:`frame` into ``folder/layers``; return the folder."""
    layers = build.read(HOME / "data" / "layers" / ADCODE)
    build.write(frame(count), layers.plans, city.load(ADCODE), folder / "layers" / ADCODE)
    return folder
