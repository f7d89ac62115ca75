"""The data dictionary: what each property means, as a page of the documentation and as rows for a table.

``python -m layers.dictionary`` writes ``docs/data-dictionary.md``.
"""

from collections.abc import Iterator

from layers import schema
from settings import HOME

PAGE = HOME / "docs" / "data-dictionary.md"


def rows() -> Iterator[list[str]]:
    """Yield the rows of the dictionary as a table, its head first: fields, then coded values."""
    yield ["field", "short", "width", "code", "type", "unit", "zh", "en", "zh_description", "en_description", "example"]
    for f in schema.FIELDS:
        short = "" if f.long else f.short
        yield [f.name, short, f.width, "", f.type, f.unit, f.zh, f.en, f.zh_description, f.en_description, f.example]
        for v in schema.values(f.name).values():
            yield [f.name, short, "", v.code, "", "", v.zh, v.en, v.zh_description, v.en_description, ""]


def markdown() -> str:
    """Return the page of the documentation."""
    lines = [
        "# 数据字典 · Data dictionary",
        "",
        "<!-- Made from data/schema.csv and data/values.csv by python -m layers.dictionary; edit those. -->",
        "",
        f"列表在平面格式（GeoPackage、Shapefile、CSV、XLSX 等）中以 `{schema.SEPARATOR}` 相连，起止以 `→` 相连，"
        "出处写作 JSON。坐标在图层中为 WGS 84，经度在前。",
        "",
        f"In flat formats (GeoPackage, Shapefile, CSV, XLSX and others) lists are joined with `{schema.SEPARATOR}`, "
        "extents with `→`, and mentions are JSON. Coordinates of the layers are WGS 84, longitude first.",
        "",
        "Groups: `record` is what the plans say, `placement` what the machine found, `review` what a person decided "
        "(only in what comes out of the store). Shapefiles use the short names and the widths (bytes of a text, digits "
        "of an integer, digits.decimals of a number); a field without them is left out there, because it may exceed "
        f"{schema.WIDEST} bytes.",
        "",
    ]
    lines += _table(
        (
            "Field",
            "Short",
            "Width",
            "Type",
            "Null",
            "Unit",
            "Group",
            "中文",
            "English",
            "说明",
            "Description",
            "Example",
        ),
        [
            (
                f"`{f.name}`",
                "" if f.long else f"`{f.short}`",
                f.width,
                f.type,
                "yes" if f.missing else "no",
                f.unit,
                f.group,
                f.zh,
                f.en,
                f.zh_description,
                f.en_description,
                f"`{f.example}`",
            )
            for f in schema.FIELDS
        ],
    )
    for f in schema.FIELDS:
        if coded := schema.values(f.name):
            lines += ["", f"## `{f.name}`: {f.zh} · {f.en}", ""]
            lines += _table(
                ("Code", "中文", "English", "说明", "Description"),
                [(f"`{v.code}`", v.zh, v.en, v.zh_description, v.en_description) for v in coded.values()],
            )
    return "\n".join(lines) + "\n"


def _table(heads: tuple[str, ...], body: list[tuple[str, ...]]) -> list[str]:
    escaped = [tuple(cell.replace("|", "\\|") for cell in row) for row in (heads, tuple("---" for _ in heads), *body)]
    return ["| " + " | ".join(row) + " |" for row in escaped]


if __name__ == "__main__":
    PAGE.write_text(markdown(), encoding="utf-8", newline="\n")
