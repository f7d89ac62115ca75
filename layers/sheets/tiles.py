"""Map tiles from a server: all of a window within a time, or a reason why not."""

import http.client
import io
import math
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from PIL import Image

# For one answer, and for all tiles of a layer.
TIMEOUT_S, DEADLINE_S = 4.0, 10.0
# A server that failed is left alone for so long: the other maps of an atlas do not wait for it again.
_REST_S = 120.0
_TRIES, _AT_ONCE = 2, 6
_LARGEST, _LARGEST_SIDE = 3_000_000, 1024
_AGENT = "Planmap/0.1 (map sheets)"
_failed: dict[str, float] = {}


class NoTilesError(Exception):
    """There are no tiles; the text is the key of the sentence that says why."""


def fetch(template: str, subdomains: str, zoom: int, spots: Sequence[tuple[int, int]]) -> list[Image.Image | None]:
    """Return the tiles of one layer.

    Parameters
    ----------
    template
        Address with ``{z}``, ``{x}``, ``{y}`` and perhaps ``{s}``, which becomes one of the subdomains.
    subdomains
        A letter or figure each; empty for none.
    zoom
        Level.
    spots
        Column and row of each tile.

    Returns
    -------
    list of PIL.Image.Image or None
        None where the server has no tile (404).

    Raises
    ------
    NoTilesError
        The server cannot be reached, answers with an error or something that is no picture, or takes too long.
    """
    if time.monotonic() - _failed.get(template, -math.inf) < _REST_S:
        raise NoTilesError("basemap_silent")
    until = _Until(time.monotonic() + DEADLINE_S)
    urls = [_address(template, subdomains, zoom, x, y) for x, y in spots]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        try:
            return [_picture(body) for body in pool.map(lambda url: _asked(url, until), urls)]
        except NoTilesError:
            _failed[template] = time.monotonic()
            raise


class _Until:
    """A time to stop at; all are equal, so that an answer is known again whatever its deadline was."""

    def __init__(self, end: float) -> None:
        self.end, self.why = end, ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Until)

    def __hash__(self) -> int:
        return 0

    @property
    def over(self) -> bool:
        return time.monotonic() > self.end


def _asked(url: str, until: _Until) -> bytes | None:
    try:
        return _answer(url, until)
    except NoTilesError as error:
        # One tile that cannot be had is enough: nobody waits for the others, and its reason is theirs.
        until.end, until.why = -math.inf, until.why or str(error)
        raise NoTilesError(until.why) from None


def _address(template: str, subdomains: str, zoom: int, x: int, y: int) -> str:
    host = subdomains[(x + y) % len(subdomains)] if subdomains else ""
    found = template
    for name, value in (("{s}", host), ("{z}", zoom), ("{x}", x), ("{y}", y)):
        found = found.replace(name, str(value))
    return found


@lru_cache(maxsize=600)
def _answer(url: str, until: _Until) -> bytes | None:
    """Return what a server answers, None for 404."""
    for left in reversed(range(_TRIES)):
        if until.over:
            raise NoTilesError("basemap_silent")
        try:
            request = urllib.request.Request(url, headers={"User-Agent": _AGENT})  # noqa: S310
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
                return _body(answer, until)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 404:
                return None
            # A server that is busy may be asked again; one that refuses has said so.
            if error.code < 500 or not left:
                raise NoTilesError("basemap_refused") from None
        except TimeoutError:
            raise NoTilesError("basemap_silent") from None
        except (OSError, http.client.HTTPException, ValueError):
            if not left:
                raise NoTilesError("basemap_silent") from None
    raise AssertionError("the last try returns or raises")


def _body(answer: http.client.HTTPResponse, until: _Until) -> bytes:
    """Read an answer in pieces: one that drips keeps within the time of each piece, not within the time of all."""
    found = io.BytesIO()
    while piece := answer.read1(65536):
        found.write(piece)
        if until.over:
            raise NoTilesError("basemap_silent")
        if found.tell() > _LARGEST:
            raise NoTilesError("basemap_no_picture")
    return found.getvalue()


def _picture(body: bytes | None) -> Image.Image | None:
    if body is None:
        return None
    try:
        with Image.open(io.BytesIO(body), formats=("PNG", "JPEG", "WEBP", "GIF")) as picture:
            if not 0 < picture.width == picture.height <= _LARGEST_SIDE:
                raise NoTilesError("basemap_no_picture")
            return picture.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise NoTilesError("basemap_no_picture") from None
