"""``extract`` and ``build``: plan files to features and layers."""

import argparse
from collections import Counter
from typing import TYPE_CHECKING

from commands.console import Progress, put, say, text, warn
from errors import CallError

if TYPE_CHECKING:
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
        raise CallError("cli.unwritable", path=str(args.out), why=error.strerror or str(error)) from None
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

    progress = Progress()
    store = args.store or (None if args.out else settings.load().store_of(args.city))
    report = pipeline.build(args.plans, args.out, args.city, progress, store)
    progress.clear()
    if args.json:
        put(report.record())
    else:
        warn(report.issues)
        print(*report.lines(every=args.unplaced), sep="\n")
    return 0
