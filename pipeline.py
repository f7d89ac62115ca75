"""Plan files to layers: reading, finding, placing and writing, with an account of what became of each feature."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import city
import settings
from errors import CallError, Issue, PlanError
from projects import merge, plan
from projects.feature import CATEGORIES, Feature, normal
from projects.plan import Document, Plan

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


@dataclass(frozen=True, kw_only=True)
class Report:
    """The account of a build.

    Attributes
    ----------
    adcode, folder
        The city, and where its layers are.
    plans, features
        How many were read, and found.
    precision
        Number of features by precision.
    district
        For each district in official order, and ``""`` for those that no plan gives one, the features in it and how
        many of them are placed better than by district; a feature of two districts counts in both.
    category
        The same by category.
    unplaced
        Name and reason of each feature without a place.
    issues
        Faults of the input that did not stop the work.
    seconds
        How long each step took.
    """

    adcode: str
    folder: Path
    plans: int
    features: int
    precision: dict[str, int]
    district: dict[str, tuple[int, int]]
    category: dict[str, tuple[int, int]]
    unplaced: tuple[tuple[str, str], ...]
    issues: tuple[Issue, ...]
    seconds: dict[str, float] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """Return the report as a JSON object; counts of two are ``{"features", "placed"}``."""

        def pairs(counts: dict[str, tuple[int, int]]) -> dict[str, dict[str, int]]:
            return {key: {"features": every, "placed": placed} for key, (every, placed) in counts.items()}

        return {
            "city": self.adcode,
            "folder": str(self.folder),
            "plans": self.plans,
            "features": self.features,
            "precision": self.precision,
            "district": pairs(self.district),
            "category": pairs(self.category),
            "unplaced": [{"name": name, "reason": reason} for name, reason in self.unplaced],
            "issues": [{"where": i.where, "message": i.message, "values": dict(i.values)} for i in self.issues],
            "seconds": {step: round(value, 3) for step, value in self.seconds.items()},
        }


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
    documents, issues = read(paths, progress)
    progress("find", 0, 1)
    features = merge.extract(documents)
    progress("find", 1, 1)
    return Extraction(features=tuple(features), plans=tuple(d.plan for d in documents), issues=tuple(issues))


def explain(paths: Sequence[Path], name: str) -> list[dict[str, Any]]:
    """Return the features called ``name``, each with the sentences that name it.

    Parameters
    ----------
    paths
        Plan files or folders.
    name
        A name or alias, or a part of one.

    Returns
    -------
    list of dict
        The record of each feature; its mentions with ``before``, ``text`` and ``after``: the sentence in three
        parts, the middle one being the mention.

    Raises
    ------
    CallError, PlanError
        As :func:`read`; or no feature has that name.
    """
    documents, _ = read(paths)
    by_id = {d.plan.id: d for d in documents}
    wanted = normal(name)
    found = []
    for feature in merge.across(merge.extract(documents)):
        if not any(wanted in normal(n) for n in (feature.name, *feature.aliases)):
            continue
        record = feature.record()
        for mention in record["mentions"]:
            sentence = by_id[mention["plan"]].sentence(mention["offset"], mention["length"])
            mention.update(zip(("before", "text", "after"), sentence, strict=True))
        found.append(record)
    if not found:
        raise CallError("cli.not_named", name=name)
    return found


def build(
    paths: Sequence[Path],
    out: Path | None = None,
    adcode: str | None = None,
    progress: Progress = _silent,
) -> Report:
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

    clock = _Clock()
    place = city.load(adcode or settings.load().city)
    folder = (out or settings.load().layers_folder) / place.adcode
    documents, issues = read(paths, progress)
    clock.done("read")
    progress("find", 0, 1)
    features = merge.across(merge.extract(documents))
    plans = tuple(d.plan for d in documents)
    del documents
    progress("find", 1, 1)
    clock.done("find")
    progress("place", 0, 1)
    placements = Placer.load(place.adcode).place(features)
    progress("place", 1, 1)
    clock.done("place")
    progress("write", 0, 1)
    frame = layer_build.frame(features, placements)
    layer_build.write(frame, plans, place, folder)
    progress("write", 1, 1)
    clock.done("write")
    return _report(place, folder, features, placements, len(plans), issues, clock.seconds)


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


def _report(
    place: city.City,
    folder: Path,
    features: Sequence[Feature],
    placements: Sequence[Any],
    plans: int,
    issues: Sequence[Issue],
    seconds: dict[str, float],
) -> Report:
    from geo.placement import PRECISIONS

    better = ("exact", "near", "part")
    by_precision = Counter(p.precision for p in placements)
    districts: dict[str, list[int]] = {}
    categories: dict[str, list[int]] = {}
    for feature, placement in zip(features, placements, strict=True):
        placed = placement.precision in better
        for counts, keys in ((districts, feature.districts or ("",)), (categories, (feature.category,))):
            for key in keys:
                pair = counts.setdefault(key, [0, 0])
                pair[0] += 1
                pair[1] += placed
    order = {name: k for k, name in enumerate((*place.order, *sorted(set(districts) - {*place.order, ""}), ""))}
    return Report(
        adcode=place.adcode,
        folder=folder,
        plans=plans,
        features=len(features),
        precision={p: by_precision[p] for p in PRECISIONS if by_precision[p]},
        district={k: (districts[k][0], districts[k][1]) for k in sorted(districts, key=order.__getitem__)},
        category={k: (categories[k][0], categories[k][1]) for k in CATEGORIES if k in categories},
        unplaced=tuple((f.name, p.reason) for f, p in zip(features, placements, strict=True) if p.geometry is None),
        issues=tuple(issues),
        seconds=seconds,
    )
