"""The scripts and style sheets of the web map, from an installed package instead of the internet.

Folium names its scripts by addresses on four public hosts. The package ``folium-offline`` carries the same files,
keyed by the same addresses; they are unpacked once into a folder that the page's own server hands out.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from errors import CallError

PACKAGE = "folium-offline"


def resources() -> Mapping[str, str]:
    """Return the text of every packaged script and style sheet by its address on the internet."""
    # Imported here: reading 3.5 MB of embedded scripts takes 0.3 s, needed only when something is unpacked.
    from offlinefolium.elements import _res

    return dict(_res)


def file_name(url: str) -> str:
    """Return the name under which the file of an address is unpacked.

    The package's version is part of it, so that a browser never keeps an outdated copy.

    Examples
    --------
    >>> file_name("https://cdn.example.org/leaflet@1.9.3/dist/leaflet.js").endswith("-leaflet.js")
    True
    """
    mark = hashlib.sha256(f"{version(PACKAGE)} {url}".encode()).hexdigest()[:8]
    name = PurePosixPath(urlsplit(url).path).name
    return f"{mark}-{name}"


def unpack(urls: Iterable[str], folder: Path) -> dict[str, str]:
    """Write the packaged files of some addresses into a folder, unless they are there.

    Each file is written beside its place and renamed, so that two servers starting at once do no harm.

    Parameters
    ----------
    urls
        Addresses as folium names them.
    folder
        Where to put them; made when missing.

    Returns
    -------
    dict
        File name by address.

    Raises
    ------
    CallError
        The package has no file of an address.
    """
    names = {url: file_name(url) for url in urls}
    missing = [url for url, name in names.items() if not (folder / name).is_file()]
    if missing:
        known = resources()
        folder.mkdir(parents=True, exist_ok=True)
        for url in missing:
            if url not in known:
                raise CallError("map.no_asset", url=url, package=PACKAGE)
            part = folder / f".{names[url]}.{os.getpid()}.part"
            part.write_text(known[url], encoding="utf-8", newline="\n")
            part.replace(folder / names[url])
    return names
