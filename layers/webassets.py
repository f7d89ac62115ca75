"""The scripts and style sheets of the web map, from an installed package instead of the internet.

Folium names its scripts by addresses on four public hosts. The package ``folium-offline`` carries the same files,
keyed by the same addresses. They and our own are bundled once into one script and one style sheet, in a folder that
the page's own server hands out: the map's frame asks for scripts one after the other, and each costs it a round trip.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import whole
from errors import CallError

PACKAGE = "folium-offline"


def resources() -> Mapping[str, str]:
    """Return the text of every packaged script and style sheet by its address on the internet."""
    # Imported here: reading 3.5 MB of embedded scripts takes 0.3 s, needed only when something is bundled.
    from offlinefolium.elements import _res

    return dict(_res)


def bundle(urls: Iterable[str], own: Sequence[Path], folder: Path, suffix: str) -> str:
    """Write packaged files and our own into one file, unless it is there.

    It is written beside its place and renamed, so that two servers starting at once do no harm.

    Parameters
    ----------
    urls
        Addresses as folium names them, in the order of loading; those of another suffix are left out.
    own
        Our own files, which come after them.
    folder
        Where to put the bundle; made when missing.
    suffix
        ``".js"`` or ``".css"``.

    Returns
    -------
    str
        Name of the file. It changes with its content, so that a browser never keeps an outdated copy.

    Raises
    ------
    CallError
        The package has no file of an address.
    """
    urls = [url for url in urls if url.endswith(suffix)]
    texts = [path.read_text(encoding="utf-8") for path in own if path.suffix == suffix]
    mark = hashlib.sha256("\0".join([version(PACKAGE), *urls, *texts]).encode()).hexdigest()[:12]
    path = folder / f"planmap-{mark}{suffix}"
    if not path.is_file():
        known = resources()
        for url in urls:
            if url not in known:
                raise CallError("map.no_asset", url=url, package=PACKAGE)
        # A script may end without a semicolon, or in a comment.
        between = "\n;\n" if suffix == ".js" else "\n"
        folder.mkdir(parents=True, exist_ok=True)
        with whole.writing(path) as part:
            part.write_text(between.join([*(known[url] for url in urls), *texts]), encoding="utf-8", newline="\n")
    return path.name
