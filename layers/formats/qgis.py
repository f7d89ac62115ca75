"""QGIS styles (QML) in the colours and symbols of the map page."""

from collections.abc import Collection
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from layers import schema, style

_KIND = {"point": "marker", "line": "line", "area": "fill"}
_GEOMETRY = {"point": "0", "line": "1", "area": "2"}
# The surest places opaque, the vaguest faint: an expression on the field.
_OPACITY = "CASE {cases} ELSE 100 END"


def _opacity() -> str:
    """Return the expression of the opacity in percent, by precision."""
    cases = " ".join(
        f"WHEN \"precision\" = '{s.precision}' THEN {40 + 60 * s.fill:.0f}" for s in style.precisions().values()
    )
    return _OPACITY.format(cases=cases)


def _symbol(parent: Element, family: str, number: int, look: style.Look) -> None:
    symbol = SubElement(
        parent, "symbol", type=_KIND[family], name=str(number), alpha="1", clip_to_extent="1", force_rhr="0"
    )
    red, green, blue = (int(look.colour[i : i + 2], 16) for i in (1, 3, 5))
    colour = f"{red},{green},{blue}"
    if family == "point":
        layer, options = "SimpleMarker", {
            "name": look.qgis, "angle": f"{look.angle:g}", "color": f"{colour},255", "outline_color": "255,255,255,255",
            "outline_width": "0.2", "size": "3.2", "size_unit": "MM", "scale_method": "area",
        }  # fmt: skip
    elif family == "line":
        layer, options = "SimpleLine", {
            "line_color": f"{colour},255", "line_width": "0.8", "line_width_unit": "MM", "line_style": "solid",
            "capstyle": "round", "joinstyle": "round",
        }  # fmt: skip
    else:
        layer, options = "SimpleFill", {
            "color": f"{colour},70", "outline_color": f"{colour},255", "outline_width": "0.5", "style": "solid",
        }  # fmt: skip
    drawn = SubElement(symbol, "layer", {"class": layer, "enabled": "1", "locked": "0", "pass": "0"})
    _options(drawn, options)
    properties = SubElement(SubElement(symbol, "data_defined_properties"), "Option", type="Map")
    SubElement(properties, "Option", name="name", type="QString", value="")
    named = SubElement(properties, "Option", name="properties", type="Map")
    alpha = SubElement(named, "Option", name="alpha", type="Map")
    SubElement(alpha, "Option", name="active", type="bool", value="true")
    SubElement(alpha, "Option", name="expression", type="QString", value=_opacity())
    SubElement(alpha, "Option", name="type", type="int", value="3")
    SubElement(properties, "Option", name="type", type="QString", value="collection")


def _options(parent: Element, options: dict[str, str]) -> None:
    held = SubElement(parent, "Option", type="Map")
    for name, value in options.items():
        SubElement(held, "Option", name=name, type="QString", value=value)


def _document(family: str, names: list[str], lang: str, met: Collection[str]) -> Element:
    """Return the style as an XML element; see :func:`qml`."""
    root = Element("qgis", version="3.22.0", styleCategories="Symbology|Labeling|Fields|Forms", labelsEnabled="1")
    renderer = SubElement(
        root, "renderer-v2", type="categorizedSymbol", attr="category", symbollevels="0", enableorderby="0"
    )
    categories = SubElement(renderer, "categories")
    symbols = SubElement(renderer, "symbols")
    looks = {code: look for code, look in style.categories().items() if code in met}
    for number, (code, look) in enumerate(looks.items()):
        label = schema.value_label("category", code, lang)
        SubElement(categories, "category", value=code, symbol=str(number), label=label, render="true", type="string")
        _symbol(symbols, family, number, look)
    labeling = SubElement(SubElement(root, "labeling", type="simple"), "settings")
    text = SubElement(labeling, "text-style", fieldName="name", isExpression="0", fontSize="8", fontSizeUnit="Point")
    text.set("textColor", "40,40,40,255")
    SubElement(
        text, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM", bufferColor="255,255,255,255"
    )
    SubElement(labeling, "placement", placement={"point": "6", "line": "2", "area": "1"}[family])
    SubElement(labeling, "rendering", scaleVisibility="1", scaleMin="60000", scaleMax="1", drawLabels="1")
    configuration = SubElement(root, "fieldConfiguration")
    aliases = SubElement(root, "aliases")
    for index, name in enumerate(names):
        SubElement(aliases, "alias", field=name, index=str(index + 1), name=schema.field(name).heading(lang))
        if schema.field(name).type == "code":
            widget = SubElement(SubElement(configuration, "field", name=name), "editWidget", type="ValueMap")
            held = SubElement(SubElement(widget, "config"), "Option", type="Map")
            held = SubElement(held, "Option", name="map", type="List")
            for value in schema.values(name).values():
                pair = SubElement(held, "Option", type="Map")
                SubElement(pair, "Option", name=value.label(lang), type="QString", value=value.code)
    SubElement(root, "layerGeometryType").text = _GEOMETRY[family]
    return root


def qml(family: str, names: list[str], lang: str, met: Collection[str]) -> str:
    """Return a QGIS style for a layer of one type of geometry: a symbol for each category, fainter where less sure.

    Parameters
    ----------
    family
        ``"point"``, ``"line"`` or ``"area"``.
    names
        Fields of the layer, which get aliases.
    lang
        Language of the labels.
    met
        Codes of the categories that occur in the layer: its legend has no others.
    """
    text = ElementTree.tostring(_document(family, names, lang, met), encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}"
