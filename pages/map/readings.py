"""What the plan files at hand say: their sentences, what differs between two plans, why a name was read as it was."""

import contextlib
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from errors import PlanmapError
from projects import compare, explain, merge, plan
from projects.feature import Feature
from projects.plan import Document

# How long after the reading of files began someone waits for them, in seconds.
PATIENCE_S = 20.0


class Readings:
    """Plans read again, each by itself; the layers hold only what all of them say together.

    Parameters
    ----------
    documents
        Documents of plans.
    """

    def __init__(self, documents: tuple[Document, ...]) -> None:
        self.documents = documents
        self._changes: dict[tuple[str, str], dict[str, compare.Change]] = {}

    @cached_property
    def _by_plan(self) -> dict[str, list[Feature]]:
        found: dict[str, list[Feature]] = {document.plan.id: [] for document in self.documents}
        for feature in merge.extract(self.documents) if len(found) > 1 else ():
            found[feature.doc].append(feature)
        return found

    def has(self, *plans: str) -> bool:
        """Say whether the files of some plans are at hand."""
        return set(plans) <= {document.plan.id for document in self.documents}

    @property
    def ready(self) -> bool:
        """Whether the plans have been read again already."""
        return "_by_plan" in self.__dict__

    def changes(self, before: str, after: str) -> dict[str, compare.Change]:
        """Return what the second of two plans says otherwise than the first, by feature id; nothing without files."""
        if not self.has(before, after):
            return {}
        if (before, after) not in self._changes:
            found = compare.compare(self._by_plan[before], self._by_plan[after])
            self._changes[before, after] = {one.id: one for one in found if one.what == "changed"}
        return self._changes[before, after]

    def differing(self, before: str, after: str) -> Collection[str]:
        """Return the ids of :meth:`changes`."""
        return self.changes(before, after).keys()

    def why(self, plan_: str, name: str) -> list[dict[str, Any]]:
        """Return what was made of a name in a plan and why; see :func:`projects.explain.explain`."""
        return _why(tuple(d for d in self.documents if d.plan.id == plan_), name)


@lru_cache(maxsize=256)
def _why(documents: tuple[Document, ...], name: str) -> list[dict[str, Any]]:
    return explain.explain(documents, name)


@lru_cache(maxsize=4)
def of(documents: tuple[Document, ...]) -> Readings:
    """Return the readings of documents; the same for the same, whoever asks."""
    return Readings(documents)


class Files:
    """The documents of the plan files at hand; read once, in the background, when first asked for.

    Parameters
    ----------
    folders
        Folders of plan files; those that are not there are left out.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._documents: dict[str, list[Document]] = {}
        self._read = threading.Event()
        self._until = time.monotonic() + PATIENCE_S
        threading.Thread(target=self._load, daemon=True).start()

    def _load(self) -> None:
        for folder in self._folders:
            # Without them no sentence can be shown; where it stands is shown all the same.
            with contextlib.suppress(PlanmapError, OSError):
                for document in plan.read([folder])[0] if folder.is_dir() else ():
                    self._documents.setdefault(document.plan.sha256, []).append(document)
        self._read.set()

    def document(self, one: plan.Plan) -> Document | None:
        """Return the document of a plan when its very file is at hand, or None.

        A gazette holds several documents: among those of the file it is the one of that id or else of that title.
        """
        self._read.wait(timeout=max(0.0, self._until - time.monotonic()))
        of_file = self._documents.get(one.sha256, [])
        ranked = sorted(of_file, key=lambda d: (d.plan.id != one.id, d.plan.title != one.title))
        found = ranked[0] if ranked else None
        if found is None or (len(of_file) > 1 and found.plan.id != one.id and found.plan.title != one.title):
            return None
        # An added plan may have got another id than its file alone would give.
        return found if found.plan.id == one.id else _called(found, one.id)


@lru_cache(maxsize=64)
def _called(document: Document, name: str) -> Document:
    return replace(document, plan=replace(document.plan, id=name))


def stamp(*folders: Path) -> str:
    """Return a text that changes when files come to, or go from, some folders."""
    return ",".join(f"{f}:{f.stat().st_mtime_ns}" for f in folders if f.is_dir())


@lru_cache(maxsize=2)
def files(folders: tuple[Path, ...], stamp: str) -> Files:  # noqa: ARG001 (the stamp is part of the key)
    """Return the documents in folders of plan files."""
    return Files(folders)
