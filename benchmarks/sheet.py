"""How long map sheets take, beside geopandas' own plot of the same features in the same run."""

import time
from collections.abc import Iterator
from pathlib import Path

import city
import settings
from benchmarks.process import best, run
from benchmarks.table import Row
from layers import build, sheet
from settings import HOME

COUNT = 300
# What the documentation of geopandas shows: read, project, plot by category with a legend, save. As points: its plot
# by a column fails on some mixtures of points, lines and areas.
PLAIN = """
import sys, geopandas
frame = geopandas.read_file(sys.argv[1])
frame = frame[frame.geometry.notna()].to_crs(4548)
axes = frame.set_geometry(frame.representative_point()).plot(column="category", legend=True, figsize=(11.69, 8.27))
axes.figure.savefig(sys.argv[2], dpi=300)
"""


def rows(folder: Path) -> Iterator[Row]:
    """Yield sheet, geopandas' plot, preview and atlas.

    Parameters
    ----------
    folder
        A folder of its own.
    """
    town = city.load("370100")
    whole = build.read(HOME / "data" / "layers" / town.adcode)
    some = whole.frame[whole.frame.geometry.notna()].head(COUNT).reset_index(drop=True)
    build.write(some, whole.plans, town, folder / "layers" / town.adcode)
    given = {"PLANMAP_LAYERS": str(folder / "layers"), "PLANMAP_STORE": str(folder / "none.gpkg")}
    drawn = best(["planmap.py", "sheet", "-o", str(folder / "sheet.png")], env=given)
    yield Row(f"sheet: {len(some)} features, A4 at 300 dpi, keyed list and all", drawn.seconds, "s", at_most=3)
    yield Row("sheet: peak memory", drawn.megabytes, "MB")
    layer = str(folder / "layers" / town.adcode / build.ALL)
    plain = best(["-c", PLAIN, layer, str(folder / "plain.png")])
    yield Row("sheet: geopandas' own plot of the same features, no labels", plain.seconds, "s")
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        sheet.preview(some, city=town, plans=whole.plans)
        seconds.append(time.perf_counter() - started)
    yield Row(f"sheet: preview of {len(some)} features, warm", min(seconds), "s", at_most=1)
    given = {"PLANMAP_LAYERS": str(settings.load().layers_folder), "PLANMAP_STORE": str(folder / "none.gpkg")}
    atlas = run(["planmap.py", "sheet", "--atlas", str(folder / "atlas.pdf"), "--by", "category"], env=given)
    yield Row("atlas: 15 sheets of the five plans, one PDF with index and bookmarks", atlas.seconds, "s", at_most=25)
