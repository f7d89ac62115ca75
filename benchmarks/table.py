"""The results as a table and as JSON."""

import json
import math
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import whole


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes
    ----------
    what
        What was measured.
    value, unit
        The figure; None when it could not be measured here.
    at_most
        The target, when there is one.
    """

    what: str
    value: float | None
    unit: str
    at_most: float | None = None

    def line(self) -> str:
        """Return the row as a line of a Markdown table."""
        value = "-" if self.value is None else f"{self.value:,.{2 if self.value < 100 else 0}f} {self.unit}".strip()
        target = "" if self.at_most is None else f"at most {self.at_most:g} {self.unit}".strip()
        missed = self.value is not None and self.at_most is not None and self.value > self.at_most
        return f"| {self.what} | {value} | {target}{' **missed**' if missed else ''} |"


def machine() -> str:
    """Return what the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {system}"


def slope(points: Sequence[tuple[float, float]]) -> float | None:
    """Return the slope of cost against size on logarithmic scales, by least squares: 1 where twice costs twice.

    Examples
    --------
    >>> slope([(1, 3), (10, 30), (100, 300)]), slope([(1, 2), (10, 200)]), slope([(1, 2)])
    (1.0, 2.0, None)
    """
    if len(points) < 2:
        return None
    x, y = ([math.log10(value) for value in values] for values in zip(*points, strict=True))
    middle, level = sum(x) / len(x), sum(y) / len(y)
    rise = sum((a - middle) * (b - level) for a, b in zip(x, y, strict=True))
    return round(rise / sum((a - middle) ** 2 for a in x), 3)


HEAD = "| What | Measured | Target |\n|---|---|---|"


def write(path: Path, rows: Iterable[Row]) -> None:
    """Write the figures as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"machine": machine(), "rows": [asdict(row) for row in rows]}
    with whole.writing(path) as part:
        part.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
