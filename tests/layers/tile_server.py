"""A tile server on this machine, for the tests of basemaps: it marks points, and fails in every way servers do."""

import io
import math
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

from PIL import Image, ImageDraw

GROUND, DOT = (200, 220, 240), (255, 0, 0)


@contextmanager
def serve(how: str = "tiles", dots: Sequence[tuple[float, float]] = (), side: int = 256) -> Iterator[SimpleNamespace]:
    """Serve tiles with dots at longitudes and latitudes, or fail: ``"hang"``, ``"drip"``, ``"html"``, ``"404"``, …

    Yields
    ------
    types.SimpleNamespace
        ``url`` for the settings, and ``asked``, the paths asked for.
    """
    stop = threading.Event()
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Keep quiet."""

        def do_GET(self) -> None:
            asked.append(self.path)
            if how == "hang":
                stop.wait(30)
                return
            if how.isdigit():
                self.send_error(int(how))
                return
            body = b"<html>log in</html>" if how == "html" else tile(*map(int, self.path.strip("/").split("/")))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if how == "drip":
                with suppress(OSError):  # who asked has gone
                    for i in range(len(body)):
                        if stop.wait(0.2):
                            return
                        self.wfile.write(body[i : i + 1])
            elif how == "cut":
                self.wfile.write(body[:50])
            else:
                self.wfile.write(body)

    def tile(zoom: int, column: int, row: int) -> bytes:
        picture = Image.new("RGBA", (side, side), (0, 0, 0, 0) if how == "clear" else GROUND)
        pen = ImageDraw.Draw(picture)
        for lon, lat in dots:
            x = ((lon + 180) / 360 * 2**zoom - column) * side
            up = math.asinh(math.tan(math.radians(lat))) / math.pi
            y = ((1 - up) / 2 * 2**zoom - row) * side
            pen.ellipse((x - 3, y - 3, x + 3, y + 3), fill=DOT)
        found = io.BytesIO()
        picture.save(found, "png")
        return found.getvalue()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}", asked=asked)
        finally:
            stop.set()
            server.shutdown()
            thread.join()
