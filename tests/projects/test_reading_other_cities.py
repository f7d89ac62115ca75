"""Plans of other cities, written for this repository, are read nearly as a careful reader reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from projects import merge, plan
from projects.feature import Feature
from projects.plan import Document
from tests.projects.scoring import counts, covered, f1, rows

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
FLOOR = 0.83
"""Over all of them; what is reached stands in docs/extraction.md."""
LOWEST = 0.72
"""Of any one of them."""


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    documents, issues = plan.read([SAMPLE])
    assert issues == []
    return documents


@pytest.fixture(scope="module")
def found(documents: list[Document]) -> dict[str, list[Feature]]:
    """Return what is found in each plan, read by itself."""
    return {d.plan.id: covered(merge.extract([d]), d, SAMPLE / "gold" / f"{d.plan.id}.span.json") for d in documents}


def gold(name: str) -> list[dict[str, object]]:
    return rows([SAMPLE / "gold" / f"{name}.jsonl"])


def test_all_plans_are_there(documents: list[Document]) -> None:
    assert {d.plan.id for d in documents} == {p.stem for p in (SAMPLE / "gold").glob("*.jsonl")} != set()


def test_names_over_all_plans(found: dict[str, list[Feature]]) -> None:
    assert f1(counts(features, gold(name)) for name, features in found.items()) >= FLOOR


@pytest.mark.parametrize("name", sorted(p.stem for p in (SAMPLE / "gold").glob("*.jsonl")))
def test_names_of_each_plan(found: dict[str, list[Feature]], name: str) -> None:
    assert f1([counts(found[name], gold(name))]) >= LOWEST


def test_each_plan_is_at_home_in_its_city(found: dict[str, list[Feature]], documents: list[Document]) -> None:
    for made in documents:
        if made.plan.district:
            elsewhere = [f for f in found[made.plan.id] if f.districts and made.plan.district not in f.districts]
            assert all(f.districts[0] in f.name for f in elsewhere)  # the name itself says so


def test_the_score_counts_as_it_says() -> None:
    annotated = [
        {"name": "松鹤公园", "aliases": ["公园A"], "sure": 1},
        {"name": "棠溪水库", "aliases": [], "sure": 1},
        {"name": "云岫馆", "aliases": [], "sure": 0},
    ]

    def named(name: str, *aliases: str) -> Feature:
        return Feature(id="", name=name, aliases=aliases, kind="area", category="ecology", doc="p", mentions=())

    features = [named("“松鹤”公园"), named("云岫馆"), named("别的", "公园Ａ"), named("无")]
    assert counts(features, annotated) == (3, 4, 1, 2)
    assert f1([(3, 4, 1, 2)]) == pytest.approx(2 * 0.75 * 0.5 / 1.25)
