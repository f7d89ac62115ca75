"""The table under the map: the features' main columns in the words of a language."""

from collections.abc import Mapping
from functools import cache

import geopandas as gpd
import pandas as pd

from city import City
from language import text
from layers import schema
from pages.map import facts
from projects.plan import Plan

COLUMNS = ("name", "kind", "category", "districts", "status", "investment_yi", "by_year", "precision", "method", "plan")


def labels(lang: str) -> dict[str, str]:
    """Return the heading of each column."""
    return {name: text("page.facet_plan", lang) if name == "plan" else schema.label(name, lang) for name in COLUMNS}


def table(frame: gpd.GeoDataFrame, town: City, plans: Mapping[str, Plan], lang: str) -> pd.DataFrame:
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
    """

    @cache
    def value(field: str, code: object) -> str:
        return schema.value_label(field, code, lang) if isinstance(code, str) and code else ""

    @cache
    def district(short: str) -> str:
        return facts.district(town, short, lang)

    comma = text("page.comma", lang)
    found = pd.DataFrame(index=pd.Index(frame["id"], name="id"))
    for name in COLUMNS:
        if name == "districts":
            values = [comma.join(map(district, row)) for row in frame["districts"]]
        elif name == "plan":
            values = [plans[doc].title if doc in plans else doc for doc in frame["doc"]]
        elif name in ("kind", "category", "status", "precision", "method"):
            values = [value(name, code) for code in frame[name]]
        elif name in ("investment_yi", "by_year"):
            values = pd.to_numeric(frame[name], errors="coerce").to_numpy()
        else:
            values = frame[name].to_numpy()
        found[name] = values
    return found


def unplaced(frame: gpd.GeoDataFrame, town: City, plans: Mapping[str, Plan], lang: str) -> pd.DataFrame:
    """Return the table of the features without a place, with the reason of each; its index the ids."""
    rows = frame[frame.geometry.isna()]
    found = table(rows, town, plans, lang)[["name", "kind", "category", "districts", "plan"]]
    reasons = [schema.value_label("reason", code, lang) if code else "" for code in rows["reason"]]
    found.insert(1, "reason", reasons)
    return found
