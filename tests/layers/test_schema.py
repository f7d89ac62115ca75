import json
from dataclasses import fields

import jsonschema
import pytest

from errors import Issue
from geo.placement import METHODS, PRECISIONS, REASONS, Placement
from layers import dictionary, schema
from projects.feature import CATEGORIES, KINDS, STATUSES, Feature


def test_every_property_of_feature_and_placement_has_a_field_in_their_order():
    ours = [f.name for f in fields(Placement) if f.name != "geometry"]
    record = [f.name for f in schema.FIELDS if f.group == "record"]
    sample = Feature(id="0" * 12, name="n", kind="area", category="water", doc="d", mentions=())
    assert record == list(sample.record())
    assert sorted(f.name for f in schema.FIELDS if f.group == "placement") == sorted(ours)


def test_short_names_suit_shapefiles():
    shorts = [f.short for f in schema.FIELDS]
    assert len({s.upper() for s in shorts}) == len(shorts)
    for short in shorts:
        assert short.isascii() and 0 < len(short) <= 10 and short.isidentifier()


def test_widths_suit_shapefiles_and_hold_every_code():
    for f in schema.FIELDS:
        whole, _, decimals = f.width.partition(".")
        if f.type == "mentions":
            assert f.long
            continue
        assert 0 < int(whole) <= schema.WIDEST
        assert bool(decimals) == (f.type == "number")
        assert all(len(code) <= int(whole) for code in schema.values(f.name))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_field_and_value_has_texts_in_both_languages(lang: str):
    for item in (*schema.FIELDS, *(v for f in schema.FIELDS for v in schema.values(f.name).values())):
        assert item.label(lang).strip() and item.description(lang).strip()
    labels = [f.label(lang) for f in schema.FIELDS]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("kind", KINDS),
        ("category", CATEGORIES),
        ("status", STATUSES),
        ("precision", PRECISIONS),
        ("method", METHODS),
        ("reason", REASONS),
    ],
)
def test_coded_values_are_those_of_the_records(name: str, codes: tuple[str, ...]):
    assert tuple(schema.values(name)) == codes


def test_types_groups_and_examples_are_sound():
    for f in schema.FIELDS:
        assert f.type in schema.TYPES and f.group in schema.GROUPS
        if f.type == "code":
            assert f.example in schema.values(f.name)
        if f.type == "mentions":
            json.loads(f.example)


def test_label_of_unknown_code_and_of_service():
    assert schema.value_label("kind", "nonsense", "en") == "nonsense"
    assert schema.value_label("status", None, "zh") == schema.value_label("status", float("nan"), "zh") == ""  # type: ignore[arg-type]
    assert schema.value_label("method", "online:amap", "en") == "Online service: amap"


def test_heading_tells_the_unit_once():
    assert schema.field("investment_yi").heading("zh") == "投资额 (亿元)"
    assert schema.field("area_mu").heading("zh") == "面积（亩）"


def test_json_schema_is_one_and_rejects_what_is_no_feature():
    ours = schema.json_schema()
    jsonschema.Draft202012Validator.check_schema(ours)
    wrong = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": None}]}
    assert list(jsonschema.Draft202012Validator(ours).iter_errors(wrong))


def test_data_dictionary_in_docs_agrees_with_the_schema():
    assert dictionary.PAGE.read_text(encoding="utf-8") == dictionary.markdown(), "run python -m layers.dictionary"


def test_dictionary_rows_have_one_width():
    rows = list(dictionary.rows())
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == 1 + len(schema.FIELDS) + sum(len(schema.values(f.name)) for f in schema.FIELDS)


def test_messages_of_layers_exist_in_both_languages():
    issue = Issue("x", "layers.file_missing")
    assert issue.text("zh") != issue.text("en")
