"""Speed of reading and finding, in MB of plan text a second, beside word taggers a user could start from."""

import importlib
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.process import best
from benchmarks.table import Row
from projects import merge, plan

SIZES = (1, 10, 100)
SEED = 370100
Tag = Callable[[str], object]


def _jieba(module: Any) -> Tag:
    return lambda text: list(module.cut(text))


def _rjieba(module: Any) -> Tag:
    tagger = module.Jieba()
    return lambda text: tagger.tag(text)


def _lac(module: Any) -> Tag:
    lac = module.LAC(mode="lac")
    return lambda text: [lac.run(line) for line in text.splitlines() if line]


TAGGERS = {"jieba.posseg": _jieba, "rjieba": _rjieba, "LAC": _lac}
"""What a user could start from: measured where it is installed."""


def renamed(text: str, round_: int) -> str:
    """Return a plan with other names: in each round, half of the rarer characters stand for one another.

    Head nouns, figures and the layout stay; the proper parts of names change, so that nothing is merged away.
    """
    if round_ == 0:
        return text
    shuffle = random.Random(SEED + round_)  # noqa: S311
    counts: dict[str, int] = {}
    for character in re.findall("[\u4e00-\u9fff]", text):
        counts[character] = counts.get(character, 0) + 1
    rare = sorted(c for c, n in counts.items() if n <= 12)
    chosen = shuffle.sample(rare, len(rare) // 2)
    others = chosen[:]
    shuffle.shuffle(others)
    return text.translate(dict(zip(map(ord, chosen), others, strict=True)))


def _timed(folder: Path) -> tuple[float, int]:
    """Return what the plans of a folder cost, in seconds of one core, and how many features they have."""
    started = time.process_time()
    found = merge.extract(plan.read([folder])[0])
    return time.process_time() - started, len(found)


def rows(plans: Path, folder: Path) -> Iterator[Row]:
    """Yield rows for our own finding at growing sizes and for each tagger that is installed."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(plans.glob("*.txt"))}
    size = sum(len(text.encode("utf-8")) for text in texts.values()) / 1e6
    line = folder / "line.txt"
    line.write_text("济南市湫水河治理工程。", encoding="utf-8")
    tiny = best(["planmap.py", "extract", str(line), "-o", str(folder / "line.jsonl")])
    yield Row("reading and finding, one line: start-up", tiny.seconds, "s", at_most=0.3)
    merge.extract(plan.read([plans])[0])  # dictionaries are loaded once
    took: dict[int, float] = {}
    for times in SIZES:
        enlarged = folder / f"x{times}"
        enlarged.mkdir()
        for round_ in range(times):
            for name, text in texts.items():
                (enlarged / f"{round_:03}-{name}").write_text(renamed(text, round_), encoding="utf-8")
        took[times], found = min((_timed(enlarged) for _ in range(3 if times == 1 else 1)), key=lambda run: run[0])
        label = f"reading and finding, {size * times:.2f} MB, {found} features"
        yield Row(label, size * times / took[times], "MB/s")
        slope = (took[times] / took[SIZES[0]]) / (times / SIZES[0])
        if times > SIZES[0]:
            yield Row(f"cost of x{times} over x{SIZES[0]}, per MB", slope, "", at_most=1.1)
    joined = "\n".join(texts.values())
    for name, prepare in TAGGERS.items():
        try:
            tag = prepare(importlib.import_module(name))
            tag(joined[:5000])
        except Exception as error:
            yield Row(f"{name}: not measured ({type(error).__name__})", None, "")
            continue
        started = time.process_time()
        tag(joined)
        yield Row(f"{name}: tagging alone", size / (time.process_time() - started), "MB/s")
