"""``extract`` and ``build``: plan files to features and layers."""

import argparse
import time
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from commands.console import Progress, put, say, text, warn
from errors import CallError

if TYPE_CHECKING:
    from cluster import Cluster
    from projects.archive import Archive
    from projects.compare import Change

_UNTOLD: tuple[object, ...] = (None, ())


def extract(args: argparse.Namespace) -> int:
    """``extract``: plan files to features, without coordinates."""
    import pipeline
    from projects.feature import write_features

    progress = Progress()
    if args.explain is not None:
        return _explain(args)
    found = pipeline.extract(args.plans, progress)
    progress.clear()
    warn(found.issues)
    if args.out is None:
        for feature in found.features:
            put(feature.record())
        return 0
    try:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        write_features(args.out, found.features)
    except OSError as error:
        raise CallError("cli.unwritable", path=str(args.out), why=error) from None
    if args.json:
        put({"features": len(found.features), "plans": len(found.plans), "file": str(args.out)})
    else:
        say(text("extracted", n=len(found.features), plans=len(found.plans), path=args.out))
    return 0


def _explain(args: argparse.Namespace) -> int:
    """``extract --explain``: what was made of a name, by which rule and signs, and where it stands."""
    import pipeline

    for found in pipeline.explain(args.plans, args.explain):
        if args.json:
            put(found)
            continue
        kept = text("explain_taken" if found["taken"] else "explain_left", p=found["probability"], t=found["threshold"])
        print(f"{found['plan']}: {found['name']}", *(f"= {alias}" for alias in found["aliases"]), kept)
        if found["feature"]:
            print(f"  -> {found['feature']['name']} {found['feature']['id']}")
        print("  " + ", ".join(f"{sign} {share:+}" for sign, share in found["signs"].items()))
        for r in found["readings"]:
            where = f"{r['section']} @{r['offset']} ({r['rule']})"
            print(f"  {where}: {r['before']}【{r['text']}】{r['after']}")
    return 0


def compare(args: argparse.Namespace) -> int:
    """``compare``: what a later plan names anew, no longer, or with other figures, dates and states."""
    import pipeline

    counts = Counter[str]()
    for change in pipeline.compare(args.before, args.after):
        counts[what := _kind(change)] += 1
        if args.json:
            put({**vars(change), "what": what, "fields": {name: [old, new] for name, old, new in change.fields}})
            continue
        print(text(f"change_{what}"), change.name)
        for name, old, new in change.fields:
            print(f"    {_label(name)}: {_shown(name, old)} -> {_shown(name, new)}")
    if not args.json:
        say(text("compared", **{what: counts[what] for what in ("new", "gone", "changed", "told")}))
    return 0


def _kind(change: "Change") -> str:
    """Return what is different: a field that only one of the plans speaks of is no change of it."""
    if change.what != "changed" or any(old not in _UNTOLD and new not in _UNTOLD for _, old, new in change.fields):
        return change.what
    return "told"


def _label(name: str) -> str:
    from layers import schema

    return schema.field(name).heading()


def _shown(name: str, value: object) -> str:
    """Return a value in words, a stroke for what a plan does not say."""
    from layers import schema

    if value in _UNTOLD:
        return "-"
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    if isinstance(value, float):
        return f"{value:.15g}"
    return schema.value_label(name, value) if isinstance(value, str) else str(value)


def build(args: argparse.Namespace) -> int:
    """``build``: plan files to layers, with a report."""
    import pipeline
    import settings
    from projects.archive import Archive

    given = settings.load()
    if args.cities and (len(args.plans) != 1 or args.city):
        raise CallError("cli.one_folder")
    progress = Progress()
    archive = Archive(given.archive_folder, fresh=args.force)
    with _cluster(args) as cluster:
        if args.cities:
            return _cities(args, progress, cluster, archive)
        store = args.store or (None if args.out else given.store_of(args.city))
        report = pipeline.build(args.plans, args.out, args.city, progress, store, cluster=cluster, archive=archive)
    progress.clear()
    warn(archive.issues)
    if args.json:
        put(report.record())
    else:
        warn(report.issues)
        print(*report.lines(every=args.unplaced), sep="\n")
    return 0


def _cluster(args: argparse.Namespace) -> "AbstractContextManager[Cluster | None]":
    """Return the cluster that is asked for, if any."""
    if args.workers is None and args.scheduler is None:
        return nullcontext()
    from cluster import Cluster

    return Cluster(args.workers or 1, args.scheduler)


def _cities(args: argparse.Namespace, progress: Progress, cluster: "Cluster | None", archive: "Archive") -> int:
    """``build --cities``: a folder of cities to their layers, a line for each."""
    import pipeline
    import settings
    from report import BETTER, Report

    address = args.store or ("" if args.out else settings.load().store_of("{city}"))
    if address and "{city}" not in address:
        raise CallError("cli.one_store", address=address)
    stores = (lambda adcode: address.replace("{city}", adcode)) if address else None
    started = time.perf_counter()
    counts = Counter[str]()
    for place, result in pipeline.build_cities(
        args.plans[0], args.out, progress, stores, cluster=cluster, archive=archive
    ):
        counts["cities"] += 1
        progress.clear()
        if not isinstance(result, Report):
            counts["faults"] += 1
            say(f"{place.adcode} {place.name}: {result.text()}")
            continue
        counts += Counter(plans=result.plans, n=result.features)
        if args.json:
            put(result.record())
            continue
        warn(result.issues)
        better = sum(result.precision.get(p, 0) for p in BETTER) / max(result.features, 1)
        told = {"adcode": place.adcode, "name": place.name, "plans": result.plans, "n": result.features}
        print(text("built_city", **told, share=better), flush=True)
    warn(archive.issues)
    done = {name: counts[name] for name in ("cities", "plans", "n", "faults")}
    say(text("built_cities", **done, s=time.perf_counter() - started))
    return 1 if counts["faults"] else 0
