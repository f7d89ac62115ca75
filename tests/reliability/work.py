"""What processes of their own do for the tests of reliability, and how they are started and killed.

They are forked from a server that has everything loaded, so that a kill strikes the work and not the start of Python.
"""

import contextlib
import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import city
import pipeline
import settings
from errors import DataError
from geo import imports, osm, place
from layers import build, check, store
from layers.review import Review

__all__ = ["build", "check", "place"]  # loaded for the processes

_START = multiprocessing.get_context("forkserver")
_START.set_forkserver_preload(["tests.reliability.work"])


class Worker:
    """A process that does one task.

    Parameters
    ----------
    task
        A function of this module; it is given a function that tells something, and the arguments.
    environment
        More environment.
    """

    def __init__(self, task: Callable[..., None], *arguments: object, **environment: str) -> None:
        self._ours, theirs = _START.Pipe(duplex=False)
        self.process = _START.Process(target=_run, args=(task, theirs, environment, arguments), daemon=True)
        self.process.start()
        theirs.close()

    def hear(self) -> Any:
        """Return the next thing told, or None when the process has ended."""
        try:
            return self._ours.recv()
        except EOFError:
            return None

    def kill(self, after_s: float) -> bool:
        """Kill the process (SIGKILL) unless it ends within some seconds; say whether it was killed."""
        self.process.join(after_s)
        running = self.process.is_alive()
        self.process.kill()
        self.process.join()
        return running

    def rest(self) -> list[Any]:
        """Wait for the end, and return all that was told."""
        told = []
        while (one := self.hear()) is not None:
            told.append(one)
        self.process.join()
        return told


def _run(task: Callable[..., None], ours: Connection, environment: dict[str, str], arguments: tuple[Any, ...]) -> None:
    os.environ.update(environment)
    settings.load.cache_clear()
    city.load.cache_clear()
    task(ours.send, *arguments)


def build_layers(tell: Callable[[Any], None], plans: str, out: str, address: str, adcode: str) -> None:
    """Build; tell each step as it begins."""
    with contextlib.suppress(BrokenPipeError):
        pipeline.build([Path(plans)], Path(out), adcode, lambda step, done, _of: done or tell(step), address)
        tell("done")


def review(tell: Callable[[Any], None], address: str, features: list[str], reviewer: str) -> None:
    """Review features round and round; tell each revision once it is kept."""
    kept = store.open(address)
    number = 0
    while True:
        feature = features[number % len(features)]
        number += 1
        seen = len(kept.history(feature))
        given = Review(feature=feature, state="confirmed", reviewer=reviewer, note=f"{number}")
        with contextlib.suppress(DataError):  # someone else was quicker
            done = kept.record(given, seen=seen)
            tell((feature, done.revision, done.note))


def import_places(tell: Callable[[Any], None], path: str, adcode: str) -> None:
    """Take a list of places over; tell when it begins to write."""
    change = imports.preview(Path(path), adcode, source="test")
    tell("write")
    imports.apply(change, adcode)
    tell("done")


def import_osm(tell: Callable[[Any], None], path: str, adcode: str) -> None:
    """Take an extract over; tell when it begins to write."""
    found = osm.read(Path(path), adcode)
    tell("write")
    osm.apply(found, adcode)
    tell("done")
