"""What the address of the page holds: filters, language, selected feature, open panel.

Centre, zoom and basemap stand there too, but are written and read by the map itself (``at``, ``base``), so that
panning never asks the server. Nonsense in an address is ignored.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from layers.facets import UNTOLD
from layers.view import CHOICES, FIGURES, Filter, Range

FACETS = CHOICES
RANGES = tuple(FIGURES)
# How "not told" is written among codes, and how a range is.
_UNTOLD, _TO = "-", "~"
PANELS = ("table", "unplaced", "coverage", "plans", "review", "sheet")
LONGEST_SEARCH = 60


@dataclass(frozen=True)
class View:
    """What one person looks at.

    Attributes
    ----------
    filter
        What is shown.
    lang
        ``"zh"`` or ``"en"``.
    selected
        Id of the selected feature, or None.
    panel
        The panel under the map, one of :data:`PANELS`.
    """

    filter: Filter = field(default_factory=Filter)
    lang: str = "zh"
    selected: str | None = None
    panel: str = PANELS[0]

    def having(self, name: str, codes: tuple[str, ...]) -> "View":
        """Return the view with the codes of one facet chosen."""
        chosen: dict[str, Any] = {name: codes}
        return replace(self, filter=replace(self.filter, **chosen))

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """Field and code of everything chosen, the text searched for among them."""
        pairs = [(name, code) for name in FACETS for code in getattr(self.filter, name)]
        pairs += [(name, _range(getattr(self.filter, name))) for name in RANGES if getattr(self.filter, name)]
        pairs += [(name, getattr(self.filter, name)) for name in ("against", "search") if getattr(self.filter, name)]
        return tuple(pairs)

    def dropping(self, name: str, code: str) -> "View":
        """Return the view with one of :attr:`chosen` taken off."""
        if name in FACETS:
            return self.having(name, tuple(c for c in getattr(self.filter, name) if c != code))
        return replace(self, filter=self.filter.without(name))


def _range(limits: Range) -> str:
    low, high = limits
    return f"{'' if low is None else f'{low:g}'}{_TO}{'' if high is None else f'{high:g}'}"


def _limits(text: str) -> Range | None:
    low, found, high = text.partition(_TO)
    try:
        limits = (float(low) if low else None, float(high) if high else None)
    except ValueError:
        return None
    sound = all(v is None or math.isfinite(v) for v in limits) and limits != (None, None)
    return limits if found and sound else None


def window(at: str) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of the map, in degrees, out of what the map keeps of it in the address.

    Parameters
    ----------
    at
        Latitude, longitude, zoom, and width and height of the map in pixels; nonsense is no window.

    Examples
    --------
    >>> [round(v, 2) for v in window("36.5,117,9,512,256")]
    [116.3, 36.22, 117.7, 36.78]
    """
    try:
        lat, lon, zoom, wide, high = map(float, at.split(","))
    except ValueError:
        return None
    if not (abs(lat) <= 85 and abs(lon) <= 180 and 0 <= zoom <= 22 and 0 < wide < 1e5 and 0 < high < 1e5):
        return None
    # Web Mercator: 256 pixels around the globe at zoom 0; a degree of latitude is wider by the secant.
    degree = 256 * 2**zoom / 360
    half, up = wide / degree / 2, high / degree / 2 * math.cos(math.radians(lat))
    west, south, east, north = lon - half, lat - up, lon + half, lat + up
    return (max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))


def read(params: Mapping[str, str], codes: Mapping[str, Collection[str]], ids: Collection[str], lang: str) -> View:
    """Return the view that an address tells.

    Parameters
    ----------
    params
        The address's parameters.
    codes
        What can be chosen in each facet.
    ids
        Ids of the features there are.
    lang
        Language when the address names none.
    """
    chosen: dict[str, Any] = {}
    for name in FACETS:
        given = (UNTOLD if c == _UNTOLD else c for c in params.get(name, "").split(",") if c)
        chosen[name] = tuple(code for code in dict.fromkeys(given) if code in codes.get(name, ()))
    investment, year = (_limits(params.get(name, "")) for name in RANGES)
    against = params.get("against", "")
    search = "".join(c for c in params.get("search", "") if c.isprintable())[:LONGEST_SEARCH].strip()
    said, feature, panel = params.get("lang", ""), params.get("feature", ""), params.get("panel", "")
    return View(
        filter=Filter(
            **chosen,
            search=search,
            investment=investment,
            year=year,
            against=against if against in codes.get("plan", ()) else "",
        ),
        lang=said if said in ("zh", "en") else lang,
        selected=feature if feature in ids else None,
        panel=panel if panel in PANELS else PANELS[0],
    )


def write(view: View, lang: str) -> dict[str, str]:
    """Return the parameters of a view, those that say something only; :func:`read` undoes it.

    Parameters
    ----------
    view
        The view.
    lang
        Language that need not be said.
    """
    said = {name: ",".join(c or _UNTOLD for c in getattr(view.filter, name)) for name in FACETS}
    said |= {name: _range(limits) for name in RANGES if (limits := getattr(view.filter, name))}
    said |= {"search": view.filter.search, "against": view.filter.against}
    said["feature"] = view.selected or ""
    said["panel"] = view.panel if view.panel != PANELS[0] else ""
    said["lang"] = view.lang if view.lang != lang else ""
    return {key: value for key, value in said.items() if value}
