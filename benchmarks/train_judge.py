"""Learn the weights of the signs of a name from hand-annotated plans, and measure them on plans left out.

    python benchmarks/train_judge.py GOLD.jsonl ... --plans PLANS ... [--passages FOLDER ...] [--write]

Each plan is left out in turn: the weights are learnt on the others and scored on it; then they are learnt on all. A
folder of passages holds short texts of real plans of many places with their annotation in ``gold/``; passages are left
out by fifths. The second look is learnt from first guesses at plans that the first look had not seen. With ``--write``
the words that the sample plans of several cities have in common are counted first (``data/lexicon/met.csv``), and the
weights are stored in ``data/lexicon/weights.csv``; a plan is always held against the words of the other cities alone.
``--company`` learns anew only what the company of a phrase adds, held close to the stored weights: after a change of
what is looked at, where the passages are not at hand that the other weights were learnt on too.
Needs scikit-learn (requirements-dev.txt).
"""

import argparse
import csv
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).parent.parent))

from projects import company, find, judge, plan, words
from projects.feature import normal
from projects.plan import Document
from projects.region import home

SPARE = 3
"""Signs met fewer times than this in the training plans are left out."""
STRENGTH = 0.8
"""Inverse strength of the regularisation."""
LEAST = 5e-4
"""Smaller weights are not stored."""
FOLDS = 5
"""In so many parts plans are left out of the first look, for the second to learn from."""
CLOSE = 0.02
"""Variance of what is learnt of company anew around the stored weights."""
SAMPLES = Path(__file__).resolve().parent.parent / "data" / "sample"
SHARE = 0.35
"""What a phrase of an invented plan or a passage weighs beside one of a real plan: they are denser in names."""


@dataclass(frozen=True)
class Row:
    """A phrase of an annotated plan: its own signs, and whether it is a name (1), none (0) or is not told (-1)."""

    signs: dict[str, float]
    truth: int
    weight: float


@dataclass(frozen=True)
class Annotated:
    """All phrases of a plan with their mentions, and which of them stand in the annotated part."""

    rows: list[Row]
    mentions: list[company.Mentions]
    inside: list[bool]

    def seen(self, chances: Sequence[float]) -> list[Row]:
        """Return the phrases with what their company, guessed at by ``chances``, adds to their signs."""
        beside = company.signs(self.mentions, chances)
        return [replace(row, signs=row.signs | more) for row, more in zip(self.rows, beside, strict=True)]

    def told(self, rows: list[Row]) -> list[Row]:
        """Return those of ``rows`` that stand in the annotated part."""
        return [row for row, inside in zip(rows, self.inside, strict=True) if inside]


@dataclass(frozen=True)
class Model:
    """Fitted weights of one look."""

    vectors: DictVectorizer
    kept: np.ndarray
    fit: LogisticRegression

    def chances(self, rows: list[Row]) -> np.ndarray:
        """Return the probability that each is a name."""
        return self.fit.predict_proba(self.vectors.transform([r.signs for r in rows])[:, self.kept])[:, 1]

    def weights(self) -> dict[str, float]:
        """Return the weight of each sign that has one; ``""`` names the constant."""
        names = np.array(self.vectors.get_feature_names_out())[self.kept]
        known = {n: w for n, w in zip(names, self.fit.coef_[0], strict=True) if abs(w) >= LEAST}
        return {"": float(self.fit.intercept_[0])} | known


def vocabulary(documents: Iterable[Document]) -> dict[str, set[str]]:
    """Return the words of two letters and more in the plans of each city, by its code."""
    found: dict[str, set[str]] = {}
    for document in documents:
        region = home(document)
        own = found.setdefault(region.code, set())
        for part in document.paragraphs:
            tokens = words.tokens(document.text, region.regions, part.start, part.end)
            own.update(t.word for t in tokens if len(t.word) > 1)
    return found


