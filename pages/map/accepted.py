"""Added plans that were accepted: kept in the layers of the city, and taken off again."""

import contextlib
import hashlib
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

import whole
from city import City
from errors import CallError
from geo.place import Placer
from layers import build
from pages.map.additions import Addition, contents, distinct, safe_name
from projects import merge
from projects.feature import Feature
from projects.plan import Plan

# So many letters of its sum stand before the name of a kept file.
_MARK = 12


@dataclass(frozen=True)
class Shelf:
    """Where the layers of a city lie, and what was added to them on the page.

    Attributes
    ----------
    layers
        Folder of the city's layers.
    added
        Folder of the files of accepted plans.
    """

    layers: Path
    added: Path

    @property
    def before(self) -> Path:
        """The layers as they were before the first addition: what is taken off leaves nothing behind."""
        return self.added.with_name(f"{self.added.name}.before")

    @property
    def _log(self) -> Path:
        return self.added.with_name(f"{self.added.name}.added.json")

    def since(self) -> tuple[str, ...]:
        """Return the sums of the plans added since :attr:`before`; none when the layers were built anew meanwhile."""
        try:
            told = json.loads(self._log.read_text(encoding="utf-8"))
            return tuple(map(str, told["plans"])) if told["layers"] == self._sum() else ()
        except (OSError, ValueError, KeyError, TypeError):
            return ()

    def remember(self, plans: Iterable[str]) -> None:
        """Note which plans were added to the layers as they are now; without the note they cannot be taken off."""
        # The layers are written by now, whatever becomes of the note.
        with contextlib.suppress(OSError), whole.writing(self._log) as part:
            part.write_text(json.dumps({"layers": self._sum(), "plans": list(plans)}), encoding="utf-8")

    def _sum(self) -> str:
        return hashlib.sha256((build.standing(self.layers) / build.INDEX).read_bytes()).hexdigest()

    def file(self, plan: str) -> Path | None:
        """Return the kept file of a plan by its sum, or None."""
        return next(iter(sorted(self.added.glob(f"{plan[:_MARK]}-*"))), None)


# Two people who save at once: the second adds to what the first has written.
_saving = threading.Lock()


def keep(files: Sequence[tuple[str, bytes]], folder: Path) -> None:
    """Keep the files of accepted plans, so that their sentences show; each is written whole or not at all.

    Raises
    ------
    CallError
        They cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files:
            mark = hashlib.sha256(content).hexdigest()[:_MARK]
            path = folder / f"{mark}-{safe_name(name)}"
            if not path.is_file():
                with whole.writing(path) as part:
                    part.write_bytes(content)
    except OSError as error:
        raise CallError("layers.unwritable", path=str(folder), why=error) from None


def save(addition: Addition, town: City, placer: Placer, shelf: Shelf) -> int:
    """Put an addition into the layers of the city; return how many features they have then.

    What the layers hold keeps its name and comes first; the added plans bring new features, mentions and names.
    Reviews stay in the store.

    Parameters
    ----------
    addition
        What was found.
    town, placer
        The city and its placer.
    shelf
        Where layers and files lie; the layers change all at once.

    Raises
    ------
    CallError
        A file cannot be written.
    """
    with _saving:
        keep(addition.files, shelf.added)
        built = build.read(shelf.layers) if (shelf.layers / build.INDEX).is_file() else None
        since = shelf.since()
        if built and not since:
            build.write(built.frame, built.plans, town, shelf.before)
        known = {plan.sha256 for plan in built.plans} if built else set()
        count = _write(
            features(built.frame) if built else (), built.plans if built else (),
            addition.features, addition.plans, town, placer, shelf,
        )  # fmt: skip
        if built:
            shelf.remember((*since, *(plan.sha256 for plan in addition.plans if plan.sha256 not in known)))
    return count


def removable(plans: Mapping[str, Plan], shelf: Shelf) -> tuple[Plan, ...]:
    """Return which plans of the layers were added on the page and can be taken off again."""
    since = frozenset(shelf.since())
    return tuple(plan for plan in plans.values() if plan.sha256 in since and shelf.file(plan.sha256))


def remove(plan: Plan, town: City, placer: Placer, shelf: Shelf) -> int:
    """Take an added plan off the layers of the city; return how many features they have then.

    The layers become what they were before the first addition, with the other additions read once more: nothing that
    the plan told is left. Reviews stay in the store.

    Raises
    ------
    CallError
        The plan was not added on the page, or the layers were built anew since; a file cannot be written.
    PlanError
        The file of another added plan is gone or cannot be read.
    """
    with _saving:
        since = shelf.since()
        kept = {one: shelf.file(one) for one in since if one != plan.sha256}
        if plan.sha256 not in since or not all(kept.values()):
            raise CallError("page.not_removable", title=plan.title)
        before = build.read(shelf.before)
        try:
            uploads = [(path.name[_MARK + 1 :], path.read_bytes()) for path in kept.values() if path]
        except OSError as error:
            raise CallError("page.not_removable", title=plan.title) from error
        if uploads:
            documents = distinct(contents(uploads)[0], {one.id: one for one in before.plans})
            new, plans = merge.across(merge.extract(documents)), [document.plan for document in documents]
            count = _write(features(before.frame), before.plans, new, plans, town, placer, shelf)
        else:
            build.write(before.frame, before.plans, town, shelf.layers)
            count = len(before.frame)
        shelf.remember(kept)
        if path := shelf.file(plan.sha256):
            path.unlink(missing_ok=True)
    return count


def features(frame: gpd.GeoDataFrame) -> list[Feature]:
    """Return the features of a frame as records, without places."""
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name)).astype(object)
    plain = plain.where(plain.notna(), None)
    return [Feature.from_record({str(k): v for k, v in row.items()}) for row in plain.to_dict("records")]


def _write(
    old: Sequence[Feature],
    old_plans: Sequence[Plan],
    new: Sequence[Feature],
    new_plans: Sequence[Plan],
    town: City,
    placer: Placer,
    shelf: Shelf,
) -> int:
    together = merge.across([*old, *new])
    frame = build.frame(together, placer.place(together))
    plans = {one.id: one for one in (*old_plans, *new_plans)}
    build.write(frame, list(plans.values()), town, shelf.layers)
    return len(frame)
