"""``backup`` and ``restore``: the store as one file, and back."""

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from commands.console import put, say, text

if TYPE_CHECKING:
    from layers.store import Contents, Store


def backup(args: argparse.Namespace) -> int:
    """``backup``: everything in the store to a GeoPackage."""
    from layers import backup as files

    return _told(args, "backed_up", lambda kept: files.backup(kept, args.file))


def restore(args: argparse.Namespace) -> int:
    """``restore``: a backup into a store that has no reviews yet."""
    from layers import backup as files

    return _told(args, "restored", lambda kept: files.restore(args.file, kept))


def _told(args: argparse.Namespace, key: str, act: "Callable[[Store], Contents]") -> int:
    import city
    import settings
    from layers import store

    adcode = city.load(args.city or settings.load().city).adcode
    found = act(store.open(args.store or settings.load().store_of(adcode)))
    counts = {"features": len(found.frame), "plans": len(found.plans), "reviews": len(found.entries)}
    if args.json:
        put({**counts, "file": str(args.file)})
    else:
        say(text(key, path=str(args.file), **counts))
    return 0
