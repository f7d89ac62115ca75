"""The properties of a feature: names, short names, types, units and texts in both languages.

The one source is ``data/schema.csv`` (fields) with ``data/values.csv`` (coded values); JSON Schema, data
dictionary, Shapefile names, heads of tables and labels of the page all come from here.
"""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import language
from settings import HOME

TYPES = ("string", "code", "strings", "integer", "number", "boolean", "extent", "mentions")
GROUPS = ("record", "placement", "review")
GEOMETRIES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
# Between the items of a list in formats whose cells hold one text.
SEPARATOR = "|"
# Bytes of a text in a Shapefile's table.
WIDEST = 254


@dataclass(frozen=True, kw_only=True)
class Field:
    """One property of a feature.

    Attributes
    ----------
    name
        Name of the property.
    short
        Its name in Shapefiles and DXF: ASCII, at most 10 characters, unique.
    type
        One of :data:`TYPES`.
    missing
        Whether the value may be null; lists are empty instead, and so is a text that is not null.
    unit
        Unit of the number, or empty.
    group
        Who says it: ``"record"`` (the plans), ``"placement"`` (the machine), ``"review"`` (a person).
    width
        Its width in a Shapefile: bytes of a text, digits of an integer, ``total.decimals`` of a number; empty when it
        may be longer than a value can be there (:data:`WIDEST` bytes) and is left out.
    codes
        Name of the list of coded values it takes, or empty.
    zh, en, zh_description, en_description
        Label and description.
    example
        A value as it stands in a flat format.
    """

    name: str
    short: str
    type: str
    missing: bool
    unit: str
    group: str
    width: str
    codes: str
    zh: str
    en: str
    zh_description: str
    en_description: str
    example: str

    @property
    def long(self) -> bool:
        """Whether it is too long for a Shapefile."""
        return not self.width

    def label(self, lang: str | None = None) -> str:
        """Return the label in a language."""
        return self.en if (lang or language.default()) == "en" else self.zh

    def description(self, lang: str | None = None) -> str:
        """Return the description in a language."""
        return self.en_description if (lang or language.default()) == "en" else self.zh_description

    def heading(self, lang: str | None = None) -> str:
        """Return the label with its unit, for the head of a table; the unit is not said twice."""
        label = self.label(lang)
        return f"{label} ({self.unit})" if self.unit and "(" not in label and "（" not in label else label


@dataclass(frozen=True, kw_only=True)
class Value:
    """One coded value of a field."""

    field: str
    code: str
    zh: str
    en: str
    zh_description: str
    en_description: str

    def label(self, lang: str | None = None) -> str:
        """Return the label in a language."""
        return self.en if (lang or language.default()) == "en" else self.zh

    def description(self, lang: str | None = None) -> str:
        """Return the description in a language."""
        return self.en_description if (lang or language.default()) == "en" else self.zh_description


