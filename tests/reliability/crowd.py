"""Twenty people who review and two hundred who read, at once, by the functions of the page.

``python -m tests.reliability.crowd [SECONDS]`` works with the built layers of the first city in a folder of its own
for that long (300 s when not given) and prints what was done, what was lost, and how long it took.

As on the page all are threads of one process; whoever reviews looks at the latest review first and decides by it.
Between two acts everybody takes :data:`PAUSE_S` on average, brisk work for people who look at a map.
"""

import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import settings
from errors import DataError
from layers.build import Layers
from layers.review import Review
from layers.store import Store
from layers.view import Filter
from pages.map import reviews, sources

REVIEWERS, READERS = 20, 200
PAUSE_S = 3.0
# All review the same few features, so that they meet.
CONTESTED = 30


@dataclass
class Day:
    """What a crowd did.

    Attributes
    ----------
    seconds
        How long each act took, by kind.
    kept
        Reviews that the store acknowledged: feature, revision and note.
    late
        Reviews refused because somebody else had been quicker.
    faults
        What went wrong otherwise.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"read": [], "review": []})
    kept: list[tuple[str, int, str]] = field(default_factory=list)
    late: int = 0
    faults: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return what was done and how long it took, in words."""
        told = [f"{len(self.kept)} reviews kept, {self.late} refused as stale, {len(self.faults)} faults"]
        for kind, took in self.seconds.items():
            ordered = sorted(took) or [0.0]
            at = {share: ordered[min(int(share * len(ordered)), len(ordered) - 1)] for share in (0.5, 0.95, 0.99)}
            figures = ", ".join(f"{share:.0%} within {seconds * 1000:.0f} ms" for share, seconds in at.items())
            told.append(f"{len(took)} times {kind}: {figures}, longest {ordered[-1]:.2f} s")
        return told


def run(
    adcode: str, reviewers: int, readers: int, rounds: int, until: float = float("inf"), pause_s: float = 0.0
) -> Day:
    """Let a crowd work on the city of the settings until each has done its rounds, or a moment of the clock."""
    done = threading.Event()
    day, gate = Day(), threading.Barrier(reviewers + readers)
    config = settings.load()
    address, folder = config.store_of(adcode), config.layers_folder / adcode
    layers = sources.built(folder, sources.stamp(folder))
    reviews.prepared(address, layers)
    features = [str(key) for key in layers.frame["id"][:CONTESTED]]

    def worker(kind: str, number: int, act: Callable[[random.Random, int], None]) -> None:
        dice = random.Random(f"{kind} {number}")  # noqa: S311
        gate.wait()
        for k in range(rounds):
            if pause_s:
                done.wait(min(dice.expovariate(1 / pause_s), max(until - time.monotonic(), 0)))
            if time.monotonic() > until:
                return
            started = time.perf_counter()
            try:
                act(dice, k)
            except Exception as error:  # whatever it is, it is told
                day.faults.append(repr(error))
            day.seconds[kind].append(time.perf_counter() - started)

    def reviewing(name: str) -> Callable[[random.Random, int], None]:
        def act(dice: random.Random, k: int) -> None:
            feature = dice.choice(features)
            past = reviews.history(address, feature)
            now = past[-1] if past else Review(feature=feature)
            note = f"{name} {k}"
            given = reviews.decided(now, dice.choice(("confirmed", "rejected")), name, note=note)
            _keep(day, reviews.prepared(address, layers), given, now.revision)

        return act

    def reading(dice: random.Random, _: int) -> None:
        source = sources.load(adcode)
        assert source is not None
        wanted = Filter(category=(dice.choice(source.codes["category"]),), review=dice.choice(((), ("confirmed",))))
        assert len(source.index.select(wanted)) == source.index.count(wanted)

    threads = [threading.Thread(target=worker, args=("review", n, reviewing(f"复核员{n}"))) for n in range(reviewers)]
    threads += [threading.Thread(target=worker, args=("read", n, reading)) for n in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return day


def _keep(day: Day, kept: Store, given: Review, seen: int) -> None:
    try:
        done = kept.record(given, seen=seen)
    except DataError as error:
        if error.message != "layers.stale":
            raise
        day.late += 1
        return
    day.kept.append((done.feature, done.revision, done.note))


def lost(day: Day, adcode: str) -> list[str]:
    """Return the acknowledged reviews that the store does not hold as they were given, in words."""
    address = settings.load().store_of(adcode)
    found = []
    for feature in {feature for feature, _, _ in day.kept}:
        history = reviews.history(address, feature)
        if [r.revision for r in history] != list(range(1, len(history) + 1)):
            found.append(f"{feature}: revisions {[r.revision for r in history]}")
        notes = {r.revision: r.note for r in history}
        given = {revision: note for key, revision, note in day.kept if key == feature}
        found += [f"{feature}: revision {n} is {notes.get(n)!r}" for n, note in given.items() if notes.get(n) != note]
    twice = Counter((feature, revision) for feature, revision, _ in day.kept)
    return found + [f"{key}: acknowledged {n} times" for key, n in twice.items() if n > 1]


def put(adcode: str, layers: Layers, folder: Path) -> None:
    """Write layers for a crowd to work on."""
    import city
    from layers import build

    build.write(layers.frame, layers.plans, city.load(adcode), folder / adcode)


def main(seconds: float) -> int:
    """Run a crowd for some time; exit code 1 when an update was lost or anything failed."""
    import os

    from layers import build

    adcode = settings.load().city
    with tempfile.TemporaryDirectory() as name:
        put(adcode, build.read(settings.load().layers_folder / adcode), Path(name) / "layers")
        os.environ |= {
            "PLANMAP_LAYERS": f"{name}/layers", "PLANMAP_STORE": f"{name}/store.gpkg", "PLANMAP_PLANS": f"{name}/none"
        }  # fmt: skip
        settings.load.cache_clear()
        day = run(adcode, REVIEWERS, READERS, sys.maxsize, time.monotonic() + seconds, PAUSE_S)
        gone = lost(day, adcode)
        print(*day.lines(), f"{len(gone)} updates lost", *gone[:20], *day.faults[:20], sep="\n")
    return int(bool(gone or day.faults))


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 300.0))
