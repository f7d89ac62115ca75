"""Speed of reading and finding, in MB of plan text a second, beside word taggers a user could start from."""

import importlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import collector
import edition
from benchmarks.corpus import renamed, texts
from benchmarks.process import best
from benchmarks.table import Row, slope
from projects import merge, plan
from settings import HOME

Tag = Callable[[str], object]


def _jieba(module: Any) -> Tag:
    return lambda text: list(module.cut(text))


def _rjieba(module: Any) -> Tag:
    tagger = module.Jieba()
    return lambda text: tagger.tag(text)


def _lac(module: Any) -> Tag:
    lac = module.LAC(mode="lac")
    return lambda text: [lac.run(line) for line in text.splitlines() if line]


def _jionlp(module: Any) -> Tag:
    return lambda text: [module.recognize_location(line) for line in text.splitlines() if line]


def _cpca(module: Any) -> Tag:
    return lambda text: module.transform_text_with_addrs(text)


TAGGERS = {"jieba.posseg": _jieba, "rjieba": _rjieba, "LAC": _lac, "jionlp": _jionlp, "cpca": _cpca}
"""What a user could start from: measured where it is installed (``benchmarks/requirements.txt``)."""


def _timed(folder: Path) -> tuple[float, int]:
    """Return what the plans of a folder cost, in seconds of one core, and how many features they have."""
    started = time.process_time()
    found = merge.extract(plan.read([folder])[0])
    return time.process_time() - started, len(found)


def rows(plans: Path, folder: Path, sizes: Sequence[int]) -> Iterator[Row]:
    """Yield rows for our own finding at growing sizes and for each tagger that is installed."""
    originals = texts(plans)
    size = sum(len(text.encode("utf-8")) for text in originals.values()) / 1e6
    line = folder / "line.txt"
    line.write_text("济南市湫水河治理工程。", encoding="utf-8")
    tiny = best(["planmap.py", "extract", str(line), "-o", str(folder / "line.jsonl")])
    yield Row("reading and finding, one line: start-up", tiny.seconds, "s", at_most=0.3)
    collector.rest()  # as the command does
    merge.extract(plan.read([plans])[0])  # dictionaries are loaded once
    took: dict[int, float] = {}
    rounds = count(1)
    for times in sizes:
        # No text is read twice: what was read before is read more quickly.
        copies = [[next(rounds) for _ in range(times)] for _ in range(3 if times == 1 else 1)]
        runs = []
        for copy in copies:
            enlarged = folder / f"from-{copy[0]}"
            enlarged.mkdir()
            for round_ in copy:
                for name, text in originals.items():
                    (enlarged / f"{round_:03}-{name}").write_text(renamed(text, round_), encoding="utf-8")
            runs.append(_timed(enlarged))
        took[times], found = min(runs)
        how = ", compiled" if edition.compiled(HOME / "projects") else ""
        label = f"reading and finding{how}, {size * times:.2f} MB, {found} features"
        yield Row(label, size * times / took[times], "MB/s")
    if len(took) > 1:
        yield Row("slope of reading and finding", slope(list(took.items())), "", at_most=1.1)
    for name in TAGGERS:
        # In a process of its own: what it loads would count as memory of whatever is measured later.
        alone = [sys.executable, "-m", "benchmarks.finding", name, str(plans)]
        done = subprocess.run(alone, cwd=HOME, capture_output=True, text=True)
        if done.returncode:
            why = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]
            yield Row(f"{name}: not measured ({why.partition(':')[0]})", None, "")
            continue
        seconds = float(done.stdout.splitlines()[-1])
        yield Row(f"{name}: tagging alone", size / seconds, "MB/s")


def main(name: str, plans: Path) -> None:
    """Print the seconds of one core that a tagger takes for the plans, its dictionaries loaded before."""
    joined = "\n".join(texts(plans).values())
    tag = TAGGERS[name](importlib.import_module(name))
    tag(joined[:5000])
    started = time.process_time()
    tag(joined)
    print(time.process_time() - started)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