def _rows(name: str) -> list[dict[str, str]]:
    with (HOME / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _fields() -> tuple[Field, ...]:
    return tuple(
        Field(**{**row, "missing": row["missing"] == "null"})  # type: ignore[arg-type]
        for row in _rows("schema.csv")
    )


FIELDS = _fields()
NAMES = tuple(f.name for f in FIELDS)
# What the machine built; the fields of a review come out of the store only.
BUILT = tuple(f.name for f in FIELDS if f.group != "review")
REVIEW = tuple(f.name for f in FIELDS if f.group == "review")


@cache
def _by_name() -> dict[str, Field]:
    return {f.name: f for f in FIELDS}


def field(name: str) -> Field:
    """Return the field with a name.

    Raises
    ------
    KeyError
        No such field.
    """
    return _by_name()[name]


def label(name: str, lang: str | None = None) -> str:
    """Return the label of a field in a language.

    Examples
    --------
    >>> label("precision", "en"), label("precision", "zh")
    ('Precision', '定位精度')
    """
    return field(name).label(lang)


@cache
def values(name: str) -> dict[str, Value]:
    """Return the coded values of a field by code, in the order of the file; empty for other fields."""
    rows = (Value(**row) for row in _rows("values.csv"))
    return {v.code: v for v in rows if v.field == field(name).codes}


def value_label(name: str, code: str | None, lang: str | None = None) -> str:
    """Return the label of a coded value.

    An unknown code is returned as it is, and so is what follows a colon (``"online:amap"``); none and empty
    give the empty text.

    Examples
    --------
    >>> value_label("category", "water", "en"), value_label("method", "online:amap", "zh")
    ('Water', '在线服务：amap')
    """
    if not isinstance(code, str) or not code:
        return ""
    head, _, tail = code.partition(":")
    known = values(name).get(head)
    text = known.label(lang) if known else head
    if not tail:
        return text
    return f"{text}: {tail}" if (lang or language.default()) == "en" else f"{text}：{tail}"


def flat(name: str, value: Any) -> Any:
    """Return a value of a feature as one cell of a flat format: text, number, boolean or None.

    Lists are joined with :data:`SEPARATOR`, an extent with arrows, mentions become JSON.

    Examples
    --------
    >>> flat("districts", ("历下", "市中")), flat("extent", {"from": "经十路", "to": "青岛路", "via": []})
    ('历下|市中', '经十路→青岛路')
    """
    return flattener(field(name).type)(value)


def flattener(kind: str) -> Callable[[Any], Any]:
    """Return the function that makes one cell of a value of a type; see :func:`flat`."""
    return {"strings": SEPARATOR.join, "extent": _arrows, "mentions": _told}.get(kind, _same)


# The same few plans and sections stand in all features: each is made JSON once.
_quoted = lru_cache(maxsize=10_000)(json.JSONEncoder(ensure_ascii=False).encode)


def _told(mentions: Any) -> str:
    parts = (
        f'{{"plan":{_quoted(m["plan"])},"section":{_quoted(m["section"])},'
        f'"offset":{m["offset"]},"length":{m["length"]}}}'
        for m in mentions
    )
    return f"[{','.join(parts)}]"


def _arrows(extent: Any) -> str | None:
    return "→".join((extent["from"], *extent.get("via", ()), extent["to"])) if isinstance(extent, dict) else None


def _same(value: Any) -> Any:
    return value


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a layer: a GeoJSON FeatureCollection with our properties."""
    properties = {f.name: _property(f) for f in FIELDS}
    geometry = {
        "type": "object",
        "required": ["type", "coordinates"],
        "properties": {"type": {"enum": list(GEOMETRIES)}, "coordinates": {"type": "array", "minItems": 1}},
        "additionalProperties": False,
    }
    feature = {
        "type": "object",
        "required": ["type", "id", "properties", "geometry"],
        "properties": {
            "type": {"const": "Feature"},
            "id": properties["id"],
            "geometry": {"oneOf": [{"type": "null"}, geometry]},
            "properties": {
                "type": "object",
                "required": list(BUILT),
                "properties": properties,
                "additionalProperties": False,
            },
        },
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Planmap layer",
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"const": "FeatureCollection"},
            "name": {"type": "string"},
            "features": {"type": "array", "items": feature},
        },
    }


def _property(item: Field) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    shapes: dict[str, dict[str, Any]] = {
        "string": text,
        "code": {"enum": list(values(item.name))},
        "strings": {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True},
        "integer": {"type": "integer"},
        "number": {"type": "number", "minimum": 0},
        "boolean": {"type": "boolean"},
        "extent": {
            "type": "object",
            "required": ["from", "to", "via"],
            "properties": {"from": text, "to": text, "via": {"type": "array", "items": text}},
            "additionalProperties": False,
        },
        "mentions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["plan", "section", "offset", "length"],
                "properties": {
                    "plan": text,
                    "section": text,
                    "offset": {"type": "integer", "minimum": 0},
                    "length": {"type": "integer", "minimum": 1},
                },
                "additionalProperties": False,
            },
        },
    }
    shape = shapes[item.type]
    if item.name == "id":
        shape = {"type": "string", "pattern": "^[0-9a-f]{12}$"}
    elif item.name == "name":
        shape = {"type": "string", "minLength": 1}
    elif item.type == "string" and item.codes:
        shape = {"type": "string", "pattern": f"^({'|'.join(values(item.name))})?(:.+)?$"}
    if item.missing:
        shape = {"oneOf": [shape, {"type": "null"}]}
    return {"title": item.en, "description": item.en_description, **shape}
