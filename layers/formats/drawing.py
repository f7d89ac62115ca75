"""DXF for CAD: a layer a category, in the city's Gauss-Krüger metres."""

from pathlib import Path

import shapely
from ezdxf import units
from ezdxf.document import Drawing
from ezdxf.entities.dxfgfx import DXFGraphic
from ezdxf.enums import TextEntityAlignment
from ezdxf.filemanagement import new
from ezdxf.layouts.layout import Modelspace
from shapely.geometry.base import BaseGeometry

from errors import CallError
from layers import schema, style
from layers.formats import vector
from layers.formats.job import Job, holds

# Height of labels on a plan at 1:50,000, in metres: 2.5 mm.
LABEL_M = 125.0
APPLICATION = "PLANMAP"
ENCODING = "gbk"
# What one string of extended data holds, in bytes.
_WIDEST_BYTES = 250


def dxf(job: Job) -> list[Path]:
    """Write DXF R2004: points, polylines and closed polylines; name beside the thing, id and fields as extended data.

    Raises
    ------
    CallError
        The unit of the coordinate system is not the metre.
    """
    if not job.grid.is_metric:
        raise CallError("export.dxf_crs", crs=job.grid.name)
    # From R2007 on the texts would be UTF-8, and GDAL, so QGIS too, would take them for Latin letters.
    drawing = new("R2004", units=units.M)
    drawing.encoding, drawing.header["$DWGCODEPAGE"] = ENCODING, "ANSI_936"
    drawing.appids.add(APPLICATION)
    drawing.header["$PDMODE"], drawing.header["$PDSIZE"] = 34, 60.0
    drawing.styles.add("PLANMAP", font="simsun.ttf")
    _layers(job, drawing)
    space = drawing.modelspace()
    for rows in job.chunks(~job.unplaced):
        for shape, record in zip(job.shapes(rows), job.records(rows), strict=True):
            layer = record["category"].upper()
            told = _told(job, record)
            for part in shapely.get_parts(shape):
                _draw(space, part, layer, told)
            at = shapely.point_on_surface(shape)
            if lost := "".join(c for c in record["name"] if not holds(ENCODING, c)):
                job.warn(f"{job.stem} {record['id']}", "characters_escaped", lost=lost, encoding="GBK")
            text = space.add_text(
                record["name"], height=LABEL_M, dxfattribs={"layer": f"{layer}_TEXT", "style": "PLANMAP"}
            )
            text.set_placement((at.x + 80, at.y), align=TextEntityAlignment.MIDDLE_LEFT)
    path = job.path(".dxf")
    drawing.saveas(path)
    return [path, *vector.unplaced(job, path)]


def _layers(job: Job, drawing: Drawing) -> None:
    for code in sorted(set(job.frame["category"])):
        look = style.of_category(code)
        red, green, blue = (int(look.colour[i : i + 2], 16) for i in (1, 3, 5))
        for name in (code.upper(), f"{code.upper()}_TEXT"):
            layer = drawing.layers.add(name)
            layer.rgb = (red, green, blue)
            layer.description = schema.value_label("category", code, job.lang)


def _told(job: Job, record: dict[str, object]) -> list[tuple[int, str]]:
    """Return the short fields of a feature as extended data, ``NAME=value`` each."""
    told = []
    for name, value in record.items():
        f = schema.field(name)
        if f.long or value is None or value == "":
            continue
        text = f"{f.short}={value:.15g}" if isinstance(value, float) else f"{f.short}={value}"
        if len(text.encode()) > _WIDEST_BYTES:
            text = text.encode()[:_WIDEST_BYTES].decode("utf-8", "ignore")
            job.warn(f"{job.stem} {record['id']}", "text_cut", field=name, bytes=_WIDEST_BYTES)
        told.append((1000, text))
    return told


def _draw(space: Modelspace, shape: BaseGeometry, layer: str, told: list[tuple[int, str]]) -> None:
    attributes = {"layer": layer}
    made: list[DXFGraphic]
    if shape.geom_type == "Point":
        made = [space.add_point((shape.x, shape.y), dxfattribs=attributes)]
    elif shape.geom_type == "LineString":
        made = [space.add_lwpolyline(shapely.get_coordinates(shape).tolist(), dxfattribs=attributes)]
    else:
        rings = (shape.exterior, *shape.interiors)
        made = [
            space.add_lwpolyline(shapely.get_coordinates(r)[:-1].tolist(), close=True, dxfattribs=attributes)
            for r in rings
        ]
    for entity in made:
        entity.set_xdata(APPLICATION, told)
