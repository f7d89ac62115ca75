"""What changed between two plans: new things, things gone, other sums, dates and states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from projects.feature import Feature

COMPARED = ("kind", "category", "districts", "status", "investment_yi", "area_mu", "area_km2", "length_km", "by_year")
"""The fields that are compared."""


@dataclass(frozen=True)
class Change:
    """One difference between two plans.

    Attributes
    ----------
    what
        ``new``, ``gone``, or ``changed``.
    id, name
        Of the feature; the name as the later plan writes it, where that has it.
    fields
        Of a changed feature: field name to its values before and after.
    """

    what: str
    id: str
    name: str
    fields: tuple[tuple[str, object, object], ...] = ()


def compare(before: Sequence[Feature], after: Sequence[Feature]) -> list[Change]:
    """Return what a later plan says otherwise than an earlier one.

    Parameters
    ----------
    before, after
        The features of the earlier and the later plan, with the ids that :func:`projects.merge.extract` gave them
        when it read both together.

    Returns
    -------
    list of Change
        Changed and new things in the order of the later plan, then those gone in the order of the earlier one.
        A field that only one of the plans speaks of counts as changed; a figure that neither gives does not.
    """
    old = {feature.id: feature for feature in before}
    new = {feature.id: feature for feature in after}
    out = []
    for feature in new.values():
        if feature.id not in old:
            out.append(Change("new", feature.id, feature.name))
            continue
        pairs = ((name, getattr(old[feature.id], name), getattr(feature, name)) for name in COMPARED)
        if fields := tuple(pair for pair in pairs if pair[1] != pair[2]):
            out.append(Change("changed", feature.id, feature.name, fields))
    out += [Change("gone", feature.id, feature.name) for feature in old.values() if feature.id not in new]
    return out
