"""Score found names against annotated ones: the exact match of a name or an alias, over what is annotated."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from projects.feature import Feature
from projects.plan import Document


def rows(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the rows of JSON Lines files."""
    return [json.loads(line) for p in paths for line in p.read_text(encoding="utf-8").splitlines() if line.strip()]


def key(name: str) -> str:
    """Return a name as it is compared: letters and digits only, one width, small."""
    folded = unicodedata.normalize("NFKC", name).lower()
    return "".join(c for c in folded if c.isalnum() or re.match(r"[^\W_]", c) or c in "+#&/%°")


def keys(name: str, aliases: Sequence[str]) -> set[str]:
    """Return what a thing may be called; of many aliases the first eight count."""
    return {k for k in map(key, (name, *aliases[:8])) if k}


def inside(source: str, start: int, end: int) -> list[bool]:
    """Return for each character of a file whether it is annotated; ``start`` and ``end`` count no white space."""
    at, out = 0, []
    for char in source:
        out.append(start <= at < end)
        at += len("".join(unicodedata.normalize("NFKC", char).split()))
    return out


def covered(features: Iterable[Feature], document: Document, span: Path) -> list[Feature]:
    """Return the features of a plan with a mention in its annotated span."""
    told = json.loads(span.read_text(encoding="utf-8"))
    mask = inside(document.source, told["start"], told["end"])
    return [
        f
        for f in features
        if f.doc == document.plan.id and any(mask[m.offset] for m in f.mentions if m.plan == document.plan.id)
    ]


def counts(features: Sequence[Feature], gold: Sequence[dict[str, Any]]) -> tuple[int, int, int, int]:
    """Return found features that are annotated, all found, sure annotations that were found, all of them."""
    named = set().union(*(keys(g["name"], g["aliases"]) for g in gold)) if gold else set()
    found = set().union(*(keys(f.name, f.aliases) for f in features)) if features else set()
    sure = [g for g in gold if g["sure"]]
    return (
        sum(bool(keys(f.name, f.aliases) & named) for f in features),
        len(features),
        sum(bool(keys(g["name"], g["aliases"]) & found) for g in sure),
        len(sure),
    )


def f1(counted: Iterable[tuple[int, int, int, int]]) -> float:
    """Return the harmonic mean of precision and recall over several plans."""
    right, found, met, wanted = (sum(column) for column in zip(*counted, strict=True))
    precision, recall = right / max(1, found), met / max(1, wanted)
    return 2 * precision * recall / max(1e-9, precision + recall)
