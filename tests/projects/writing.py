"""Plan text written for the tests: short documents with invented names, read as a file would be."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

from projects import find, plan
from projects.plan import Document
from projects.region import Region, home

TITLE = "济南市云岫片区建设规划（2024—2028年）"
ROWS = ("id", "file", "number", "title", "issuer", "published", "from_year", "to_year", "district")


def table(*rows: dict[str, str]) -> str:
    """Return the text of a ``plans.csv``."""
    out = io.StringIO()
    writer = csv.DictWriter(out, ROWS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def document(text: str, *, title: str = TITLE, district: str = "", name: str = "yunxiu") -> Document:
    """Return a plan with this text, read from a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.txt"
        path.write_bytes(text.encode("utf-8"))
        row = {"id": name, "file": path.name, "title": title, "district": district}
        (path.parent / "plans.csv").write_text(table(row), encoding="utf-8")
        documents, issues = plan.read([path])
    assert not issues
    return documents[0]


def read(text: str, *, title: str = TITLE) -> list[str]:
    """Return the names of all noun phrases of a text, enumerations written out, named things or not."""
    made = document(text, title=title)
    return [item.name for _, item in find.readings(made, home(made))]


def names(text: str, *, title: str = TITLE, district: str = "") -> list[str]:
    """Return the names found in a text."""
    made = document(text, title=title, district=district)
    return [candidate.name for candidate in find.names(made, home(made))[0]]


def region(title: str = TITLE) -> Region:
    """Return the home of a plan with a title."""
    return home(document("建设湫水河湿地公园。", title=title))


def column(text: str, width: int) -> str:
    """Return a text broken at a column's edge, as the text of a PDF is."""
    return "\n".join(text[k : k + width] for k in range(0, len(text), width))
