"""How much of each plan is on the map: counts by plan, district, category or precision."""

from dataclasses import dataclass

from layers.view import Index, Selection


@dataclass(frozen=True)
class Share:
    """One bar: how many features of a code are placed.

    Attributes
    ----------
    code
        Of the plan, district, category or precision; empty for features of no district.
    placed, total
        Numbers of features.
    """

    code: str
    placed: int
    total: int


def shares(index: Index, found: Selection, by: str, order: tuple[str, ...]) -> list[Share]:
    """Return how many of some features are placed, by one field; a feature of two districts counts in both.

    Parameters
    ----------
    index
        All features.
    found
        Those that count.
    by
        One of :data:`layers.view.CHOICES`: ``"plan"`` means every plan that names a feature, ``"district"`` also where
        it lies while no plan tells one.
    order
        Codes in the order wanted; others follow, the empty code last.
    """
    facet = index.facet(by)
    total, on_map = facet.tally(found.mask), facet.tally(found.mask & index.placed)
    ranked = sorted(total, key=lambda c: (c == "", order.index(c) if c in order else len(order), c))
    return [Share(code, on_map[code], total[code]) for code in ranked if total[code]]
