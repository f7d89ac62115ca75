"""Findings: what one plan names, before the plans of a city are joined; as lines of JSON, too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace

from projects.feature import Feature
from projects.plan import Plan


@dataclass(frozen=True)
class Thing:
    """A thing that a plan names.

    Attributes
    ----------
    feature
        Its id is not final.
    own, bare
        The forms under which other plans may name it: as it stands, and without its region before it.
    """

    feature: Feature
    own: tuple[str, ...]
    bare: tuple[str, ...]


@dataclass(frozen=True)
class Findings:
    """What one plan names.

    Attributes
    ----------
    plan
        The plan.
    city
        Code of the city it is at home in, or of the province it is about; empty when its text does not tell.
    things
        In order of first mention.
    """

    plan: Plan
    city: str
    things: tuple[Thing, ...]

    def called(self, plan_id: str) -> Findings:
        """Return the same findings of a plan under another id."""
        if plan_id == self.plan.id:
            return self
        things = (
            replace(
                thing,
                feature=replace(
                    thing.feature,
                    doc=plan_id,
                    mentions=tuple(replace(mention, plan=plan_id) for mention in thing.feature.mentions),
                ),
            )
            for thing in self.things
        )
        return Findings(replace(self.plan, id=plan_id), self.city, tuple(things))


def lines(found: Iterable[Findings]) -> Iterator[str]:
    """Yield findings as JSON objects: one for a plan, then one for each thing that it names."""
    for one in found:
        yield json.dumps({"plan": asdict(one.plan), "city": one.city}, ensure_ascii=False)
        for thing in one.things:
            record = {"feature": thing.feature.record(), "own": thing.own, "bare": thing.bare}
            yield json.dumps(record, ensure_ascii=False)


def from_lines(text: Iterable[str]) -> list[Findings]:
    """Return the findings of :func:`lines`.

    Raises
    ------
    ValueError, KeyError, TypeError
        They are none.
    """
    heads: list[tuple[Plan, str]] = []
    things: list[list[Thing]] = []
    for record in map(json.loads, text):
        if "plan" in record:
            heads.append((Plan(**record["plan"]), record["city"]))
            things.append([])
        else:
            own, bare = tuple(record["own"]), tuple(record["bare"])
            things[-1].append(Thing(Feature.from_record(record["feature"]), own, bare))
    return [Findings(plan, city, tuple(own)) for (plan, city), own in zip(heads, things, strict=True)]
