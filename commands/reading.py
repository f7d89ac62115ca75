"""``extract`` and ``build``: plan files to features and layers."""

import argparse
import json

from commands.console import Progress, put, say, text, warn
from errors import CallError


def extract(args: argparse.Namespace) -> int:
    """``extract``: plan files to features, without coordinates."""
    import pipeline
    from projects.feature import write_features

    progress = Progress()
    if args.explain:
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
    """``extract --explain``: where features of a name stand, and what was made of it."""
    import pipeline

    for record in pipeline.explain(args.plans, args.explain):
        if args.json:
            put(record)
            continue
        mentions = record.pop("mentions")
        print(record["name"], *(f"= {alias}" for alias in record["aliases"]))
        said = {key: value for key, value in record.items() if value not in (None, [], False)}
        print("  " + json.dumps(said, ensure_ascii=False))
        for m in mentions:
            print(f"  {m['plan']} {m['section']} @{m['offset']}: {m['before']}【{m['text']}】{m['after']}")
    return 0


def build(args: argparse.Namespace) -> int:
    """``build``: plan files to layers, with a report."""
    import pipeline
    import settings

    progress = Progress()
    store = args.store or (None if args.out else settings.load().store)
    report = pipeline.build(args.plans, args.out, args.city, progress, store)
    progress.clear()
    if args.json:
        put(report.record())
    else:
        warn(report.issues)
        print(*report.lines(every=args.unplaced), sep="\n")
    return 0
