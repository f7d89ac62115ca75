"""What is shown: filters, search and counts over a frame of features, fast on 100,000 rows."""

import weakref
from collections import Counter
from dataclasses import dataclass, fields, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

import city
import settings
from city import City
from errors import CallError
from layers import schema, spelling
from projects.feature import normal

Mask = NDArray[np.bool_]
Range = tuple[float | None, float | None]

CHOICES = ("district", "category", "kind", "plan", "status", "precision", "review")
# What stands for "not told" among the districts and statuses chosen.
UNTOLD = ""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What of the features is wanted; a field that is empty asks for nothing.

    Attributes
    ----------
    district, category, kind, plan, status, precision, review
        Codes, any of which will do; :data:`UNTOLD` asks for features without one.
    search
        Words, all of which must stand in the name or one of the other names: in characters, in pinyin without
        tones or as initials of pinyin.
    bbox
        West, south, east, north in degrees (WGS 84); the feature must touch it.
    investment
        Smallest and largest sum in 亿元, either None.
    year
        First and last target year, either None.
    """

    district: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    plan: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    precision: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    search: str = ""
    bbox: tuple[float, float, float, float] | None = None
    investment: Range | None = None
    year: Range | None = None

    def without(self, *names: str) -> "Filter":
        """Return the filter with some of its fields emptied."""
        emptied: dict[str, Any] = {f.name: f.default for f in fields(self) if f.name in names}
        return replace(self, **emptied)

    @property
    def active(self) -> tuple[str, ...]:
        """Names of the fields that ask for something."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) != f.default)


def resolve(wanted: Filter, frame: gpd.GeoDataFrame, town: City | None = None) -> Filter:
    """Return a filter with codes for what people wrote: full names of districts, labels in either language.

    Parameters
    ----------
    wanted
        The filter as written.
    frame
        The features it is for; their plans and districts count as known.
    town
        The city; that of the settings when not given.

    Raises
    ------
    CallError
        A value is neither a code nor a label, or the box is no box; the message lists what is valid.
    """
    town = town or city.load(settings.load().city)
    found: dict[str, tuple[str, ...]] = {}
    for name in CHOICES:
        given = getattr(wanted, name)
        if not given:
            continue
        known = _known(name, frame, town)
        for value in given:
            if value not in known:
                valid = ", ".join(dict.fromkeys(code for code in known.values() if code))
                raise CallError("layers.unknown_value", field=name, value=value, valid=valid)
        found[name] = tuple(dict.fromkeys(known[value] for value in given))
    if wanted.bbox is not None:
        west, south, east, north = wanted.bbox
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise CallError("layers.bad_bbox", value=",".join(f"{v:g}" for v in wanted.bbox))
    return replace(wanted, **found)  # type: ignore[arg-type]


def _known(name: str, frame: gpd.GeoDataFrame, town: City) -> dict[str, str]:
    if name == "plan":
        return {plan: plan for plan in _distinct(frame, name)}
    if name == "district":
        known = {short: short for short in _distinct(frame, name)}
        for d in town.districts:
            known |= dict.fromkeys((d.short, d.name, d.en, *d.aliases), d.short)
    else:
        known = {}
        for code, value in schema.values(name).items():
            known |= dict.fromkeys((code, value.zh, value.en), code)
    return {**known, UNTOLD: UNTOLD}


def select(frame: gpd.GeoDataFrame, wanted: Filter) -> gpd.GeoDataFrame:
    """Return the rows of a frame that a filter asks for, in their order.

    Parameters
    ----------
    frame
        Features as :func:`layers.build.frame` makes them, with or without the columns of a review.
    wanted
        The filter; unknown codes match nothing.
    """
    mask = _mask(frame, wanted)
    return frame if mask.all() else frame[mask]


