"""Time and memory of the commands on the five plan files."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.process import best, run
from benchmarks.table import Row


def rows(plans: Path) -> Iterator[Row]:
    """Yield a row for each command.

    Parameters
    ----------
    plans
        Folder of the five plan files.
    """
    yield Row("planmap.py --help", best(["planmap.py", "--help"]).seconds, "s", at_most=0.5)
    with tempfile.TemporaryDirectory() as out:
        build = ["planmap.py", "build", str(plans), "-o", out]
        first = run(build, fresh=True)
        yield Row("build, first run after installation", first.seconds, "s", at_most=10)
        yield Row("build, first run, peak memory", first.megabytes, "MB", at_most=1000)
        again = best(build)
        yield Row("build", again.seconds, "s", at_most=10)
        yield Row("build, peak memory", again.megabytes, "MB", at_most=1000)
        layers = {"PLANMAP_LAYERS": out}
        found = best(["planmap.py", "extract", str(plans), "-o", str(Path(out) / "features.jsonl")])
        yield Row("extract", found.seconds, "s")
        yield Row("check", best(["planmap.py", "check"], env=layers).seconds, "s")
        geojson = str(Path(out) / "all.geojson")
        yield Row("export to GeoJSON", best(["planmap.py", "export", "-o", geojson], env=layers).seconds, "s")
        sheet = ["planmap.py", "sheet", "--size", "A4", "-o", str(Path(out) / "sheet.png")]
        yield Row("sheet of all features, A4 at 300 dpi", best(sheet, times=1, env=layers).seconds, "s")
        yield Row("locate a name", best(["planmap.py", "locate", "济南西站"]).seconds, "s")
