"""Look-ups in a gazetteer of a million made-up names, and the import of a made-up OpenStreetMap extract."""

import importlib.util
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from rapidfuzz import fuzz, process

import settings
from benchmarks.process import run
from benchmarks.table import Row
from geo.gazetteer import Gazetteer, read

ADCODE = "370100"
ROWS = 1_000_000
EXACT, SIMILAR = 100_000, 4_000
# The extract: nodes all over a province, every fiftieth a park, and a way for every eight of them.
NODES = 3_000_000


def rows(folder: Path) -> Iterator[Row]:
    """Yield the figures of look-ups (microseconds of processor time each) and of the import.

    Parameters
    ----------
    folder
        Scratch folder.
    """
    # First the import: a process begins with the memory of the one that starts it.
    if importlib.util.find_spec("osmium") is None:
        yield Row("import-osm, 3 million nodes", None, "s")
    else:
        yield from _import(folder / "made-up.osm.pbf")
    gazetteer, names, typos = _million()
    gazetteer.similar("山东省立医院病房楼")  # the tables for similar names are made on first use
    yield Row("Exact look-up, 1 million rows", _each(gazetteer.exact, names), "µs", 10)
    yield Row("Similar look-up, 1 million rows", _each(gazetteer.similar, typos), "µs", 500)
    known = list(dict.fromkeys(row[0] for row in gazetteer._rows))
    yield from _others(folder / "names.sqlite", known, names, typos)


def _others(path: Path, known: list[str], names: list[str], typos: list[str]) -> Iterator[Row]:
    """Yield what a user could pick instead: rapidfuzz over all names, and SQLite's full-text index of trigrams."""

    def extract(name: str) -> object:
        return process.extractOne(name, known, scorer=fuzz.ratio, score_cutoff=84)

    yield Row("rapidfuzz.extractOne over all names, similar", _each(extract, typos[:20]), "µs")
    with closing(sqlite3.connect(path)) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE names USING fts5(name, tokenize='trigram')")
        except sqlite3.OperationalError as error:
            yield Row(f"SQLite FTS5: not measured ({error})", None, "")
            return
        connection.executemany("INSERT INTO names VALUES (?)", ((name,) for name in known))
        connection.execute("CREATE TABLE exact (name TEXT PRIMARY KEY) WITHOUT ROWID")
        connection.executemany("INSERT INTO exact VALUES (?)", ((name,) for name in known))
        connection.commit()
        exact = "SELECT name FROM exact WHERE name = ?"
        yield Row(
            "SQLite, exact by primary key", _each(lambda n: connection.execute(exact, (n,)).fetchall(), names), "µs"
        )
        # Any three characters in a row in common, the best by the index's own rank: the nearest it comes to "similar".
        similar = "SELECT name FROM names WHERE names MATCH ? ORDER BY rank LIMIT 5"

        def match(name: str) -> object:
            parts = (f'"{name[i : i + 3]}"' for i in range(len(name) - 2) if '"' not in name)
            return connection.execute(similar, (" OR ".join(parts) or '""',)).fetchall()

        yield Row("SQLite FTS5 trigram, similar", _each(match, typos[:200]), "µs")


def _import(extract: Path) -> Iterator[Row]:
    write(extract, NODES)
    cost = run(["planmap.py", "import-osm", str(extract), "--dry-run"])
    yield Row("import-osm, 3 million nodes", cost.seconds, "s", 30)
    yield Row("Peak memory of it", cost.megabytes, "MB", 500)


def _each(look_up: Callable[[str], object], names: Sequence[str]) -> float:
    started = time.process_time()
    for name in names:
        look_up(name)
    return (time.process_time() - started) / len(names) * 1e6


def _million() -> tuple[Gazetteer, list[str], list[str]]:
    """Return a gazetteer whose names are spliced from real ones, names of it, and names with one wrong character."""
    chance = random.Random(1)  # noqa: S311 - made-up names, no secrets
    real = read(settings.load().city_folder(ADCODE) / "places.csv")
    known = [row[0] for row in real]
    characters = sorted(set("".join(known)))
    made = list(real)
    while len(made) < ROWS:
        row, other = chance.choice(real), chance.choice(known)
        head = row[0][: chance.randint(1, len(row[0]))]
        made.append([head + chance.choice(characters) + other[len(other) // 2 :], "", *row[2:]])
    names = [chance.choice(made)[0] for _ in range(EXACT)]
    typos = []
    for name in names[:SIMILAR]:
        at = chance.randrange(len(name))
        typos.append(name[:at] + chance.choice(characters) + name[at + 1 :])
    return Gazetteer(made, ADCODE), names, typos


def write(path: Path, nodes: int) -> None:
    """Write a made-up ``.osm.pbf`` of a province about the city."""
    import osmium

    chance = random.Random(1)  # noqa: S311 - made-up names, no secrets
    with osmium.SimpleWriter(str(path)) as writer:
        for number in range(1, nodes + 1):
            if number % 8 == 1:
                lon, lat = chance.uniform(114.5, 122.5), chance.uniform(34.3, 38.3)
            else:
                lon, lat = lon + chance.uniform(-0.001, 0.001), lat + chance.uniform(-0.001, 0.001)
            tags = {"name": f"第{number}公园", "leisure": "park"} if number % 50 == 0 else {}
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(lon, lat), tags=tags))
        for number in range(nodes // 8):
            tags = {"name": f"第{number % 5000}大道", "highway": "primary"} if number % 10 == 0 else {"building": "yes"}
            members = range(8 * number + 1, 8 * number + 9)
            writer.add_way(osmium.osm.mutable.Way(id=number + 1, nodes=list(members), tags=tags))
