"""``locate``, ``import-places`` and ``import-osm``: the gazetteer, asked and enlarged."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from commands.console import Progress, put, say, text, warn
from errors import CallError

if TYPE_CHECKING:
    from geo.imports import Change


def locate(args: argparse.Namespace) -> int:
    """``locate``: names to geometries, one JSON object a line."""
    import city
    import settings
    from geo.place import Placer
    from projects.feature import Feature, feature_id, normal

    if not all(map(normal, args.names)):
        raise CallError("cli.no_name")
    adcode = city.load(args.city or settings.load().city).adcode
    placer = Placer.load(adcode)
    for name in args.names:
        thing = Feature(
            id=feature_id(adcode, "project", name), name=name, kind="project", category="spatial", doc="", mentions=()
        )
        placement = placer.place([thing])[0]
        put(
            {
                "name": name,
                "geometry": _geometry(placement.geometry),
                "method": placement.method or None,
                "precision": placement.precision,
                "radius_m": placement.radius_m,
                "source": placement.source or None,
                "licence": placement.licence or None,
                "reason": placement.reason or None,
                "candidates": [_candidate(match) for match in placer.locate(name)],
            }
        )
    return 0


def _geometry(shape: Any) -> dict[str, Any] | None:
    """Return a GeoJSON geometry with 6 decimals, or None."""
    import shapely

    return None if shape is None else json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-6)))


def _candidate(match: Any) -> dict[str, Any]:
    """Return a candidate of ``locate`` as a JSON object."""
    return {
        "name": match.place.name,
        "score": round(match.score, 3),
        "match": match.how,
        "kind": match.place.kind,
        "districts": list(match.place.districts),
        "geometry": {"type": "Point", "coordinates": [match.place.lon, match.place.lat]},
        "radius_m": match.place.radius_m,
        "source": match.place.source,
    }


def import_places(args: argparse.Namespace) -> int:
    """``import-places``: a list of places into the city's gazetteer."""
    import city
    import settings
    from geo import imports

    adcode = city.load(args.city or settings.load().city).adcode
    change = imports.preview(args.file, adcode, crs=args.crs, source=args.source, licence=args.licence)
    warn(() if args.json else change.issues)
    path = None
    if not args.dry_run:
        try:
            path = imports.apply(change, adcode)
        except OSError as error:
            raise CallError("cli.unwritable", path=str(args.file), why=error) from None
    _imported(args, change, (path,) if path else ())
    return 0


def import_osm(args: argparse.Namespace) -> int:
    """``import-osm``: places and lines of an OpenStreetMap extract into the city's gazetteer."""
    import city
    import settings
    from geo import osm

    adcode = city.load(args.city or settings.load().city).adcode
    progress = Progress()
    found = osm.read(args.file, adcode, lambda done: progress("osm", done, done))
    progress.clear()
    paths: tuple[Path, ...] = ()
    if not args.dry_run:
        try:
            paths = osm.apply(found, adcode)
        except OSError as error:
            raise CallError("cli.unwritable", path=str(args.file), why=error) from None
    _imported(args, found.places, paths, lines=len(found.lines))
    return 0


def _imported(args: argparse.Namespace, change: "Change", paths: Sequence[Path], **more: int) -> None:
    """Print what an import changed, or would."""
    from geo import imports

    counts = {"added": len(change.added), "replaced": len(change.replaced), "same": change.same}
    if args.json:
        put({**imports.record(change), **more, "files": [str(path) for path in paths]})
    elif paths:
        say(text("imported", left_out=len(change.issues), path="、".join(map(str, paths)), **counts))
    else:
        for old, new in change.replaced:
            print(f"{new[0]}: {old[4]},{old[5]} -> {new[4]},{new[5]}")
        for new in change.added:
            print(f"{new[0]}: {new[4]},{new[5]}")
        say(text("would_import", left_out=len(change.issues), **counts))
