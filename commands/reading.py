"""``extract`` and ``build``: plan files to features and layers."""

import argparse

from commands.console import Progress, put, say, text, warn
from errors import CallError


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

    changes = pipeline.compare(args.before, args.after)
    for change in changes:
        if args.json:
            put({**vars(change), "fields": {name: [old, new] for name, old, new in change.fields}})
            continue
        print(text(f"change_{change.what}"), change.name)
        for name, old, new in change.fields:
            print(f"    {name}: {_shown(old)} -> {_shown(new)}")
    if not args.json:
        counts = {what: sum(c.what == what for c in changes) for what in ("new", "gone", "changed")}
        say(text("compared", **counts))
    return 0


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(map(str, value)) or "-"
    return "-" if value is None else str(value)


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
