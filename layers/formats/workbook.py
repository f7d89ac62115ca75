"""XLSX: an overview with links, a sheet a district, the unplaced, plans and dictionary."""

import errno
import gc
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from lxml import etree
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from layers import build, dictionary, schema
from layers.formats.job import Job, clean
from layers.formats.text import MOST_ROWS

# What a cell of Excel holds.
LONGEST_TEXT = 32_767
_BAD_TITLE = re.compile(r"[\[\]:*?/\\']")
_WIDTHS = {"name": 34, "aliases": 24, "members": 24, "mentions": 20, "note": 30, "source": 20}
_HEAD = {"font": Font(bold=True, color="FFFFFF"), "fill": PatternFill("solid", fgColor="375A7F")}


def spreadsheet(job: Job) -> list[Path]:
    """Write a workbook; every text stays a text, also one that begins like a formula.

    Raises
    ------
    OSError
        It cannot be written.
    """
    path = job.path(".xlsx")
    code = 0
    hook = sys.unraisablehook
    try:
        _write(job, path)
    except etree.SerialisationError as error:
        # lxml, which writes the sheets, names the error of the system ("IO_ENOSPC"); sheets left open repeat it.
        code = getattr(errno, str(error).removeprefix("IO_"), errno.EIO)
        sys.unraisablehook = lambda _: None
    if code:
        gc.collect()
        sys.unraisablehook = hook
        raise OSError(code, os.strerror(code))
    return [path]


def _write(job: Job, path: Path) -> None:
    book = Workbook(write_only=True)
    if job.by != "district":
        job.by = "district"
        job.__dict__.pop("groups", None)
    overview = book.create_sheet(_title(job.text("overview")))
    written: list[tuple[str, str, int]] = []
    for code in job.order():
        chosen = job.group(code) & ~job.unplaced
        if chosen.any():
            written.append(_sheet(job, book, job.group_label(code), chosen))
    if job.unplaced.any():
        written.append(_sheet(job, book, job.text("unplaced"), job.unplaced))
    _overview(job, overview, written)
    if job.plans:
        heads = [job.text(f"plan_{name}") for name in build.plan_record(job.plans[0])]
        _rows(book, job.text("plans"), [heads, *(list(build.plan_record(p).values()) for p in job.plans)])
    names, *rows = dictionary.rows()
    _rows(book, job.text("dictionary"), [[job.text(f"dictionary_{name}") for name in names], *rows])
    book.save(path)


def _title(text: str) -> str:
    return _BAD_TITLE.sub("_", text)[:31]


def _cell(sheet: Any, value: Any, head: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=None)
    if isinstance(value, str):
        # A text is no formula, whatever it begins with, and holds nothing that XML cannot.
        cell.value = (clean(value) or "")[:LONGEST_TEXT]
        cell.data_type = "s"
    elif value is not None:
        cell.value = value
    if head:
        cell.font, cell.fill = _HEAD["font"], _HEAD["fill"]
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _sheet(job: Job, book: Workbook, label: str, chosen: np.ndarray) -> tuple[str, str, int]:
    """Write the features of one district; return title, label and number."""
    sheet = book.create_sheet(_title(label))
    title = str(sheet.title)
    placed = not job.unplaced[chosen].all()
    axes = () if not placed else ("x", "y") if job.grid.is_metric else ("lon", "lat")
    mark = f" ({job.grid.name})"
    heads = [schema.field(n).heading(job.lang) for n in job.names] + [job.text(a) + mark for a in axes]
    number = min(int(chosen.sum()), MOST_ROWS - 1)
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{number + 1}"
    for i, name in enumerate((*job.names, *axes), 1):
        sheet.column_dimensions[get_column_letter(i)].width = _WIDTHS.get(name, 13)
    sheet.append([_cell(sheet, head, head=True) for head in heads])
    left = number
    for rows in job.chunks(chosen):
        points = shapely.point_on_surface(job.shapes(rows))
        xy = np.round(np.column_stack([shapely.get_x(points), shapely.get_y(points)]), job.grid.decimals).tolist()
        part = job.frame.iloc[rows]
        columns = [_column(job, name, build.plain(schema.field(name).type, part[name])) for name in job.names]
        for *values, (x, y) in zip(*columns, xy, strict=True):
            if left == 0:
                job.warn(title, "rows_cut", n=int(chosen.sum()) - number)
                return title, label, number
            left -= 1
            for name, value in zip(job.names, values, strict=True):
                if isinstance(value, str) and len(value) > LONGEST_TEXT:
                    job.warn(f"{title} {values[0]}", "text_cut", field=name, bytes=LONGEST_TEXT)
            sheet.append([_cell(sheet, value) for value in (*values, *((x, y) if placed else ()))])
    return title, label, number


def _column(job: Job, name: str, values: list[Any]) -> list[Any]:
    """Return the cells of a field: labels for codes, one text for a list."""
    if schema.values(name):
        return [schema.value_label(name, v, job.lang) or None for v in values]
    if schema.field(name).type == "boolean":
        return [job.text("yes") if v else job.text("no") for v in values]
    flat = (schema.flat(name, v) for v in values)
    return [(clean(v) or None) if isinstance(v, str) else v for v in flat]


def _overview(job: Job, sheet: Any, written: list[tuple[str, str, int]]) -> None:
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 34, 14
    sheet.freeze_panes = "A2"
    sheet.append(
        [_cell(sheet, job.text("sheet_column"), head=True), _cell(sheet, job.text("number_column"), head=True)]
    )
    for title, label, number in written:
        link = _cell(sheet, label)
        link.hyperlink = Hyperlink(ref="", location=f"'{title}'!A1")
        link.font = Font(color="1F4E9E", underline="single")
        sheet.append([link, _cell(sheet, number)])
    about = job.about()
    sheet.append([])
    for text in (job.town.name, about["crs"], about["note"]):
        if text:
            sheet.append([_cell(sheet, text)])
    for row in about["sources"]:
        sheet.append([_cell(sheet, row["source"]), _cell(sheet, row["licence"])])


def _rows(book: Workbook, label: str, rows: Iterable[list[Any]]) -> None:
    sheet = book.create_sheet(_title(label))
    sheet.freeze_panes = "A2"
    for i, row in enumerate(rows):
        sheet.append([_cell(sheet, value, head=i == 0) for value in row])
