"""The tables of a city: one writer at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

import settings
from errors import CallError

WAIT_S = 60.0
"""So long a writer waits for another."""


@contextmanager
def alone(adcode: str, wait_s: float = WAIT_S) -> Iterator[None]:
    """Hold off other writers of a city's tables, in this process and others, from their reading to their writing.

    Raises
    ------
    CallError
        Another writer did not end within ``wait_s`` seconds.
    OSError
        The folder cannot be written.
    """
    folder = settings.load().city_folder(adcode)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=wait_s, is_singleton=True)
    try:
        lock.acquire()
    except Timeout:
        raise CallError("geo.tables_busy", path=str(folder)) from None
    try:
        yield
    finally:
        lock.release()
