"""Words on a page, drawn by one artist: one of matplotlib's for each takes longer than all the rest of a sheet."""

import math
from dataclasses import dataclass, field
from typing import Any, Literal

from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from layers.sheets.typeface import LEADING, MM_PER_INCH, MM_PER_POINT, font, text_width

Across = Literal["left", "center", "right"]
Up = Literal["baseline", "bottom", "middle"]
# Parts of an em of the packaged font: the foot of a line below its baseline, and half the height of figures,
# which is the middle of Chinese characters too.
_FOOT, _MIDDLE = 0.12 + (LEADING - 1) / 2, 0.37
# Size at which matplotlib gives the outlines of type.
_OUTLINED = float(text_to_path.FONT_SCALE)


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words set at a point of the page.

    Attributes
    ----------
    role
        What they are (``"title"``, ``"label"``, …), for proofs.
    text
        One or more lines.
    x, y
        The point, millimetres from the lower left corner of the page.
    points
        Size of type, as printed.
    colour
        Of the type.
    ha, va
        What of the words stands at the point; the middle is that of figures and Chinese characters.
    halo
        Width of a white edge in points.
    weight
        Extra stroke in points: the package has no bold cut.
    rotation
        Degrees against the clock around the point.
    """

    role: str
    text: str
    x: float
    y: float
    points: float
    colour: str
    ha: Across = "left"
    va: Up = "baseline"
    halo: float = 0.0
    weight: float = 0.0
    rotation: float = 0.0

    def lines(self) -> list[tuple[float, float, str]]:
        """Return each line with the left end of its baseline, millimetres on the page."""
        em = self.points * MM_PER_POINT
        parts = self.text.split("\n")
        turn = math.radians(self.rotation)
        cos, sin = math.cos(turn), math.sin(turn)
        first = {"baseline": 0.0, "bottom": _FOOT, "middle": -_MIDDLE}[self.va] * em
        if self.va == "bottom":
            first += (len(parts) - 1) * LEADING * em
        found = []
        for i, part in enumerate(parts):
            shift = {"left": 0.0, "center": 0.5, "right": 1.0}[self.ha]
            across = -shift * text_width(part, self.points) if shift else 0.0
            up = first - i * LEADING * em
            found.append((self.x + across * cos - up * sin, self.y + across * sin + up * cos, part))
        return found


@dataclass(eq=False)
class Lettering(Artist):
    """All words of one level of a page, in the order written.

    The type itself stays text in a PDF: halo and extra stroke are drawn under it.
    """

    words: list[Words] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def draw(self, renderer: RendererBase) -> None:
        """Draw the words."""
        scale: Any = renderer.points_to_pixels(72 / MM_PER_INCH)
        height = renderer.get_canvas_width_height()[1]
        flip = renderer.flipy()
        gc: Any = renderer.new_gc()
        gc.set_joinstyle("round")
        gc.set_capstyle("round")
        for words in self.words:
            face, ink = font(words.points), to_rgba(words.colour)
            lines = [(x * scale, y * scale, text) for x, y, text in words.lines() if text]
            for width, colour in ((2 * words.halo, to_rgba("white")), (words.weight, ink)):
                if width:
                    gc.set_linewidth(width)
                    gc.set_foreground(colour, isRGBA=True)
                    for x, y, text in lines:
                        size = scale * words.points * MM_PER_POINT / _OUTLINED
                        at = Affine2D().scale(size).rotate_deg(words.rotation).translate(x, y)
                        renderer.draw_path(gc, outline(text), at, None)
            gc.set_foreground(ink, isRGBA=True)
            for x, y, text in lines:
                renderer.draw_text(gc, x, height - y if flip else y, text, face, words.rotation)
        gc.restore()


def outline(text: str) -> Path:
    """Return the outlines of one line of type, 100 units to the em, from (0, 0)."""
    corners, codes = text_to_path.get_text_path(font(), text, ismath=False)
    return Path(corners, codes)
