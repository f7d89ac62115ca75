"""The command line of Planmap: a thin door that reads what is wanted, calls, and shows the result."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import language
from errors import CallError, DataError, Issue, PlanError

if TYPE_CHECKING:
    import geopandas as gpd

FILTERS = ("district", "category", "kind", "plan", "status", "precision", "review")
"""The filters that take one or more values; ``--search`` and ``--bbox`` come beside them."""


def text(key: str, **values: object) -> str:
    """Return a text of the command line in the language of the process."""
    return language.text(f"cli.{key}", None, **values)


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Print the fault and the way out, and end with exit code 2."""
        self.exit(2, text("bad_call", why=" ".join(message.split()), command=self.prog) + "\n")


class Progress:
    """Progress on a terminal, nothing in a pipe.

    Attributes
    ----------
    shown
        Whether anything is shown.
    """

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()

    def __call__(self, step: str, done: int, of: int) -> None:
        """Show one line for the step; see :data:`pipeline.Progress`."""
        if self.shown:
            part = f" {done}/{of}" if of > 1 else ""
            sys.stderr.write(f"\r\x1b[K{text('step_' + step)}{part}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def say(line: str) -> None:
    """Print a note that is not the result: to standard error."""
    print(line, file=sys.stderr)


def warn(issues: Iterable[Issue]) -> None:
    """Print the issue log."""
    for issue in issues:
        say(issue.text())


def put(record: object) -> None:
    """Print one JSON value on a line."""
    print(json.dumps(record, ensure_ascii=False))


def extract(args: argparse.Namespace) -> int:
    """``extract``: plan files to features, without coordinates."""
    import pipeline
    from projects.feature import write_features

    progress = Progress()
    if args.explain:
        return _explain(args)
    found = pipeline.extract(args.plans, progress)
    progress.clear()
    warn(found.issues)
    if args.out is None:
        for feature in found.features:
            put(feature.record())
        return 0
    try:
        write_features(args.out, found.features)
    except OSError as error:
        raise CallError("cli.unwritable", path=str(args.out), why=error.strerror or str(error)) from None
    if args.json:
        put({"features": len(found.features), "plans": len(found.plans), "file": str(args.out)})
    else:
        say(text("extracted", n=len(found.features), plans=len(found.plans), path=args.out))
    return 0


def _explain(args: argparse.Namespace) -> int:
    """``extract --explain``: where features of a name stand, and what was made of it."""
    import pipeline

    for record in pipeline.explain(args.plans, args.explain):
        if args.json:
            put(record)
            continue
        mentions = record.pop("mentions")
        print(record["name"], *(f"= {alias}" for alias in record["aliases"]))
        said = {key: value for key, value in record.items() if value not in (None, [], False)}
        print("  " + json.dumps(said, ensure_ascii=False))
        for m in mentions:
            print(f"  {m['plan']} {m['section']} @{m['offset']}: {m['before']}【{m['text']}】{m['after']}")
    return 0


def build(args: argparse.Namespace) -> int:
    """``build``: plan files to layers, with a report."""
    import pipeline
    import settings

    progress = Progress()
    store = args.store or (None if args.out else settings.load().store)
    report = pipeline.build(args.plans, args.out, args.city, progress, store)
    progress.clear()
    if args.json:
        put(report.record())
    else:
        warn(report.issues)
        print(*report.lines(every=args.unplaced), sep="\n")
    return 0


def locate(args: argparse.Namespace) -> int:
    """``locate``: names to geometries, one JSON object a line."""
    import city
    import settings
    from geo.place import Placer
    from projects.feature import Feature, feature_id

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
    layers = pipeline.load(place.adcode)
    frame = view.select(layers.frame, view.resolve(_filter(args), layers.frame, place))
    if not len(frame):
        raise CallError("cli.nothing_selected")
    return frame, layers


def export(args: argparse.Namespace) -> int:
    """``export``: the selected features to a GIS or table format."""
    from layers import export as exporting

    frame, _ = _selected(args)
    warn(exporting.export(frame, args.out, args.format, args.crs) or ())
    _tell(args, len(frame))
    return 0


def sheet(args: argparse.Namespace) -> int:
    """``sheet``: the selected features on a map sheet, or an atlas of sheets."""
    import city
    import settings
    from layers import atlas
    from layers import sheet as sheets

    frame, layers = _selected(args)
    place = city.load(args.city or settings.load().city)
    look = {name: getattr(args, name) for name in ("size", "orientation") if getattr(args, name)}
    if args.grey:
        look["grey"] = True
    if args.atlas:
        progress = Progress()
        atlas.bind(
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
        sheets.draw(
            frame,
            args.out,
            city=place,
            title=args.title,
            plans=layers.plans,
            focus=_values(args.district),
            **look,
        )
    _tell(args, len(frame))
    return 0


def _tell(args: argparse.Namespace, features: int) -> None:
    path = getattr(args, "atlas", None) or args.out
    if args.json:
        put({"features": features, "file": str(path)})
    else:
        say(text("written", n=features, path=path))


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
            raise CallError("cli.unwritable", path=str(args.file), why=error.strerror or str(error)) from None
    counts = {"added": len(change.added), "replaced": len(change.replaced), "same": change.same}
    if args.json:
        put({**imports.record(change), "file": path and str(path)})
    elif path is None:
        for old, new in change.replaced:
            print(f"{new[0]}: {old[4]},{old[5]} -> {new[4]},{new[5]}")
        for new in change.added:
            print(f"{new[0]}: {new[4]},{new[5]}")
        say(text("would_import", left_out=len(change.issues), **counts))
    else:
        say(text("imported", left_out=len(change.issues), path=path, **counts))
    return 0


def _parser() -> Parser:
    parser = Parser(prog="planmap.py", description=text("about"), epilog=text("epilog"))
    commands = parser.add_subparsers(dest="command", required=True, metavar=text("command"), parser_class=Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text(f"help_{name}"), description=text(f"help_{name}"))
        made.set_defaults(run=run)
        made.add_argument("--json", action="store_true", help=text("help_json"))
        return made

    def city_option(made: argparse.ArgumentParser) -> None:
        made.add_argument("--city", metavar="ADCODE", help=text("help_city"))

    def filters(made: argparse.ArgumentParser) -> None:
        for name in FILTERS:
            made.add_argument(f"--{name}", action="append", metavar="X", help=text(f"help_filter_{name}"))
        made.add_argument("--search", metavar="TEXT", help=text("help_search"))
        made.add_argument("--bbox", metavar="W,S,E,N", help=text("help_bbox"))
        city_option(made)

    made = command("extract", extract)
    made.add_argument("plans", nargs="+", type=Path, metavar="PLANS", help=text("help_plans"))
    made.add_argument("-o", "--out", type=Path, metavar="FILE", help=text("help_extract_out"))
    made.add_argument("--explain", metavar="NAME", help=text("help_explain"))

    made = command("build", build)
    made.add_argument("plans", nargs="+", type=Path, metavar="PLANS", help=text("help_plans"))
    made.add_argument("-o", "--out", type=Path, metavar="FOLDER", help=text("help_build_out"))
    made.add_argument("--store", metavar="ADDRESS", help=text("help_store"))
    made.add_argument("--unplaced", action="store_true", help=text("help_unplaced"))
    city_option(made)

    made = command("locate", locate)
    made.add_argument("names", nargs="+", metavar="NAME", help=text("help_names"))
    city_option(made)

    made = command("export", export)
    made.add_argument("--format", default="geojson", metavar="F", help=text("help_format"))
    made.add_argument("--crs", default="4326", metavar="C", help=text("help_crs"))
    made.add_argument("-o", "--out", type=Path, required=True, metavar="P", help=text("help_out"))
    filters(made)

    made = command("sheet", sheet)
    target = made.add_mutually_exclusive_group(required=True)
    target.add_argument("-o", "--out", type=Path, metavar="P", help=text("help_sheet_out"))
    target.add_argument("--atlas", type=Path, metavar="FOLDER", help=text("help_atlas"))
    made.add_argument("--by", default="district", metavar="FIELD", help=text("help_by"))
    made.add_argument("--title", default="", metavar="TEXT", help=text("help_title"))
    made.add_argument("--size", metavar="SIZE", help=text("help_size"))
    made.add_argument("--orientation", metavar="O", help=text("help_orientation"))
    made.add_argument("--grey", action="store_true", help=text("help_grey"))
    filters(made)

    made = command("import-places", import_places)
    made.add_argument("file", type=Path, metavar="FILE", help=text("help_places_file"))
    made.add_argument("--crs", default="4326", metavar="C", help=text("help_places_crs"))
    made.add_argument("--source", default="", metavar="TEXT", help=text("help_source"))
    made.add_argument("--licence", default="", metavar="TEXT", help=text("help_licence"))
    made.add_argument("--dry-run", action="store_true", help=text("help_dry_run"))
    city_option(made)

    made = command("check", check)
    made.add_argument("path", nargs="?", type=Path, metavar="PATH", help=text("help_path"))
    city_option(made)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0 done; 1 the data has faults (listed); 2 wrong call (one line: what, and what would be right).
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a console of another encoding gets question marks, not a traceback
            stream.reconfigure(errors="replace")
    try:
        args = _parser().parse_args(arguments)
        return int(args.run(args))
    except (CallError, PlanError) as error:
        say(error.text())
        return 2
    except DataError as error:
        say(error.text())
        return 1
    except BrokenPipeError:  # the reader of the pipe has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        say("")
        return 130


if __name__ == "__main__":
    sys.exit(main())
