"""Learn the weights of what speaks for a category from hand-annotated plans, and measure them on plans left out.

    python benchmarks/train_category.py GOLD.jsonl ... --plans PLANS ... [--passages FOLDER ...] [--write]

What a head noun, a word, a heading says weighs the same for every category, so the model is a conditional logit: the
score of a category is the sum of the weights of the signs that speak for it, and a leaning of its own. With ``--write``
the weights are stored in ``data/lexicon/votes.csv``. Needs SciPy, which comes with scikit-learn (requirements-dev.txt).
"""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Set
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.train_judge import SAMPLES, SHARE, name_key, told
from projects import categories, describe, merge, plan, variants
from projects.categories import Neighbours, Sign
from projects.feature import CATEGORIES
from projects.find import Candidate
from projects.plan import Document
from projects.region import home

RIDGE = 0.25
"""Strength of the regularisation."""
SPARE = 8
"""A sign met with fewer names is left out."""
LEAST = 0.02
"""Smaller weights are not stored."""


class Votes:
    """The names of annotated plans: what speaks for each category, shape (names * categories, signs), and the truth."""

    def __init__(self, rows: list[tuple[str, list[Sign], str, float]], signs: list[str]) -> None:
        self.plans = np.array([row[0] for row in rows])
        self.weights = np.array([row[3] for row in rows])
        self.truth = np.array([CATEGORIES.index(row[2]) for row in rows])
        at = {sign: k for k, sign in enumerate(signs)}
        order = {category: k for k, category in enumerate(CATEGORIES)}
        cells = [
            (much, n * len(CATEGORIES) + order[category], at[sign])
            for n, (_, evidence, _, _) in enumerate(rows)
            for sign, category, much in evidence
            if sign in at
        ]
        much, row, column = zip(*cells, strict=True)
        self.table = sparse.csr_matrix((much, (row, column)), shape=(len(rows) * len(CATEGORIES), len(signs)))

    def of(self, chosen: np.ndarray) -> sparse.csr_matrix:
        """Return the part of the table that holds the chosen names."""
        return self.table[np.repeat(chosen, len(CATEGORIES))]


def annotated(
    paths: list[Path], folders: list[Path], passages: Set[Path] = frozenset()
) -> list[tuple[str, list[Sign], str, float]]:
    """Return plan, evidence, category and weight of each annotated thing that the reader finds."""
    documents = {d.plan.id: d for d in plan.read(folders)[0]}
    out = []
    for path in paths:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        document = documents[rows[0]["doc"]]
        truth = {name_key(n): row["category"] for row in reversed(rows) for n in (row["name"], *row["aliases"])}
        weight = SHARE if path in passages or path.resolve().is_relative_to(SAMPLES) else 1.0
        for thing, kind, part_of, neighbours in things(document):
            names = (name for item in thing.items for name in (item.name, *item.aliases))
            if category := next((truth[key] for name in names if (key := name_key(name)) in truth), None):
                said = [
                    *categories.leanings(kind, describe.subject(thing.name)[1]),
                    *categories.evidence(document, thing, kind, part_of, neighbours),
                ]
                out.append((document.plan.id, said, category, weight))
    return out


def things(document: Document) -> Iterator[tuple[Candidate, str, str | None, Neighbours]]:
    """Yield the things that a plan names: their mentions, kind, the larger thing, and the names of the plan."""
    named = merge.things(document, home(document))
    neighbours = Neighbours(named.found)
    for everyone in named.groups:
        larger = (named.belonging[c.key].part_of for c in everyone if c.key in named.belonging)
        kind = named.kinds[everyone[0].key]
        yield variants.together(everyone), kind, next(filter(None, larger), None), neighbours


def learnt(votes: Votes, chosen: np.ndarray) -> np.ndarray:
    """Return the weights of the signs, fitted to the chosen names."""
    table, truth, weights = votes.of(chosen), votes.truth[chosen], votes.weights[chosen]
    turned = table.T.tocsr()

    def loss(beta: np.ndarray) -> tuple[float, np.ndarray]:
        scores = (table @ beta).reshape(len(truth), -1)
        scores -= scores.max(axis=1, keepdims=True)
        chance = np.exp(scores)
        chance /= chance.sum(axis=1, keepdims=True)
        right = chance[np.arange(len(truth)), truth]
        excess = chance.copy()
        excess[np.arange(len(truth)), truth] -= 1.0
        slope = turned @ (excess * weights[:, None]).reshape(-1)
        return float(-(weights * np.log(right)).sum() + RIDGE * beta @ beta), slope + 2 * RIDGE * beta

    return minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B").x


def main() -> int:
    """Run the command."""
    options = told(__doc__.splitlines()[0])
    plans = annotated(options.gold, options.plans)
    rows = plans + annotated(sorted(options.passages_gold), options.passages, options.passages_gold)
    met = Counter(sign for _, evidence, _, _ in rows for sign in {sign for sign, _, _ in evidence})
    signs = sorted(sign for sign, names in met.items() if names >= SPARE)
    votes = Votes(rows, signs)
    right = np.zeros(len(rows), dtype=bool)
    for left_out in dict.fromkeys(row[0] for row in plans):
        aside = votes.plans == left_out
        scores = (votes.of(aside) @ learnt(votes, ~aside)).reshape(-1, len(CATEGORIES))
        right[aside] = scores.argmax(axis=1) == votes.truth[aside]
        print(f"{left_out:24} {right[aside].mean():.3f} of {aside.sum()}")
    right = right[: len(plans)]
    real = right[votes.weights[: len(plans)] == 1]
    print(f"{'each left out':24} {right.mean():.3f} of {len(right)}; real plans {real.mean():.3f}")
    if options.write:
        path = Path(__file__).parent.parent / "data" / "lexicon" / "votes.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["sign", "weight"])
            weights = learnt(votes, np.ones(len(rows), dtype=bool))
            known = zip(signs, weights, strict=True)
            writer.writerows([sign, f"{weight:.3f}"] for sign, weight in known if abs(weight) >= LEAST)
    return 0


if __name__ == "__main__":
    sys.exit(main())
