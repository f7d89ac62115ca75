"""Plan files to layers: reading, finding, placing and writing.

What finds and places is imported by the functions that do: who only loads layers does not wait for a dictionary.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import city
import settings
from errors import CallError, Issue, PlanError
from projects import plan
from projects.feature import Feature, normal
from projects.plan import Document, Plan

if TYPE_CHECKING:
    from layers.build import Layers
    from projects.compare import Change
    from report import Report

STEPS = ("read", "find", "place", "write")

Progress = Callable[[str, int, int], None]
"""Called with the step (one of :data:`STEPS`), what is done of it and how much there is."""


def _silent(_step: str, _done: int, _of: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """What was read and found.

    Attributes
    ----------
    features
        In reading order; a thing that several plans name comes once for each, with one id.
    plans
        The plans that were read.
    issues
        Faults of the input that did not stop the work.
    """

    features: tuple[Feature, ...]
    plans: tuple[Plan, ...]
    issues: tuple[Issue, ...]


def read(paths: Sequence[Path], progress: Progress = _silent) -> tuple[list[Document], list[Issue]]:
    """Read plan files and folders of them.

    Parameters
    ----------
    paths
        Files or folders.
    progress
        Called before and after.

    Returns
    -------
    documents, issues
        As :func:`projects.plan.read`.

    Raises
    ------
    CallError
        A path does not exist, or holds no plan file.
    PlanError
        Not one of the files can be read: the reason of the first.
    """
    progress("read", 0, 1)
    documents, issues = plan.read(paths)
    if not documents:
        if issues:
            raise PlanError(issues[0].message, **dict(issues[0].values))
        raise CallError("errors.no_plans", path=", ".join(map(str, paths)))
    progress("read", 1, 1)
    return documents, issues


def extract(paths: Sequence[Path], progress: Progress = _silent) -> Extraction:
    """Find the features of plans, without places.

    Parameters
    ----------
    paths
        Plan files, or folders of them (a ``plans.csv`` in a folder says more).
    progress
        Called as the work goes on.

    Raises
    ------
    CallError, PlanError
        As :func:`read`.
    """
    from projects import merge

    documents, issues = read(paths, progress)
    progress("find", 0, 1)
    features = merge.extract(documents)
    progress("find", 1, 1)
    return Extraction(features=tuple(features), plans=tuple(d.plan for d in documents), issues=tuple(issues))


def explain(paths: Sequence[Path], name: str) -> list[dict[str, Any]]:
    """Return what the reader made of a name in each plan, and why.

    Parameters
    ----------
    paths
        Plan files or folders.
    name
        A name, or a part of one.

    Returns
    -------
    list of dict
        As :func:`projects.explain.explain`.

    Raises
    ------
    CallError, PlanError
        As :func:`read`; or no plan has a phrase with that name.
    """
    from projects import explain as explanation

    documents, _ = read(paths)
    found = explanation.explain(documents, name) if normal(name) else []
    if not found:
        raise CallError("cli.not_named", name=name)
    return found


def compare(before: str, after: str) -> "list[Change]":
    """Return what a later plan says otherwise than an earlier one.

    Parameters
    ----------
    before, after
        Each a plan file, or the id of a plan in the folder of the settings.

    Raises
    ------
    CallError, PlanError
        As :func:`read`; or there is no plan of that id.
    """
    from projects import merge
    from projects.compare import compare as compare_features

    documents: list[Document] = []
    counts = []
    for wanted in (before, after):
        path = Path(wanted)
        found = read([path if path.exists() else settings.load().plans])[0]
        if not path.exists():
            known = ", ".join(d.plan.id for d in found)
            found = [d for d in found if d.plan.id == wanted]
            if not found:
                raise CallError("cli.no_plan", name=wanted, known=known)
        documents += found
        counts.append(len(found))
    both = merge.extract(documents)
    earlier = {d.plan.id for d in documents[: counts[0]]}
    later = {d.plan.id for d in documents[counts[0] :]}
    return compare_features([f for f in both if f.doc in earlier], [f for f in both if f.doc in later])


def build(
    paths: Sequence[Path],
    out: Path | None = None,
    adcode: str | None = None,
    progress: Progress = _silent,
    store: str | None = None,
) -> "Report":
    """Build the layers of a city from plans.

    The layers of the city change all at once when everything is done; an error or an interruption leaves the
    previous ones whole.

    Parameters
    ----------
    paths
        Plan files, or folders of them.
    out
        Folder of the layers of all cities; that of the settings when None.
    adcode
        Code of the city; that of the settings when None.
    progress
        Called as the work goes on.
    store
        Address of the store that takes the features, beside the reviews it keeps; none when None.

    Raises
    ------
    CallError
        No such city or path; ``out`` cannot be written, or holds what is no layer.
    PlanError
        None of the plan files can be read.
    DataError
        The data of the city have faults.
    """
    from geo.place import Placer
    from layers import build as layer_build
    from layers import store as stores
    from projects import merge
    from report import account

    clock = _Clock()
    place = city.load(adcode or settings.load().city)
    folder = (out or settings.load().layers_folder) / place.adcode
    kept = stores.open(store) if store is not None else None
    documents, issues = read(paths, progress)
    clock.done("read")
    progress("find", 0, 1)
    features = merge.across(merge.extract(documents))
    plans = tuple(d.plan for d in documents)
    del documents
    progress("find", 1, 1)
    clock.done("find")
    progress("place", 0, 1)
    placer = Placer.load(place.adcode)
    placements = placer.place(features)
    issues += placer.issues(features)
    progress("place", 1, 1)
    clock.done("place")
    progress("write", 0, 1)
    frame = layer_build.frame(features, placements)
    orphans = 0
    if kept is not None:  # before the layers: a store that cannot be written leaves them as they were
        kept.save(layer_build.order(frame, place), plans)
        orphans = len(kept.orphans())
    layer_build.write(frame, plans, place, folder)
    progress("write", 1, 1)
    clock.done("write")
    return account(place, folder, features, placements, len(plans), orphans, issues, clock.seconds)


def load(adcode: str | None = None) -> "Layers":
    """Return the built layers of a city, with what people decided of them.

    Parameters
    ----------
    adcode
        Code of the city; that of the settings when None.

    Raises
    ------
    CallError
        No such city, or it has no layers yet.
    DataError
        Layers or store are damaged.
    """
    from layers import build as layer_build
    from layers import review
    from layers import store as stores

    place = city.load(adcode or settings.load().city)
    layers = layer_build.read(settings.load().layers_folder / place.adcode)
    try:
        reviews = stores.open(settings.load().store_of(place.adcode)).reviews()
    except CallError as error:
        if error.message != "layers.no_store":
            raise
        reviews = {}
    return layer_build.Layers(review.apply(layers.frame, reviews), layers.plans, layers.index)


class _Clock:
    """Seconds by step, by a clock that is never set back."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def done(self, step: str) -> None:
        """Count the time since the last step for ``step``."""
        now = time.perf_counter()
        self.seconds[step] = now - self._last
        self._last = now
