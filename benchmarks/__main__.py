"""Run the benchmarks: ``python -m benchmarks [GROUP ...] [--size 1,10,100] [--plans FOLDER] [-o FILE]``."""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import commands, country, export, finding, lookup, page, scale, sheet, table
from settings import HOME

GROUPS = ("commands", "finding", "lookup", "scale", "page", "export", "sheet", "country")
SIZES = (1, 10, 100)


def main() -> int:
    """Print the table as it grows, and write it as JSON; exit code 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    parser.add_argument(
        "--plans", type=Path, default=HOME.parent / "shared" / "plans", help="folder of the five plan files"
    )
    parser.add_argument(
        "--size", type=_sizes, default=SIZES, metavar="N,N", help="how many times the five plans: 1,10,100 by default"
    )
    parser.add_argument("-o", "--out", type=Path, default=HOME / "build" / "benchmarks.json", help="JSON file")
    args = parser.parse_args()
    if wrong := set(args.groups) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(wrong))}; valid: {', '.join(GROUPS)}")
    if not (args.plans / "plans.csv").is_file():
        parser.error(f"no plans at {args.plans}; give --plans")
    print(table.machine(), table.HEAD, sep="\n\n", flush=True)
    done: list[table.Row] = []
    for row in _rows(args.groups or GROUPS, args.plans.resolve(), args.size):
        done.append(row)
        print(row.line(), flush=True)
    table.write(args.out, done)
    return int(any(r.value is not None and r.at_most is not None and r.value > r.at_most for r in done))


def _sizes(given: str) -> tuple[int, ...]:
    found = tuple(int(part) for part in given.split(","))
    if not found or min(found) < 1:
        raise ValueError
    return found


def _rows(groups: Sequence[str], plans: Path, sizes: Sequence[int]) -> Iterator[table.Row]:
    with tempfile.TemporaryDirectory() as scratch:
        for group in groups:
            folder = Path(scratch) / group
            folder.mkdir()
            if group == "commands":
                yield from commands.rows(plans)
            elif group == "finding":
                yield from finding.rows(plans, folder, sizes)
            elif group == "lookup":
                yield from lookup.rows(folder)
            elif group == "scale":
                yield from scale.rows(plans, folder, sizes)
            elif group == "country":
                yield from country.rows(plans, folder, max(sizes))
            elif group == "page":
                yield from page.rows(folder)
            elif group == "export":
                yield from export.rows()
            else:
                yield from sheet.rows(folder)


if __name__ == "__main__":
    sys.exit(main())
