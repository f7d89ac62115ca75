"""The packaged Chinese typeface: its characters, and text measured, wrapped and cut in millimetres."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

import pylopdf_fonts_zh_cn as fonts
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font

# From line to line of a label, in heights of the font.
LEADING = 1.12
MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
# What printers call a turned type: it stands for a character that the font does not have.
MISSING = "〓"
_BREAK_AFTER = "，。、；：）》”’】！？,;:)]/-—·"
_NO_LINE_START = "，。、；：）》〕〉”’】」』！？,.;:)]%％°"
_NO_LINE_END = "（《〔〈“‘【「『(["


@cache
def font(points: float = 10.0) -> FontProperties:
    """Return the packaged Chinese font (Noto Sans SC, OFL) at a size: no font of the system is used."""
    return FontProperties(fname=str(fonts.sans_path()), size=points)


@cache
def _face() -> FT2Font:
    face = FT2Font(str(fonts.sans_path()))
    face.set_size(100, 72)
    return face


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(_face().get_charmap())


@cache
def _advance(character: str) -> float:
    return float(_face().load_char(ord(character)).linearHoriAdvance) / 65536 / 100


def clean(text: object) -> str:
    r"""Return text that the font can show: one line, no control characters, ``〓`` for a missing glyph.

    Examples
    --------
    >>> clean("大明湖\n片区\U000F0000")
    '大明湖 片区〓'
    """
    line = " ".join(unicodedata.normalize("NFC", str(text)).split())
    kept = (c for c in line if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Mn"))
    return "".join(c if ord(c) in _glyphs() else MISSING for c in kept)


def text_width(text: str, points: float) -> float:
    """Return the width of one line in millimetres at a size in points."""
    return sum(_advance(c) for c in text) * points * MM_PER_POINT


def wrap(text: str, points: float, width: float) -> list[str]:
    """Break a line of Chinese, English or both so that each part is at most ``width`` millimetres wide.

    Words of Latin letters stay whole where they fit; no line begins with a closing mark or ends with an
    opening one.
    """
    return list(_wrapped(text, points, width))


@lru_cache(maxsize=20_000)
def _wrapped(text: str, points: float, width: float) -> tuple[str, ...]:
    """Return the lines; kept, since a keyed list is tried in several widths and then drawn in one of them."""
    lines: list[str] = []
    line: list[str] = []
    for piece in re.findall(r"[0-9A-Za-z’'.%&+#@~_\-]+\s*|.", text):
        for part in [piece] if text_width(piece.rstrip(), points) <= width else list(piece):
            if line and text_width("".join((*line, part)).rstrip(), points) > width:
                cut = _break(line, part)
                lines.append("".join(line[:cut]).rstrip())
                line = [p for p in (*line[cut:], part) if p.strip()]
            else:
                line.append(part)
    if "".join(line).strip():
        lines.append("".join(line).rstrip())
    return tuple(lines) or ("",)


def _break(line: Sequence[str], part: str) -> int:
    """Return after how many parts to end a line that is full, given what comes next."""
    cut, parts = len(line), (*line, part)
    while cut > 1 and (parts[cut][0] in _NO_LINE_START or parts[cut - 1][-1] in _NO_LINE_END):
        cut -= 1
    return cut


def fit(text: str, width: float, sizes: Sequence[float], lines: int) -> tuple[float, list[str]]:
    """Return the largest of ``sizes`` (points, falling) at which ``text`` needs at most ``lines`` lines, and these.

    When even the smallest is too large, the last line ends in an ellipsis.
    """
    for points in sizes:
        if len(found := wrap(text, points, width)) <= lines:
            return points, found
    kept = found[:lines]
    kept[-1] = shorten(kept[-1] + found[lines], sizes[-1], width)
    return sizes[-1], kept


def shorten(text: str, points: float, width: float) -> str:
    """Return ``text``, cut with an ellipsis when it is wider than ``width`` millimetres."""
    if text_width(text, points) <= width:
        return text
    while text and text_width(text + "…", points) > width:
        text = text[:-1]
    return text.rstrip(_BREAK_AFTER + " ") + "…"
