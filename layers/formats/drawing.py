"""DXF for CAD: a layer a category, in the city's Gauss-Krüger metres."""

from pathlib import Path

import numpy as np
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
from layers.formats.job import Job

# Height of labels on a plan at 1:50,000, in metres: 2.5 mm.
LABEL_M = 125.0
APPLICATION = "PLANMAP"
# What one string of extended data holds, in bytes.
_WIDEST_BYTES = 250


def dxf(job: Job) -> list[Path]:
    """Write DXF R2010: points, polylines and closed polylines; name beside the thing, id and fields as extended data.

    Raises
    ------
    CallError
        The unit of the coordinate system is not the metre.
    """
    if not job.grid.is_metric:
        raise CallError("export.dxf_crs", crs=job.grid.name)
    drawing = new("R2010", units=units.M)
    drawing.appids.add(APPLICATION)
    drawing.header["$PDMODE"], drawing.header["$PDSIZE"] = 34, 60.0
    drawing.styles.add("PLANMAP", font="simsun.ttf")
    _layers(job, drawing)
    space = drawing.modelspace()
    for rows in job.chunks(~job.unplaced):
        for i, record in zip(rows, job.table(rows).to_dict("records"), strict=True):
            layer = record["category"].upper()
            told = _told(job, {str(k): v for k, v in record.items()})
            for part in shapely.get_parts(job.shapes[i]):
                _draw(space, part, layer, told)
            at = shapely.point_on_surface(job.shapes[i])
            text = space.add_text(
                record["name"], height=LABEL_M, dxfattribs={"layer": f"{layer}_TEXT", "style": "PLANMAP"}
            )
            text.set_placement((at.x + 80, at.y), align=TextEntityAlignment.MIDDLE_LEFT)
    path = job.path(".dxf")
    drawing.saveas(path)
    return [path, *vector.unplaced(job)]


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
        missing = value is None or value == "" or (isinstance(value, float) and np.isnan(value))
        if f.long or missing or str(value) == "<NA>":
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
