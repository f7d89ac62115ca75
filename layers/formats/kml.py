"""KML and KMZ in the colours of the map page; text only, no HTML."""

import zipfile
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from errors import CallError
from layers import schema, style
from layers.formats.job import Job

# Beyond so many features Google Earth takes minutes, or gives up.
MANY = 100_000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>'


def keyhole(job: Job) -> list[Path]:
    """Write KML.

    Raises
    ------
    CallError
        The coordinate system is not WGS 84, the only one that KML has.
    """
    path = job.path(".kml")
    if len(job.frame) > MANY:
        job.warn(path.name, "earth_many", n=f"{len(job.frame):,}")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        _document(job, file)
    return [path]


def zipped(job: Job) -> list[Path]:
    """Write KMZ; see :func:`keyhole`."""
    [inner] = keyhole(job)
    path = job.path(".kmz")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(inner, "doc.kml")
    inner.unlink()
    return [path]


def _document(job: Job, file: IO[str]) -> None:
    if job.grid.code != "4326":
        raise CallError("export.kml_crs", crs=job.grid.name)
    file.write(f"{_HEAD}<name>{escape(job.stem)}</name>\n")
    for code, look in style.categories().items():
        for s in style.precisions().values():
            file.write(_style(code, look, s))
    _schema(job, file)
    new = np.ones(len(job.frame), dtype=bool)
    for code in job.order():
        file.write(f"<Folder><name>{escape(job.group_label(code))}</name>\n")
        for rows in job.chunks(job.group(code) & ~job.unplaced):
            _placemarks(job, rows, file, new)
        file.write("</Folder>\n")
    if job.unplaced.any():
        file.write(f"<Folder><name>{escape(job.text('unplaced'))}</name>\n")
        for rows in job.chunks(job.unplaced):
            _placemarks(job, rows, file, new)
        file.write("</Folder>\n")
    file.write("</Document>\n</kml>\n")


def _style(code: str, look: style.Look, sureness: style.Sureness) -> str:
    red, green, blue = look.colour[1:3], look.colour[3:5], look.colour[5:7]

    def coloured(opacity: float) -> str:
        return f"<color>{round(255 * opacity):02x}{blue}{green}{red}</color>"

    strength = 0.4 + 0.6 * sureness.fill
    return (
        f'<Style id="{code}-{sureness.precision}"><IconStyle>{coloured(strength)}<scale>0.9</scale></IconStyle>'
        f"<LineStyle>{coloured(strength)}<width>3</width></LineStyle>"
        f"<PolyStyle>{coloured(strength * 0.4)}</PolyStyle></Style>\n"
    )


def _schema(job: Job, file: IO[str]) -> None:
    types = {"number": "double", "integer": "int", "boolean": "bool"}
    file.write('<Schema name="planmap" id="planmap">\n')
    for name in job.names:
        f = schema.field(name)
        label = escape(f.heading(job.lang))
        file.write(f'<SimpleField name="{name}" type="{types.get(f.type, "string")}">')
        file.write(f"<displayName>{label}</displayName></SimpleField>\n")
    file.write("</Schema>\n")


def _placemarks(job: Job, rows: np.ndarray, file: IO[str], new: NDArray[np.bool_]) -> None:
    """Write features; ``new`` says which are written for the first time, and learns it."""
    for row, shape, record in zip(rows, job.shapes(rows), job.records(rows), strict=True):
        # An id of XML may not begin with a digit, nor stand twice, as a feature of two districts does.
        own = f' id="f{escape(record["id"])}"' if new[row] else ""
        new[row] = False
        file.write(f"<Placemark{own}><name>{escape(record['name'])}</name>")
        file.write(f"<styleUrl>#{record['category']}-{record['precision']}</styleUrl>")
        file.write('<ExtendedData><SchemaData schemaUrl="#planmap">')
        for name, value in record.items():
            if (told := _told(value)) is not None:
                file.write(f"<SimpleData name={quoteattr(str(name))}>{escape(told)}</SimpleData>")
        file.write("</SchemaData></ExtendedData>")
        if shape is not None:
            file.write(_geometry(shape))
        file.write("</Placemark>\n")


def _told(value: object) -> str | None:
    if isinstance(value, bool | np.bool_):
        return "1" if value else "0"
    if isinstance(value, str):
        return value
    if isinstance(value, float | int) and value == value:
        return f"{value:.15g}"
    return None


def _geometry(shape: BaseGeometry) -> str:
    kind = shape.geom_type
    if kind.startswith("Multi"):
        return f"<MultiGeometry>{''.join(map(_geometry, shapely.get_parts(shape)))}</MultiGeometry>"
    if kind == "Polygon":
        inner = "".join(f"<innerBoundaryIs>{_ring(r)}</innerBoundaryIs>" for r in shape.interiors)
        return f"<Polygon><outerBoundaryIs>{_ring(shape.exterior)}</outerBoundaryIs>{inner}</Polygon>"
    if kind == "LineString":
        return f"<LineString><tessellate>1</tessellate>{_coordinates(shape)}</LineString>"
    return f"<Point>{_coordinates(shape)}</Point>"


def _ring(ring: BaseGeometry) -> str:
    return f"<LinearRing>{_coordinates(ring)}</LinearRing>"


def _coordinates(shape: BaseGeometry) -> str:
    pairs = " ".join(f"{x:.6f},{y:.6f}" for x, y in shapely.get_coordinates(shape))
    return f"<coordinates>{pairs}</coordinates>"
