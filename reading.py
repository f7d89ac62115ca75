"""Reading plan files, here or in workers of a cluster.

A worker is sent the bytes of a file and sends back what it found. It refuses when its code or data are of another
edition, because the result would be, too.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING

import collector
import edition
from errors import Issue, PlanError
from projects import files, merge, plan
from projects.findings import Findings
from projects.plan import Source

if TYPE_CHECKING:
    from cluster import Cluster
    from projects.archive import Archive


def told(
    sources: Sequence[Source],
    done: Callable[[int], None],
    cluster: "Cluster | None" = None,
    archive: "Archive | None" = None,
) -> Iterator[list[Findings] | Issue]:
    """Yield what is found in plan files, in their order; no more than a few files are in memory at a time.

    Parameters
    ----------
    sources
        The files.
    done
        Called with the number of files that are done, from 0 on.
    cluster
        Where they are read; here when None.
    archive
        What was found before, and where it is kept; nothing when None.

    Raises
    ------
    CallError
        The cluster is gone.
    """
    kept = [archive.path(source) if archive else None for source in sources]
    new = [not (archive and path and archive.holds(path)) for path in kept]
    # What is no file, or may not be read, is told so here.
    readable = (source.path.is_file() and os.access(source.path, os.R_OK) for source in sources)
    away = [cluster is not None and own and may for own, may in zip(new, readable, strict=True)]
    results = cluster.map(read_sent, map(_sent, compress(sources, away))) if cluster else iter(())
    done(0)
    for number, source in enumerate(sources):
        path = kept[number]
        found: object = archive.get(path) if archive and path and not new[number] else None
        if found is None:
            found = next(results) if away[number] else read(source)
            if archive and path and isinstance(found, list):
                archive.put(path, found)
        yield found if isinstance(found, list | Issue) else Issue(source.path.name, "plans.killed")
        done(number + 1)


def _sent(source: Source) -> tuple[Source, bytes, str]:
    """Return what a worker needs to read a file; of one that is too large enough to see it."""
    with source.path.open("rb") as file:
        return source, file.read(files.MAX_BYTES + 1), edition.reading()


def in_order(
    sources: Sequence[Source], results: Iterator[list[Findings] | Issue], issues: list[Issue]
) -> list[Findings]:
    """Return the findings of plan files in the order of the plans, each plan with an id of its own.

    Parameters
    ----------
    sources, results
        The files, and what was found in each (see :func:`told`).
    issues
        Takes the faults.
    """
    ranked: list[tuple[tuple[int, float], Findings]] = []
    for source, found in zip(sources, results, strict=True):
        if isinstance(found, Issue):
            issues.append(found)
        else:
            ranked += ((source.rank(one.plan), one) for one in found)
    ordered = [one for _, one in sorted(ranked, key=lambda pair: pair[0])]
    ids = plan.unique_ids([one.plan for one in ordered])
    return [one.called(own) for one, own in zip(ordered, ids, strict=True)]


def read(source: Source) -> list[Findings] | Issue:
    """Return what the plans in a file name; a row of the issue log when it cannot be read, or reading it fails."""
    try:
        return [merge.findings(document) for document in source.documents()]
    except PlanError as error:
        return error.issue(source.path.name)
    except Exception as error:  # one plan of thousands: the others are done, and this one is told
        why = f"{type(error).__name__}: {error}"
        return Issue(source.path.name, "plans.failed", (("why", why),))


def read_sent(source: Source, content: bytes, wanted: str) -> list[Findings] | Issue:
    """Return the same of a file that is not on this machine.

    Parameters
    ----------
    source
        The file where it is.
    content
        Its bytes.
    wanted
        The edition (:func:`edition.reading`) of who sends it.

    Raises
    ------
    CallError
        There is another edition here.
    """
    collector.rest()
    edition.check(edition.reading(), wanted)
    with tempfile.TemporaryDirectory(prefix="planmap-") as folder:
        path = Path(folder) / source.path.name
        path.write_bytes(content)
        found = read(replace(source, path=path))
    if isinstance(found, Issue):
        own = tuple((name, value.replace(str(path), str(source.path))) for name, value in found.values)
        return replace(found, values=own)
    return found