def count(cities: Mapping[str, set[str]]) -> None:
    """Count in the plans of how many cities each word is met, and store it."""
    met = Counter(word for own in cities.values() for word in own)
    common = sorted(word for word, n in met.items() if n > 1 and re.fullmatch("[一-鿿]+", word))
    _write("met", ["word", "cities"], ([word, met[word]] for word in common))
    words.met.cache_clear()


@contextmanager
def unseen(own: Set[str]) -> Iterator[None]:
    """Hold the words of a city's plans against those of the other cities alone."""
    met = words.met()
    counted = own & met.keys()
    for word in counted:
        met[word] -= 1
    try:
        yield
    finally:
        for word in counted:
            met[word] += 1


def annotated(
    paths: Iterable[Path],
    documents: Mapping[str, Document],
    cities: Mapping[str, set[str]],
    passages: Set[Path] = frozenset(),
) -> dict[str, Annotated]:
    """Return the phrases of each annotated plan, with the signs that they have in the whole of it."""
    out = {}
    for path in paths:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        document = documents[rows[0]["doc"]]
        span = json.loads(path.with_suffix(".span.json").read_text(encoding="utf-8"))
        covered = _inside(document.source, span["start"], span["end"])
        sure = {name_key(n) for r in rows if r["sure"] for n in (r["name"], *r["aliases"])}
        unsure = {name_key(n) for r in rows if not r["sure"] for n in (r["name"], *r["aliases"])}
        weight = SHARE if path in passages or path.resolve().is_relative_to(SAMPLES) else 1.0
        region = home(document)
        phrases = find.phrases(document, region)
        part = Annotated([], [*phrases.values()], [])
        with unseen(cities.get(region.code, set())):
            told = find.told_by_mentions(document, region, phrases)
        for mentions, own in zip(part.mentions, told, strict=True):
            keys = {name_key(n) for _, item in mentions for n in (item.name, *item.aliases)}
            truth = 1 if keys & sure else -1 if keys & unsure else 0
            part.rows.append(Row(own.signs(), truth, weight))
            part.inside.append(any(covered[document.offsets[item.phrase.start]] for _, item in mentions))
        out[document.plan.id] = part
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


def fitted(rows: list[Row]) -> Model:
    """Return the model of annotated phrases."""
    rows = [r for r in rows if r.truth >= 0]
    vectors = DictVectorizer()
    table = vectors.fit_transform([r.signs for r in rows])
    kept = np.asarray((table != 0).sum(axis=0)).ravel() >= SPARE
    model = LogisticRegression(C=STRENGTH, max_iter=1000, solver="liblinear")
    return Model(vectors, kept, model.fit(table[:, kept], [r.truth for r in rows], [r.weight for r in rows]))


def learnt(data: Mapping[str, Annotated]) -> tuple[Model, Model]:
    """Return the models of the first and the second look, learnt from annotated plans."""

    def first(names: list[str]) -> Model:
        return fitted([row for name in names for row in data[name].told(data[name].rows)])

    seen: list[Row] = []
    for k in range(FOLDS):
        unseen = [*data][k::FOLDS]
        if not unseen:
            continue
        guess = first([name for name in data if name not in unseen])
        for name in unseen:
            seen += data[name].told(data[name].seen(guess.chances(data[name].rows)))
    return first([*data]), fitted(seen)


def company_anew(data: Mapping[str, Annotated]) -> dict[str, float]:
    """Return the constant and the weights of a phrase's company in the second look, the other weights as stored."""
    stored = judge.weights()
    signs = ["", *sorted(name for name in stored if name.startswith(company.SIGNS))]
    table, fixed, truth, weight = [], [], [], []
    for part in data.values():
        guesses = [judge.probability(judge.added(row.signs, "first"), "first") for row in part.rows]
        for row, seen in zip(part.told(part.rows), part.told(part.seen(guesses)), strict=True):
            if row.truth >= 0:
                table.append([1.0, *(seen.signs.get(name, 0.0) for name in signs[1:])])
                fixed.append(judge.added(row.signs))
                truth.append(row.truth)
                weight.append(row.weight)
    x, offset, y, w = map(np.array, (table, fixed, truth, weight))
    before = np.array([stored[name] for name in signs])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        odds = offset + x @ weights
        away = weights - before
        value = (w * np.logaddexp(0, np.where(y, -odds, odds))).sum() + (away**2).sum() / (2 * CLOSE)
        return value, x.T @ (w * (1 / (1 + np.exp(-odds)) - y)) + away / CLOSE

    return dict(zip(signs, minimize(loss, before, jac=True).x.tolist(), strict=True))


