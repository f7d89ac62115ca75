"""Learn how much each sign speaks for a status from hand-annotated plans, and measure it on plans left out.

    python benchmarks/train_status.py GOLD.jsonl ... --plans PLANS ... [--passages FOLDER ...] [--write]

The model is a multinomial logit over the signs of :mod:`projects.status`. Each real plan is left out in turn, samples
and passages by eighths. With ``--write`` the weights are stored in ``data/lexicon/states.csv``. Needs scikit-learn
(requirements-dev.txt).
"""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.train_judge import SAMPLES, name_key, told
from projects import find, plan, status
from projects.feature import STATUSES
from projects.plan import Document
from projects.region import home

STRENGTH = 1 / 0.3
"""Inverse strength of the regularisation."""
SHARE = 0.25
"""What a name of an invented plan or a passage weighs beside one of a real plan."""
SPARE = 3
"""Signs met fewer times than this are left out."""
PARTS = 8
"""In so many parts samples and passages are left out."""


@dataclass(frozen=True)
class Row:
    """A name of an annotated plan whose status is told: where it stands, its signs and the truth."""

    plan: str
    place: str
    signs: Sequence[str]
    truth: int


def annotated(paths: Sequence[Path], folders: Sequence[Path], place: str) -> Iterator[Row]:
    """Yield the names that the reader finds and of which the annotation tells a status; ``place``: whose."""
    documents: Mapping[str, Document] = {d.plan.id: d for d in plan.read(list(folders))[0]}
    for path in paths:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        if not rows:
            continue
        document = documents[rows[0]["doc"]]
        truth = {
            name_key(n): row["attrs"].get("status") for row in reversed(rows) for n in (row["name"], *row["aliases"])
        }
        own = "sample" if path.resolve().is_relative_to(SAMPLES) else place
        outlook = status.Outlook(document.text)
        for candidate in find.names(document, home(document))[0]:
            if known := truth.get(name_key(candidate.name)):
                yield Row(document.plan.id, own, status.evidence(document, candidate, outlook), STATUSES.index(known))


def table(rows: Sequence[Row], signs: Sequence[str]) -> csr_matrix:
    """Return which name has which sign, shape (names, signs)."""
    at = {sign: k for k, sign in enumerate(signs)}
    cells = [(n, at[sign]) for n, row in enumerate(rows) for sign in row.signs if sign in at]
    lines, columns = zip(*cells, strict=True)
    return csr_matrix((np.ones(len(cells)), (lines, columns)), shape=(len(rows), len(signs)))


def learnt(signs: csr_matrix, truth: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return the weights of the signs, shape (signs, statuses); the sign without a name is the constant."""
    model = LogisticRegression(C=STRENGTH, fit_intercept=False, max_iter=300)
    model.fit(signs, truth, sample_weight=shares)
    weights = np.zeros((signs.shape[1], len(STATUSES)))
    # Of two statuses only the weights of the second are told.
    told_of = model.classes_ if len(model.classes_) > 2 else model.classes_[1:]
    weights[:, told_of] = model.coef_.T
    return weights


def main() -> int:
    """Run the command."""
    options = told(__doc__.splitlines()[0])
    rows = [*annotated(options.gold, options.plans, "plan")]
    rows += annotated(sorted(options.passages_gold), options.passages, "passage")
    spoken = [row for row in rows if row.signs]
    met = Counter(sign for row in spoken for sign in row.signs)
    signs = sorted(sign for sign, count in met.items() if count >= SPARE)
    cells, truth = table(spoken, signs), np.array([row.truth for row in spoken])
    shares = np.array([1.0 if row.place == "plan" else SHARE for row in spoken])
    order = {p: k for k, p in enumerate(dict.fromkeys(row.plan for row in spoken))}
    part = np.array([order[row.plan] + PARTS if row.place == "plan" else order[row.plan] % PARTS for row in spoken])
    right = np.zeros(len(spoken), dtype=bool)
    for each in np.unique(part):
        aside = part == each
        right[aside] = (cells[aside] @ learnt(cells[~aside], truth[~aside], shares[~aside])).argmax(axis=1) == truth[
            aside
        ]
    for place in dict.fromkeys(row.place for row in rows):
        count = sum(row.place == place for row in rows)
        hits = right[np.array([row.place == place for row in spoken])].sum()
        print(f"{place:8} each left out {hits / count:.3f} of {count}")
    if options.write:
        path = Path(__file__).parent.parent / "data" / "lexicon" / "states.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["sign", *STATUSES])
            weights = learnt(cells, truth, shares)
            writer.writerows([s, *(f"{w:.2f}" for w in row)] for s, row in zip(signs, weights, strict=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
