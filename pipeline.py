"""Plan files to layers: reading, finding, placing and writing.

What finds and places is imported by the functions that do: who only loads layers does not wait for a dictionary.
"""

import itertools
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import city
import settings
from city import City
from errors import CallError, DataError, Issue, PlanError, PlanmapError
from projects import plan
from projects.feature import Feature, normal
from projects.plan import Document, Plan, Source

if TYPE_CHECKING:
    from cluster import Cluster
    from layers.build import Layers
    from layers.view import Index
    from projects.archive import Archive
    from projects.compare import Change
    from projects.findings import Findings
    from report import Report

STEPS = ("read", "place", "write")

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
        raise _nothing(paths, issues)
    progress("read", 1, 1)
    return documents, issues


def _nothing(paths: Sequence[Path], issues: Sequence[Issue]) -> CallError | PlanError:
    """Return the error of paths without any plan: the first fault of a file, where there is one."""
    if issues:
        return PlanError(issues[0].message, **dict(issues[0].values))
    return CallError("errors.no_plans", path=", ".join(map(str, paths)))


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
    import reading
    from projects import merge

    sources, issues = plan.sources(paths)
    told = reading.told(sources, lambda done: progress("read", done, len(sources)))
    found = reading.in_order(sources, told, issues)
    if not found:
        raise _nothing(paths, issues)
    features = merge.joined(found)
    return Extraction(features=tuple(features), plans=tuple(f.plan for f in found), issues=tuple(issues))


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
    *,
    cluster: "Cluster | None" = None,
    archive: "Archive | None" = None,
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
    cluster
        Where plans are read and features placed; in this process when None. The result is the same.
    archive
        Keeps what was found in a plan file, and knows what was before; nothing is kept when None.

    Raises
    ------
    CallError
        No such city or path; ``out`` cannot be written, or holds what is no layer; the cluster is gone.
    PlanError
        None of the plan files can be read.
    DataError
        The data of the city have faults.
    """
    import reading

    place = city.load(adcode or settings.load().city)
    sources, issues = plan.sources(paths)
    told = reading.told(sources, lambda done: progress("read", done, len(sources)), cluster, archive)
    return _build(place, paths, sources, told, issues, out, store, progress, cluster)


def build_cities(
    folder: Path,
    out: Path | None = None,
    progress: Progress = _silent,
    stores: Callable[[str], str] | None = None,
    *,
    cluster: "Cluster | None" = None,
    archive: "Archive | None" = None,
) -> "Iterator[tuple[City, Report | PlanmapError]]":
    """Build the layers of many cities, one after the other, while a cluster reads the plans of the next.

    Parameters
    ----------
    folder
        A folder of plans for each city, named by its code.
    out, progress, cluster, archive
        As :func:`build`.
    stores
        Address of the store of a city by its code; no stores when None.

    Yields
    ------
    city, result
        The report of the build, or what stopped it: the other cities are built all the same.

    Raises
    ------
    CallError
        There is no folder of a city; the cluster is gone.
    """
    import reading

    folders = (path for path in sorted(folder.glob("[0-9]*")) if path.is_dir())
    places = [city.load(path.name) for path in folders if city.is_city(path.name)]
    if not places:
        raise CallError("errors.no_cities", path=str(folder))
    sources: list[tuple[list[Source], list[Issue]]] = []
    for place in places:
        try:
            sources.append(plan.sources([folder / place.adcode]))
        except CallError as error:
            sources.append(([], [error.issue(place.adcode)]))
    every = [source for own, _ in sources for source in own]
    told = reading.told(every, lambda done: progress("read", done, len(every)), cluster, archive)
    for place, (own, issues) in zip(places, sources, strict=True):
        found = list(itertools.islice(told, len(own)))
        store = stores(place.adcode) if stores else None
        try:
            yield place, _build(place, [folder / place.adcode], own, iter(found), issues, out, store, _silent, cluster)
        except PlanmapError as error:
            yield place, error
        except Exception as error:  # one city of hundreds: the others are built, and this one is told
            *_, (where, line, _, _) = traceback.extract_tb(error.__traceback__)
            why = f"{type(error).__name__}: {error} ({Path(where).name}:{line})"
            yield place, DataError("errors.city_failed", why=why)


def _build(
    place: City,
    paths: Sequence[Path],
    sources: Sequence[Source],
    told: "Iterator[list[Findings] | Issue]",
    issues: list[Issue],
    out: Path | None,
    store: str | None,
    progress: Progress,
    cluster: "Cluster | None",
) -> "Report":
    """Build one city of what was found in its plan files; see :func:`build`."""
    import placing
    import reading
    from geo.place import Placer
    from layers import build as layer_build
    from layers import store as stores
    from projects import merge
    from projects.region import elsewhere
    from report import account

    clock = _Clock()
    folder = (out or settings.load().layers_folder) / place.adcode
    kept = stores.open(store) if store is not None else None
    found = []
    for one in reading.in_order(sources, told, issues):
        if issue := elsewhere(one.plan, one.city, place):
            issues.append(issue)
        else:
            found.append(one)
    if not found:
        raise _nothing(paths, issues)
    features = merge.across(merge.joined(found))
    plans = tuple(one.plan for one in found)
    clock.done("read")
    placer = Placer.load(place.adcode)
    progress("place", 0, 1)
    placements = placer.place(features, placing.alone(place.adcode, features, cluster) if cluster else None)
    progress("place", 1, 1)
    issues += placer.issues(features)
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


def load(adcode: str | None = None) -> "tuple[Layers, Index]":
    """Return the built layers of a city, with what people decided of them, and the same ready to be filtered.

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
    from layers import snapshot
    from layers import store as stores

    place = city.load(adcode or settings.load().city)
    try:
        reviews = stores.open(settings.load().store_of(place.adcode)).reviews()
    except CallError as error:
        if error.message != "layers.no_store":
            raise
        reviews = {}
    return snapshot.indexed(settings.load().layers_folder / place.adcode, place, reviews)


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
