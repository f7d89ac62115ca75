"""Files that are written whole or not at all."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Path]:
    """Give a file beside ``path`` to write to: it takes the place of ``path`` at the end, and is gone after an error.

    Parameters
    ----------
    path
        In a folder that exists.

    Yields
    ------
    Path
        Hidden, and of this process alone: others may write ``path`` at the same time.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):  # a read-only disk minds even what is not there
            part.unlink()