def told(about: str, *flags: str) -> argparse.Namespace:
    """Return what the command line says: ``gold``, ``plans``, ``passages`` (paths), ``write`` and further flags."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--plans", nargs="+", type=Path, required=True)
    parser.add_argument("--passages", nargs="*", type=Path, default=[])
    for flag in ("--write", *flags):
        parser.add_argument(flag, action="store_true")
    options = parser.parse_args()
    options.passages_gold = frozenset(
        p for f in options.passages for p in (f / "gold").glob("*.jsonl") if p.stat().st_size > 1
    )
    return options


def main() -> int:
    """Run the command."""
    options = told(__doc__.splitlines()[0], "--company")
    documents = {d.plan.id: d for d in plan.read([*options.plans, *options.passages])[0]}
    cities = vocabulary(plan.read([SAMPLES])[0])
    if options.write and not options.company:
        count(cities)
    plans = annotated(options.gold, documents, cities)
    passages = annotated(sorted(options.passages_gold), documents, cities, options.passages_gold)
    data = plans | passages
    if options.company:
        anew = company_anew(data)
        for sign, weight in anew.items():
            print(f"{sign or 'constant':24} {judge.weights()[sign]:7.3f} -> {weight:7.3f}")
        if options.write:
            _store(judge.weights("first"), judge.weights() | anew)
        return 0
    totals = np.zeros(3)
    for left_out in plans:
        counts = _counts(data, {left_out})
        totals += counts
        _show(left_out, counts)
    _show("all, each left out", totals)
    if passages:
        ids = [*passages]
        size = -(-len(ids) // FOLDS)
        parts = [_counts(data, {*ids[k : k + size]}) for k in range(0, len(ids), size)]
        _show("passages, by fifths", np.sum(parts, axis=0))
    if options.write:
        _store(*(model.weights() for model in learnt(data)))
    return 0


def _counts(data: Mapping[str, Annotated], left_out: Set[str]) -> np.ndarray:
    """Return how many names are hit, wrong and missed in the plans left out of the learning."""
    first, second = learnt({name: part for name, part in data.items() if name not in left_out})
    counts = np.zeros(3)
    for part in (data[name] for name in left_out):
        rows = part.told(part.seen(first.chances(part.rows)))
        if rows:
            guess = second.chances(rows) >= find.THRESHOLD
            truth = np.array([r.truth for r in rows])
            counts += (guess & (truth == 1)).sum(), (guess & (truth == 0)).sum(), (~guess & (truth == 1)).sum()
    return counts


def _store(first: Mapping[str, float], second: Mapping[str, float]) -> None:
    signs = sorted(first.keys() | second.keys())
    rows = ([sign, *(f"{look[sign]:.4f}" if sign in look else "" for look in (first, second))] for sign in signs)
    _write("weights", ["sign", "first", "second"], rows)


def _write(name: str, header: list[str], rows: Iterable[list[Any]]) -> None:
    path = Path(__file__).parent.parent / "data" / "lexicon" / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _show(name: str, counts: np.ndarray) -> None:
    hit, wrong, missed = counts
    precision, recall = hit / max(1, hit + wrong), hit / max(1, hit + missed)
    f1 = 2 * hit / max(1, 2 * hit + wrong + missed)
    print(f"{name:24} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  (of the phrases read)")


if __name__ == "__main__":
    sys.exit(main())
