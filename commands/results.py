"""``export``, ``sheet`` and ``check``: what people take away from the layers."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.console import Progress, put, say, text, warn
from errors import CallError

if TYPE_CHECKING:
    import geopandas as gpd

FILTERS = ("district", "category", "kind", "plan", "status", "precision", "review")
"""The filters that take one or more values; ``--search`` and ``--bbox`` come beside them."""

LOSSES = 20
"""So many losses of one kind an export tells one by one; a Shapefile of very many features has thousands."""

MOST_FILES = 3
"""So many files are named, and of more the first."""

LOOK = ("size", "orientation", "labels", "dpi", "grey", "basemap", "graticule", "approval", "maker")
"""The options of a sheet that are those of :class:`layers.sheet.Look`."""


def _filter(args: argparse.Namespace) -> Any:
    """Return the :class:`layers.view.Filter` that the options ask for."""
    from layers.view import Filter

    chosen: dict[str, Any] = {name: _values(getattr(args, name)) for name in FILTERS}
    if args.bbox:
        try:
            west, south, east, north = (float(part) for part in args.bbox.split(","))
        except ValueError:
            raise CallError("cli.bad_bbox", bbox=args.bbox) from None
        chosen["bbox"] = (west, south, east, north)
    return Filter(search=args.search or "", **chosen)


def _values(given: Sequence[str] | None) -> tuple[str, ...]:
    """Return the values of an option that was given several times or with commas."""
    parts = (part.strip() for value in given or () for part in value.replace("，", ",").replace("、", ",").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _selected(args: argparse.Namespace) -> "tuple[gpd.GeoDataFrame, Any]":
    """Return the features that the filters leave, and the layers they come from."""
    import city
    import pipeline
    import settings
    from layers import view

    place = city.load(args.city or settings.load().city)
    layers, index = pipeline.load(place.adcode)
    frame = index.select(view.resolve(_filter(args), layers.frame, place))
    if not len(frame):
        raise CallError("cli.nothing_selected")
    return frame, layers


def export(args: argparse.Namespace) -> int:
    """``export``: the selected features to a GIS or table format, or all of them in one package."""
    import city
    import settings
    from layers import export as exporting

    frame, layers = _selected(args)
    progress = Progress()
    told: dict[str, Any] = {
        "crs": args.crs,
        "plans": layers.plans,
        "town": city.load(args.city or settings.load().city),
        "by": args.by,
        "progress": lambda done, of: progress("export", done, of),
        "dry_run": args.dry_run,
    }
    if args.bundle:
        made = exporting.package(frame, args.out, **told)
    else:
        made = exporting.export(frame, args.out, args.format, encoding=args.encoding, **told)
    progress.clear()
    warn(made.issues, LOSSES)
    if args.dry_run:
        if args.json:
            put({"features": len(frame), "losses": [issue.text() for issue in made.issues]})
        else:
            say(text("would_lose", n=len(made.issues)))
    else:
        _tell(args, len(frame), made.paths)
    return 0


def sheet(args: argparse.Namespace) -> int:
    """``sheet``: the selected features on a map sheet, or an atlas of sheets."""
    import city
    import settings
    from layers import atlas
    from layers import sheet as sheets

    frame, layers = _selected(args)
    place = city.load(args.city or settings.load().city)
    look = {name: value for name in LOOK if (value := getattr(args, name)) is not None and value is not False}
    if args.atlas:
        progress = Progress()
        made: Any = atlas.bind(
            frame,
            args.atlas,
            city=place,
            by=args.by,
            title=args.title,
            plans=layers.plans,
            progress=lambda done, of: progress("sheet", done, of),
            **look,
        )
        progress.clear()
    else:
        made = sheets.draw(
            frame,
            args.out,
            city=place,
            title=args.title,
            subtitle=args.subtitle,
            plans=layers.plans,
            focus=[d.short for name in _values(args.district) if (d := place.district(name))],
            window=_filter(args).bbox,
            **look,
        )
    warn(made.issues)
    # Of an atlas each feature with a place is on a sheet, of a sheet what lies on its map.
    on_it = int(frame.geometry.notna().sum()) if args.atlas else made.drawn
    _tell(args, len(frame), made.paths, on_it)
    return 0


def _tell(args: argparse.Namespace, features: int, paths: Sequence[Path], written: int | None = None) -> None:
    """Print what was written: how many features were chosen, how many of them are on it, and the files."""
    if args.json:
        put({"features": features, "files": [str(path) for path in paths]})
        return
    named = ", ".join(map(str, paths)) if len(paths) <= MOST_FILES else f"{paths[0]} … ({len(paths)})"
    say(text("written", n=features if written is None else written, path=named))


def check(args: argparse.Namespace) -> int:
    """``check``: layers against schema, bounds and dictionary; exit code 1 when something is wrong."""
    import city
    import settings
    from layers import check as checking

    place = city.load(args.city or settings.load().city)
    path = args.path or settings.load().layers_folder / place.adcode
    faults = checking.check(path)
    if args.json:
        put({"path": str(path), "faults": [f.text() for f in faults]})
    else:
        for fault in faults:
            print(fault.text())
        say(text("checked", path=path, n=len(faults)))
    return 1 if faults else 0
