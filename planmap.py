"""The command line of Planmap: a thin door that reads what is wanted and calls it."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import collector
from commands import cities, keeping, people, places, reading, results, serving
from commands.console import say, text
from errors import CallError, DataError, PlanError


class Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        """Print the fault and the way out, and end with exit code 2."""
        self.exit(2, text("bad_call", why=" ".join(message.split()), command=self.prog) + "\n")


def _count(given: str) -> int:
    """Return a whole number from 1 on."""
    if not given.isdecimal() or int(given) < 1:
        raise argparse.ArgumentTypeError(text("bad_count", value=given))
    return int(given)


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
        for name in results.FILTERS:
            made.add_argument(f"--{name}", action="append", metavar="X", help=text(f"help_filter_{name}"))
        made.add_argument("--search", metavar="TEXT", help=text("help_search"))
        made.add_argument("--bbox", metavar="W,S,E,N", help=text("help_bbox"))
        city_option(made)

    made = command("extract", reading.extract)
    made.add_argument("plans", nargs="+", type=Path, metavar="PLANS", help=text("help_plans"))
    made.add_argument("-o", "--out", type=Path, metavar="FILE", help=text("help_extract_out"))
    made.add_argument("--explain", metavar="NAME", help=text("help_explain"))

    made = command("compare", reading.compare)
    made.add_argument("before", metavar="PLAN_A", help=text("help_compared"))
    made.add_argument("after", metavar="PLAN_B", help=text("help_compared"))

    made = command("build", reading.build)
    made.add_argument("plans", nargs="+", type=Path, metavar="PLANS", help=text("help_plans"))
    made.add_argument("-o", "--out", type=Path, metavar="FOLDER", help=text("help_build_out"))
    made.add_argument("--store", metavar="ADDRESS", help=text("help_store"))
    made.add_argument("--unplaced", action="store_true", help=text("help_unplaced"))
    made.add_argument("--cities", action="store_true", help=text("help_cities"))
    spread = made.add_mutually_exclusive_group()
    spread.add_argument("--workers", type=_count, metavar="N", help=text("help_workers"))
    spread.add_argument("--scheduler", metavar="ADDRESS", help=text("help_scheduler"))
    made.add_argument("--force", action="store_true", help=text("help_force"))
    city_option(made)

    made = command("locate", places.locate)
    made.add_argument("names", nargs="+", metavar="NAME", help=text("help_names"))
    city_option(made)

    made = command("export", results.export)
    made.add_argument("--format", metavar="F", help=text("help_format"))
    made.add_argument("--bundle", action="store_true", help=text("help_bundle"))
    made.add_argument("--crs", default="4326", metavar="C", help=text("help_crs"))
    made.add_argument("-o", "--out", type=Path, required=True, metavar="P", help=text("help_out"))
    made.add_argument("--by", default="category", metavar="FIELD", help=text("help_export_by"))
    made.add_argument("--encoding", default="UTF-8", metavar="E", help=text("help_encoding"))
    made.add_argument("--dry-run", action="store_true", help=text("help_export_dry_run"))
    filters(made)

    made = command("sheet", results.sheet)
    target = made.add_mutually_exclusive_group(required=True)
    target.add_argument("-o", "--out", type=Path, metavar="P", help=text("help_sheet_out"))
    target.add_argument("--atlas", type=Path, metavar="FOLDER", help=text("help_atlas"))
    made.add_argument("--by", default="district", metavar="FIELD", help=text("help_by"))
    made.add_argument("--title", default="", metavar="TEXT", help=text("help_title"))
    made.add_argument("--subtitle", default="", metavar="TEXT", help=text("help_subtitle"))
    made.add_argument("--size", metavar="SIZE", help=text("help_size"))
    made.add_argument("--orientation", metavar="O", help=text("help_orientation"))
    made.add_argument("--labels", metavar="L", help=text("help_labels"))
    made.add_argument("--dpi", type=int, metavar="N", help=text("help_dpi"))
    made.add_argument("--grey", action="store_true", help=text("help_grey"))
    made.add_argument("--basemap", metavar="B", help=text("help_basemap"))
    made.add_argument("--graticule", action="store_true", help=text("help_graticule"))
    made.add_argument("--approval", metavar="TEXT", help=text("help_approval"))
    made.add_argument("--maker", metavar="TEXT", help=text("help_maker"))
    filters(made)

    made = command("serve", serving.serve)
    made.add_argument("--host", default="127.0.0.1", metavar="HOST", help=text("help_host"))
    made.add_argument("--port", type=int, default=8502, metavar="PORT", help=text("help_port"))
    made.add_argument("--url", metavar="URL", help=text("help_url"))
    city_option(made)

    made = command("import-places", places.import_places)
    made.add_argument("file", type=Path, metavar="FILE", help=text("help_places_file"))
    made.add_argument("--crs", default="4326", metavar="C", help=text("help_places_crs"))
    made.add_argument("--source", default="", metavar="TEXT", help=text("help_source"))
    made.add_argument("--licence", default="", metavar="TEXT", help=text("help_licence"))
    made.add_argument("--dry-run", action="store_true", help=text("help_dry_run"))
    city_option(made)

    made = command("import-osm", places.import_osm)
    made.add_argument("file", type=Path, metavar="FILE", help=text("help_osm_file"))
    made.add_argument("--dry-run", action="store_true", help=text("help_dry_run"))
    city_option(made)

    made = command("new-city", cities.new_city)
    made.add_argument("adcode", metavar="ADCODE", help=text("help_new_adcode"))

    made = command("user", people.user)
    made.add_argument("name", nargs="?", metavar="NAME", help=text("help_user_name"))
    made.add_argument("--email", metavar="ADDRESS", help=text("help_email"))
    made.add_argument("--remove", action="store_true", help=text("help_remove"))

    made = command("backup", keeping.backup)
    made.add_argument("file", type=Path, metavar="FILE", help=text("help_backup_file"))
    made.add_argument("--store", metavar="ADDRESS", help=text("help_kept"))
    city_option(made)

    made = command("restore", keeping.restore)
    made.add_argument("file", type=Path, metavar="FILE", help=text("help_restore_file"))
    made.add_argument("--store", metavar="ADDRESS", help=text("help_kept"))
    city_option(made)

    made = command("check", results.check)
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
    collector.rest()
    sys.exit(main())
