"""A part of the country: many cities with ten plans each, as a ministry would build them, here and by workers.

Each city has a gazetteer as large as that of Jinan, its places and lines moved into it; store and layers of its own.
"""

import csv
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

import city
from benchmarks import corpus
from benchmarks.table import Row
from geo.districts import Districts
from settings import HOME

ROUNDS = 2
"""Times the five plan files for a city: ten files, fourteen plans."""

PLANS, MEGABYTES = 3200, 450
"""The country: plan files, and their text."""

MINUTES, MEMORY_MB = 10, 2000
WORKERS = 2


def rows(plans: Path, folder: Path, size: int) -> Iterator[Row]:
    """Yield the figures of a part of the country and what the whole would take by them.

    Parameters
    ----------
    plans
        Folder of the five plan files.
    folder
        Scratch folder.
    size
        How many times the five plans, about.
    """
    most = max(2, size // ROUNDS)
    count = corpus.country(plans, folder / "plans", ROUNDS, most)
    data = _data(folder / "data", count)
    files = list((folder / "plans").rglob("*.txt"))
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    own = {
        "PLANMAP_DATA": str(data), "PLANMAP_STORE": str(folder / "store" / "{city}.gpkg"),
        "PLANMAP_ARCHIVE": str(folder / "archive"),
    }  # fmt: skip
    command = ["planmap.py", "build", str(folder / "plans"), "--cities", "--json"]
    for label, more in (("one process", ["--force"]), (f"{WORKERS} workers", ["--force", "--workers", str(WORKERS)])):
        seconds, cpu, memory, features = _watched([*command, *more, "--store", own["PLANMAP_STORE"]], own)
        what = f"country: {count} cities, {len(files)} files, {megabytes:.1f} MB, {features:,} features, {label}"
        yield Row(what, seconds, "s")
        yield Row(f"country: processor time of it, {label}", cpu, "s")
        whole = MEGABYTES / megabytes / 60
        yield Row(f"country: the whole by the same rate, {label}", seconds * whole, "min")
        # A machine that is busy otherwise takes longer; by processor time it does not.
        idle = cpu / (WORKERS if "--workers" in more else 1)
        yield Row(f"country: the whole on cores of its own, by processor time, {label}", idle * whole, "min", MINUTES)
        yield Row(f"country: peak memory of all processes, {label}", memory, "MB", MEMORY_MB)
    seconds, _, _, _ = _watched([*command, "--store", own["PLANMAP_STORE"]], own)
    yield Row("country: again, nothing new to read, one process", seconds, "s")


def _data(folder: Path, count: int) -> Path:
    """Return a data folder where each city has places and lines, moved to where it lies."""
    shutil.copytree(HOME / "data", folder, ignore=shutil.ignore_patterns("layers", "sample", "cities"))
    origin = HOME / "data" / "cities" / corpus.HOME_CITY
    with (origin / "places.csv").open(encoding="utf-8", newline="") as file:
        places = list(csv.DictReader(file))
    lines = json.loads((origin / "lines.geojson").read_text(encoding="utf-8"))
    box = Districts.load(city.load(corpus.HOME_CITY)).outline.bounds
    for town in list(corpus.cities())[:count]:
        target = Districts.load(town).outline.bounds
        scale = [(target[k + 2] - target[k]) / (box[k + 2] - box[k]) for k in (0, 1)]

        def moved(at: list[float], target: tuple[float, ...] = target, scale: list[float] = scale) -> list[float]:
            return [round(target[k] + (float(at[k]) - box[k]) * scale[k], 6) for k in (0, 1)]

        own = folder / "cities" / town.adcode
        own.mkdir(parents=True)
        with (own / "places.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(places[0]))
            writer.writeheader()
            for place in places:
                lon, lat = moved([place["lon"], place["lat"]])
                writer.writerow({**place, "lon": lon, "lat": lat, "districts": ""})
        rows = []
        for line in lines["features"]:
            parts = line["geometry"]["coordinates"]
            bent = (
                [moved(at) for at in parts]
                if line["geometry"]["type"] == "LineString"
                else [[moved(at) for at in part] for part in parts]
            )
            rows.append({**line, "geometry": {**line["geometry"], "coordinates": bent}})
        (own / "lines.geojson").write_text(json.dumps({**lines, "features": rows}), encoding="utf-8")
    return folder


def _watched(command: list[str], env: dict[str, str]) -> tuple[float, float, float, int]:
    """Run a command; return its seconds, its processor time, the most memory of its processes together, the features.

    Memory is that of each process without what it shares, looked at every half second.
    """
    started = time.perf_counter()
    done = psutil.Popen(
        [sys.executable, *command], cwd=HOME, env={**psutil.Process().environ(), **env},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    lines: list[str] = []
    most, cpu = 0.0, dict[int, float]()
    reader = threading.Thread(target=lambda: lines.extend(done.stdout or ()))
    reader.start()
    while done.poll() is None:
        used = 0.0
        for one in (psutil.Process(done.pid), *psutil.Process(done.pid).children(recursive=True)):
            try:
                used += one.memory_full_info().uss / 2**20
                cpu[one.pid] = sum(one.cpu_times()[:2])
            except psutil.Error:
                continue
        most = max(most, used)
        time.sleep(0.5)
    reader.join()
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode} behind {len(lines)} cities")
    return seconds, sum(cpu.values()), most, sum(json.loads(line)["features"] for line in lines)
