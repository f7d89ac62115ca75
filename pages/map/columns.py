"""The table under the map: features' columns in the words of a language, those that someone chose."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from city import City
from language import text
from layers import origin, schema, style
from layers.view import Index, Selection
from pages.map import facts
from projects.plan import Plan

USUAL = ("name", "kind", "category", "districts", "status", "precision", "method", "review", "plan")
# All that can be chosen; the name is always there.
COLUMNS = (
    *(
        "name",
        "aliases",
        "kind",
        "category",
        "districts",
        "status",
        "investment_yi",
        "area_mu",
        "area_km2",
        "length_km",
    ),
    *("by_year", "part_of", "precision", "radius_m", "method", "source", "review", "reviewer", "note", "plan"),
)
# What a long table can be sorted by before it is cut, and whether the greatest come first.
ORDERS = {"name": False, "investment_yi": True, "by_year": False, "precision": False, "radius_m": True}
# No browser needs more rows at once.
MOST = 2000
_CODED = ("kind", "category", "status", "precision", "method", "review")
_FIGURES = ("investment_yi", "area_mu", "area_km2", "length_km", "by_year", "radius_m")


def labels(lang: str) -> dict[str, str]:
    """Return the heading of each column."""
    return {name: text("page.facet_plan", lang) if name == "plan" else schema.label(name, lang) for name in COLUMNS}


def leading(frame: gpd.GeoDataFrame, rows: NDArray[np.intp], order: str) -> gpd.GeoDataFrame:
    """Return at most :data:`MOST` of some rows: the first in an order of :data:`ORDERS`, as given when it is empty."""
    if len(rows) > MOST and order:
        rank = {code: k for k, code in enumerate(style.precisions())}
        column = frame[order].iloc[rows].reset_index(drop=True)
        ranked = column.map(rank) if order == "precision" else column
        rows = rows[ranked.sort_values(ascending=not ORDERS[order], kind="stable").index.to_numpy()]
    return frame.iloc[rows[:MOST]]


def table(
    frame: gpd.GeoDataFrame,
    town: City,
    plans: Mapping[str, Plan],
    lang: str,
    names: Sequence[str] = USUAL,
    near: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Return the table of a frame, its index the features' ids.

    Parameters
    ----------
    frame
        Features.
    town
        Gives the districts their names.
    plans
        Plan by id.
    lang
        ``"zh"`` or ``"en"``.
    names
        The columns wanted, of :data:`COLUMNS`; those that the frame lacks are left out.
    near
        By feature id the districts that it lies in where no plan tells one; they are marked.
    """

    @cache
    def value(field: str, code: object) -> str:
        return schema.value_label(field, code, lang) if isinstance(code, str) and code else ""

    @cache
    def district(short: str) -> str:
        return facts.district(town, short, lang)

    @cache
    def origin_(told: object) -> str:
        return origin.told(told, lang=lang)

    def districts(key: str, told: Sequence[str]) -> str:
        lying = comma.join(map(district, (near or {}).get(key, ())))
        return comma.join(map(district, told)) or (lying and text("page.near", lang, district=lying))

    comma = text("page.comma", lang)
    titles = facts.short_titles(plans, town.name)
    found: dict[str, Any] = {}
    for name in names:
        if name == "districts":
            found[name] = list(map(districts, frame["id"], frame["districts"]))
        elif name == "plan":
            found[name] = [titles.get(doc, doc) for doc in frame["doc"]]
        elif name not in frame:
            continue
        elif name in _CODED:
            found[name] = [value(name, code) for code in frame[name]]
        elif name in _FIGURES:
            found[name] = pd.to_numeric(frame[name], errors="coerce").to_numpy()
        elif name == "name" and "review" in frame:
            states = zip(frame["name"], frame["review"], strict=True)
            found[name] = [text("page.rejected_name", lang, name=n) if s == "rejected" else n for n, s in states]
        elif name == "source":
            found[name] = [origin_(told) for told in frame[name]]
        elif name == "aliases":
            found[name] = [comma.join(row) for row in frame[name]]
        else:
            found[name] = frame[name].to_numpy()
    return pd.DataFrame(found, index=pd.Index(frame["id"], name="id"))


def unplaced(index: Index, chosen: Selection, plans: Mapping[str, Plan], lang: str) -> pd.DataFrame:
    """Return the table of the features without a place, with the reason of each; its index the ids."""
    rows = chosen.whole.iloc[np.flatnonzero(chosen.mask & ~index.placed)[:MOST]]
    town = index.town
    found = table(rows, town, plans, lang, ("name", "kind", "category", "districts", "plan"))
    reasons = [schema.value_label("reason", code, lang) if code else "" for code in rows["reason"]]
    found.insert(1, "reason", reasons)
    return found
