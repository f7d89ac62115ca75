"""Web tiles as the ground of a map: fitted together and bent from Web Mercator into the projection of the sheet.

Whatever goes wrong (no network, a server that hangs or answers with a page of its own) leaves the sheet on its plain
ground, with a sentence that says why.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyproj
from numpy.typing import NDArray
from PIL import Image

import settings
from errors import CallError, Issue
from layers import basemaps
from layers.sheets import tiles
from layers.sheets.mapframe import View, true_scale
from layers.sheets.typeface import MM_PER_INCH

PLAIN = "plain"
# Tiles are drawn for screens: at this many of their pixels to the inch their own words can be read on paper.
_TILE_DPI, _DPI = 130, 200
_MOST_TILES, _HIGHEST = 150, 18
# Between the points of this grid (pixels) the projection is taken as even: less than a tenth of a pixel off.
_MESH = 48
# So much of the way to white, so that the features stand out.
_PALER = 0.35
_RADIUS_M = 6378137.0
_EDGE_M = math.pi * _RADIUS_M


@dataclass
class Backdrop:
    """The tiles of one basemap under the maps of a sheet.

    Attributes
    ----------
    label, credit
        Its name and source note.
    layers
        Address and subdomains of each layer, bottom first; see :func:`layers.sheets.tiles.fetch`.
    fault
        Why it could not be had; None while nothing went wrong.
    """

    label: str
    credit: str
    layers: Sequence[tuple[str, str]]
    fault: Issue | None = field(default=None, init=False)

    @classmethod
    def of(cls, code: str, lang: str) -> "Backdrop | None":
        """Return the backdrop of a basemap, or None for the plain ground.

        Raises
        ------
        CallError
            There is no such basemap, or it is off (no key, no address), or its datum is not that of the features.
        """
        known: dict[str, Mapping[str, Any]] = {
            row["code"]: row
            for row in basemaps.choices(settings.load(), lang)
            if row["datum"] == "wgs84" and all(tile["url"].startswith("http") for tile in row["tiles"])
        }
        if code not in known:
            raise CallError("sheet.unknown_basemap", basemap=code, valid=", ".join(known))
        found = known[code]["tiles"]
        credit = " ".join(dict.fromkeys(tile["credit"] for tile in found if tile["credit"]))
        layers = [(tile["url"], tile["subdomains"]) for tile in found]
        return cls(known[code]["label"], credit, layers) if layers else None

    def under(self, view: View, epsg: int, grey: bool) -> Image.Image | None:
        """Return the picture that lies under a map, or None when the tiles cannot be had (see :attr:`fault`).

        Parameters
        ----------
        view
            The window of the map.
        epsg
            Its projection.
        grey
            Whether without colours.
        """
        if self.fault:
            return None
        try:
            picture = self._bent(view, epsg)
        except tiles.NoTilesError as error:
            self.fault = Issue(self.label, f"sheet.{error}")
            return None
        white = Image.new("RGBA", picture.size, "white")
        flat = Image.blend(Image.alpha_composite(white, picture), white, _PALER)
        return flat.convert("L" if grey else "RGB").convert("RGB")

    def _bent(self, view: View, epsg: int) -> Image.Image:
        """Return the tiles in the projection of a view."""
        size = (round(view.box.width / MM_PER_INCH * _DPI), round(view.box.height / MM_PER_INCH * _DPI))
        xs, ys = (np.append(np.arange(0, side, _MESH), side) for side in size)
        west, south, east, north = view.extent
        grid_x, grid_y = np.meshgrid(west + xs / size[0] * (east - west), north - ys / size[1] * (north - south))
        x, y = pyproj.Transformer.from_crs(epsg, 3857, always_xy=True).transform(grid_x, grid_y)
        # Shares of the square of the world from its upper left corner.
        across, down = (x + _EDGE_M) / (2 * _EDGE_M), (_EDGE_M - y) / (2 * _EDGE_M)
        # Mercator stretches by 1 / cos(latitude), which is cosh(y / radius).
        metres = true_scale(view, epsg) * MM_PER_INCH / _TILE_DPI * math.cosh(float(y.mean()) / _RADIUS_M)
        zoom = min(max(round(math.log2(2 * _EDGE_M / 256 / metres)), 1), _HIGHEST)
        while zoom > 1 and _span(across, zoom)[1] * _span(down, zoom)[1] > _MOST_TILES:
            zoom -= 1
        (left, columns), (top, rows) = _span(across, zoom), _span(down, zoom)
        mosaic, side = self._mosaic(zoom, left, top, columns, rows)
        corners = np.stack([(across * 2**zoom - left) * side, (down * 2**zoom - top) * side], axis=2)
        mesh = [
            (
                (int(xs[i]), int(ys[j]), int(xs[i + 1]), int(ys[j + 1])),
                (*corners[j, i], *corners[j + 1, i], *corners[j + 1, i + 1], *corners[j, i + 1]),
            )
            for j in range(len(ys) - 1)
            for i in range(len(xs) - 1)
        ]
        return mosaic.transform(size, Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)

    def _mosaic(self, zoom: int, left: int, top: int, columns: int, rows: int) -> tuple[Image.Image, int]:
        """Return the tiles of all layers as one picture, and the side of a tile in pixels."""
        spots = [(x, y) for y in range(rows) for x in range(columns)]
        whole, side = Image.new("RGBA", (1, 1)), 0
        for address, subdomains in self.layers:
            found = tiles.fetch(address, subdomains, zoom, [(left + x, top + y) for x, y in spots])
            if not side:
                # What the ground itself lacks is not worth its labels.
                side = max((tile.width for tile in found if tile), default=0)
                if not side:
                    raise tiles.NoTilesError("basemap_empty")
                whole = Image.new("RGBA", (columns * side, rows * side))
            for (x, y), tile in zip(spots, found, strict=True):
                if tile:
                    fitting = tile if tile.width == side else tile.resize((side, side))
                    whole.alpha_composite(fitting, (x * side, y * side))
        return whole, side


def _span(shares: NDArray[np.float64], zoom: int) -> tuple[int, int]:
    """Return the first tile and the number of tiles that cover shares of the world."""
    low, high = math.floor(shares.min() * 2**zoom), math.floor(shares.max() * 2**zoom)
    return low, high - low + 1
