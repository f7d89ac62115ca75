"""Each step of the product at growing sizes, in seconds of processor time, with the slope of cost against size.

The seconds are those of a machine at its ordinary pace (:mod:`benchmarks.pace`), which is told before and after each
piece of work: the largest size takes an hour, and a shared machine is not as quick throughout.

Run by itself (``python -m benchmarks.scale FOLDER``) it takes one folder of plans through all steps and prints what
each cost; :func:`rows` does so for each size, every time in a process of its own.
"""

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import city
import collector
from benchmarks import corpus
from benchmarks.pace import slowness
from benchmarks.table import Row, slope
from settings import HOME

ADCODE = "370100"
STEEPEST = 1.1
# What takes each thing that a plan tells costs by the text, not by the features that the things come down to.
BY_TEXT = ("read", "find", "join", "store: load")
# Beyond this many features a whole map in one HTML file is not made any more: no browser opens it.
PLAIN_MOST = 20_000
# How much of the fixed work tells the pace between two pieces of work.
QUICKLY = 0.2
# Reviews looked up and made, to measure the store.
QUERIES = 200
WIDE = (36.0, 116.2, 37.6, 117.8, 9.0)


def rows(plans: Path, folder: Path, sizes: Sequence[int]) -> Iterator[Row]:
    """Yield a row for each step and size, and the slope of each step over all sizes.

    Parameters
    ----------
    plans
        Folder of the five plan files.
    folder
        Scratch folder.
    sizes
        How many times the five plans.
    """
    costs: dict[str, list[tuple[int, float]]] = {}
    for times in sizes:
        enlarged = corpus.enlarged(plans, folder / f"x{times}", times)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.scale", str(enlarged)],
            cwd=HOME, check=True, capture_output=True, text=True,
        )  # fmt: skip
        told = json.loads(done.stdout)
        for step, seconds in told["seconds"].items():
            costs.setdefault(step, []).append((told["size"] if step in BY_TEXT else told["features"], seconds))
            yield Row(f"x{times}: {step}, {told['features']:,} features", seconds, "s")
        yield Row(f"x{times}: peak memory of reading to layers", told["megabytes"], "MB")
        yield Row(f"x{times}: as long as at the ordinary pace", told["slowness"], "times")
    for step, points in costs.items():
        if len(points) > 1:
            # A step that takes next to no time at the smallest size would seem to grow without measure.
            yield Row(f"slope of {step}", slope([p for p in points if p[1] >= 0.02]), "", at_most=STEEPEST)


def main(folder: Path) -> None:
    """Take a folder of plans through all steps and print the cost of each as JSON."""
    from geo.place import Placer
    from layers import build, export, marks, sheet, store, view, webmap
    from layers.review import Review
    from projects import find, merge, plan
    from projects.region import home

    collector.rest()  # as the commands do
    town = city.load(ADCODE)
    seconds: dict[str, float] = {}
    slow = [slowness()]

    def timed(step: str, work: Callable[[], Any]) -> Any:
        started = time.process_time()
        made = work()
        taken = time.process_time() - started
        slow.append(slowness(QUICKLY))
        seconds[step] = seconds.get(step, 0.0) + taken * 2 / (slow[-2] + slow[-1])
        return made

    sources, _ = plan.sources([folder])
    warm = sources[0].documents()[0]
    find.names(warm, home(warm))  # dictionaries are loaded once
    placer = Placer.load(ADCODE)
    found = []
    for source in sources:
        found += [timed("find", lambda d=d: merge.findings(d)) for d in timed("read", source.documents)]
    plans = tuple(one.plan for one in found)
    features = timed("join", lambda: merge.across(merge.joined(found)))
    found.clear()
    placer.place(features[:50])
    alone = timed("place: each by itself", lambda: placer.alone(features))
    placements = timed("place: by others", lambda: placer.place(features, alone))
    with tempfile.TemporaryDirectory() as scratch:
        here = Path(scratch)
        frame = timed("layers", lambda: build.frame(features, placements))
        timed("layers", lambda: build.write(frame, plans, town, here / ADCODE))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        kept = store.open(str(here / "store.gpkg"))
        ordered = build.order(frame, town)
        timed("store: load", lambda: kept.save(ordered, plans))
        some = random.Random(1).sample(list(ordered["id"]), min(QUERIES, len(ordered)))  # noqa: S311

        def review() -> None:
            for key in some:
                kept.record(Review(feature=key, state="confirmed", reviewer="bench"), seen=0)
            kept.reviews()

        timed("store: query", review)
        features.clear()
        placements.clear()
        index = timed("filter", lambda: view.Index(ordered, town))
        timed("filter", lambda: index.select(view.Filter(category=("transport",), search="大道")))
        timed("export", lambda: export.export(ordered, here / "all.gpkg", town=town))
        timed("sheet", lambda: sheet.draw(ordered, here / "sheet.png", city=town, dpi=100))
        drawn = timed("page", lambda: marks.marks(ordered))
        timed("page", lambda: webmap.shown(drawn, np.arange(len(ordered)), "zh", window=WIDE))
        if len(ordered) <= PLAIN_MOST:
            _plain(ordered, here, timed)
    size = sum(source.path.stat().st_size for source in sources) / 1e6
    told = {"size": size, "features": len(ordered), "seconds": seconds, "megabytes": memory}
    print(json.dumps(told | {"slowness": sum(slow) / len(slow)}))


def _plain(frame: Any, folder: Path, timed: Callable[[str, Callable[[], Any]], Any]) -> None:
    """Make the map as one does with folium alone, and with geopandas' ``explore``."""
    import folium

    told = frame.loc[frame.geometry.notna(), ["name", "category", "precision", "geometry"]]

    def plain() -> None:
        made = folium.Map()
        folium.GeoJson(told, tooltip=folium.GeoJsonTooltip(["name"])).add_to(made)
        made.save(folder / "plain.html")

    timed("folium", plain)
    try:
        timed("gdf.explore", lambda: told.explore(column="category").save(folder / "explored.html"))
    except ImportError:  # it needs mapclassify, which is not among our packages
        return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
