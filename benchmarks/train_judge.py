"""Learn the weights of the signs of a name from hand-annotated plans, and measure them on plans left out.

    python benchmarks/train_judge.py GOLD.jsonl ... --plans PLANS [PLANS ...] [--write]

Each plan is left out in turn: the weights are learnt on the others and scored on it; then they are learnt on all and,
with ``--write``, stored in ``data/lexicon/weights.csv``. Needs scikit-learn (requirements-dev.txt).
"""

import argparse
import csv
import json
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent.parent))

from projects import find, plan
from projects.feature import normal
from projects.region import home

SPARE = 3
"""Signs met fewer times than this in the training plans are left out."""
STRENGTH = 0.8
"""Inverse strength of the regularisation."""
SAMPLES = Path(__file__).resolve().parent.parent / "data" / "sample"
SHARE = 0.35
"""What a phrase of an invented plan weighs beside one of a real plan: such plans are denser in names."""


@dataclass(frozen=True)
class Row:
    """A phrase of an annotated plan: its signs, and whether it is a name (1), none (0) or debatable (-1)."""

    name: str
    signs: dict[str, float]
    truth: int
    weight: float


def annotated(paths: list[Path], folders: list[Path]) -> dict[str, list[Row]]:
    """Return the phrases in the annotated part of each plan, with the signs that they have in the whole of it."""
    documents = {d.plan.id: d for d in plan.read(folders)[0]}
    out = {}
    for path in paths:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        document = documents[rows[0]["doc"]]
        span = json.loads(path.with_suffix(".span.json").read_text(encoding="utf-8"))
        inside = _inside(document.source, span["start"], span["end"])
        sure = {name_key(n) for r in rows if r["sure"] for n in (r["name"], *r["aliases"])}
        unsure = {name_key(n) for r in rows if not r["sure"] for n in (r["name"], *r["aliases"])}
        invented = path.resolve().is_relative_to(SAMPLES)
        out[document.plan.id] = []
        for candidate in find.candidates(document, home(document)):
            if not any(inside[document.offsets[item.phrase.start]] for item in candidate.items):
                continue
            keys = {name_key(n) for item in candidate.items for n in (item.name, *item.aliases)}
            truth = 1 if keys & sure else -1 if keys & unsure else 0
            out[document.plan.id].append(Row(candidate.name, candidate.signs, truth, SHARE if invented else 1.0))
    return out


def name_key(name: str) -> str:
    """Return a name as the annotations are held against it: without what may stand otherwise there."""
    return "".join(c for c in normal(name) if c not in "()、,。;:[]")


def _inside(source: str, start: int, end: int) -> list[bool]:
    """Return for each character of the source whether it lies in the annotated span."""
    out, at = [], 0
    for char in source:
        out.append(start <= at < end)
        at += len("".join(unicodedata.normalize("NFKC", char).split()))
    return out


def learnt(rows: list[Row]) -> tuple[DictVectorizer, np.ndarray, LogisticRegression]:
    """Return the fitted model of annotated phrases."""
    rows = [r for r in rows if r.truth >= 0]
    vectors = DictVectorizer()
    table = vectors.fit_transform([r.signs for r in rows])
    kept = np.asarray((table != 0).sum(axis=0)).ravel() >= SPARE
    model = LogisticRegression(C=STRENGTH, max_iter=1000, solver="liblinear")
    return vectors, kept, model.fit(table[:, kept], [r.truth for r in rows], [r.weight for r in rows])


def told(about: str) -> argparse.Namespace:
    """Return what the command line says: ``gold`` and ``plans`` (paths) and ``write``."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--plans", nargs="+", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    return parser.parse_args()


def main() -> int:
    """Run the command."""
    options = told(__doc__.splitlines()[0])
    data = annotated(options.gold, options.plans)
    totals = np.zeros(3)
    for left_out, rows in data.items():
        vectors, kept, model = learnt([r for name, part in data.items() if name != left_out for r in part])
        guess = model.predict_proba(vectors.transform([r.signs for r in rows])[:, kept])[:, 1] >= find.THRESHOLD
        truth = np.array([r.truth for r in rows])
        counts = np.array([(guess & (truth == 1)).sum(), (guess & (truth == 0)).sum(), (~guess & (truth == 1)).sum()])
        totals += counts
        _show(left_out, counts)
    _show("all, each left out", totals)
    if options.write:
        vectors, kept, model = learnt([r for part in data.values() for r in part])
        names = np.array(vectors.get_feature_names_out())[kept]
        path = Path(__file__).parent.parent / "data" / "lexicon" / "weights.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["sign", "weight"])
            writer.writerow(["", f"{model.intercept_[0]:.4f}"])
            writer.writerows([n, f"{w:.4f}"] for n, w in zip(names, model.coef_[0], strict=True) if abs(w) >= 5e-4)
    return 0


def _show(name: str, counts: np.ndarray) -> None:
    hit, wrong, missed = counts
    precision, recall = hit / max(1, hit + wrong), hit / max(1, hit + missed)
    f1 = 2 * hit / max(1, 2 * hit + wrong + missed)
    print(f"{name:24} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  (of the phrases read)")


if __name__ == "__main__":
    sys.exit(main())