def counts(frame: gpd.GeoDataFrame, wanted: Filter, name: str, town: City | None = None) -> dict[str, int]:
    """Return how many features each value of a field has among those that the *other* fields of a filter ask for.

    Parameters
    ----------
    frame, wanted
        As in :func:`select`.
    name
        One of :data:`CHOICES`.
    town
        The city whose order of districts counts; that of the settings when not given.

    Returns
    -------
    dict
        Every value that occurs in the frame, with 0 where the filter leaves none: districts in official order,
        coded values in the order of their list, plans as first met, :data:`UNTOLD` at the end. A feature in two
        districts or plans counts in both.
    """
    if name not in CHOICES:
        raise CallError("layers.unknown_field", value=name, valid=", ".join(CHOICES))
    if name == "district":
        order = (town or city.load(settings.load().city)).order
    else:
        order = () if name == "plan" else tuple(schema.values(name))
    met = _distinct(frame, name)
    ranked = sorted(met, key=lambda v: (v == UNTOLD, order.index(v) if v in order else len(order)))
    left = Counter(_flat(select(frame, wanted.without(name)), name))
    return {value: left.get(value, 0) for value in ranked}


def _flat(frame: gpd.GeoDataFrame, name: str) -> list[str]:
    """Return all values of a field, one for each feature and value."""
    if name == "district":
        return [d for ds in frame["districts"] for d in (ds or (UNTOLD,))]
    if name == "plan":
        return [plan for mentions in frame["mentions"] for plan in {m["plan"]: None for m in mentions}]
    return _column(frame, name).tolist()


def _distinct(frame: gpd.GeoDataFrame, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_flat(frame, name)))


def _column(frame: gpd.GeoDataFrame, name: str) -> pd.Series:
    if name == "review" and name not in frame:
        return pd.Series("unreviewed", index=frame.index, dtype=object)
    column: pd.Series = frame[name].astype(object)
    return column.where(column.notna(), UNTOLD)


def _mask(frame: gpd.GeoDataFrame, wanted: Filter) -> Mask:
    mask: Mask = np.ones(len(frame), dtype=bool)
    for name in ("category", "kind", "status", "precision", "review"):
        if chosen := getattr(wanted, name):
            mask &= _column(frame, name).isin(chosen).to_numpy()
    if wanted.district:
        named = set(wanted.district)
        untold = UNTOLD in named
        mask &= np.fromiter((not named.isdisjoint(d) if d else untold for d in frame["districts"]), bool, len(frame))
    if wanted.plan:
        plans = set(wanted.plan)
        mask &= np.fromiter((any(m["plan"] in plans for m in ms) for ms in frame["mentions"]), bool, len(frame))
    for column, limits in (("investment_yi", wanted.investment), ("by_year", wanted.year)):
        if limits is not None:
            mask &= _between(frame[column], *limits)
    for word in wanted.search.split():
        mask &= _found(frame, word)
    if wanted.bbox is not None:
        mask &= shapely.intersects(frame.geometry.to_numpy(), shapely.box(*wanted.bbox))
    return mask


def _between(column: pd.Series, low: float | None, high: float | None) -> Mask:
    numbers = column.to_numpy(dtype=float, na_value=np.nan)
    low, high = -np.inf if low is None else low, np.inf if high is None else high
    return np.asarray((numbers >= low) & (numbers <= high))


# The texts to search in, by the frame they were made from; gone with it.
_texts: dict[tuple[int, bool], tuple["weakref.ref[gpd.GeoDataFrame]", pd.Series]] = {}


def _found(frame: gpd.GeoDataFrame, word: str) -> Mask:
    """Say which features have a word in one of their names, or in the pinyin of one when it is in letters."""
    word = normal(word)
    if not word:
        return np.ones(len(frame), dtype=bool)
    in_letters = word.isascii() and word.isalpha()
    mask = _haystack(frame, spelt=False).str.contains(word, regex=False).to_numpy(dtype=bool)
    if in_letters:
        for part in spelling.query(word):
            mask = mask | _haystack(frame, spelt=True).str.contains(part, regex=False).to_numpy(dtype=bool)
    return np.asarray(mask)


def _haystack(frame: gpd.GeoDataFrame, *, spelt: bool) -> pd.Series:
    key = (id(frame), spelt)
    if key in _texts and _texts[key][0]() is frame:
        return _texts[key][1]
    form = spelling.index if spelt else normal
    texts = [
        "\n".join(form(name) for name in (own, *others))
        for own, others in zip(frame["name"], frame["aliases"], strict=True)
    ]
    series = pd.Series(texts, index=frame.index, dtype="str")
    _texts[key] = (weakref.ref(frame, lambda _: _texts.pop(key, None)), series)
    return series
