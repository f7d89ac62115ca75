"""Speed of reading and finding, in MB of plan text a second, beside word taggers a user could start from."""

import importlib
import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.table import Row
from projects import merge, plan

SIZES = (1, 10)
SEED = 370100
Tag = Callable[[str], object]


def _jieba(module: Any) -> Tag:
    return lambda text: list(module.cut(text))


def _rjieba(module: Any) -> Tag:
    return lambda text: module.Jieba().tag(text)


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


def rows(plans: Path, folder: Path) -> Iterator[Row]:
    """Yield rows for our own finding at growing sizes and for each tagger that is installed."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(plans.glob("*.txt"))}
    size = sum(len(text.encode("utf-8")) for text in texts.values()) / 1e6
    merge.extract(plan.read([plans])[0])  # dictionaries are loaded once
    took: dict[int, float] = {}
    for times in SIZES:
        enlarged = folder / f"x{times}"
        enlarged.mkdir()
        for round_ in range(times):
            for name, text in texts.items():
                (enlarged / f"{round_:03}-{name}").write_text(renamed(text, round_), encoding="utf-8")
        started = time.perf_counter()
        found = merge.extract(plan.read([enlarged])[0])
        took[times] = time.perf_counter() - started
        label = f"reading and finding, {size * times:.2f} MB, {len(found)} features"
        yield Row(label, size * times / took[times], "MB/s")
    first, last = SIZES[0], SIZES[-1]
    slope = (took[last] / took[first]) / (last / first)
    yield Row(f"cost of x{last} over x{first}, per MB", slope, "", at_most=1.1)
    joined = "\n".join(texts.values())
    for name, prepare in TAGGERS.items():
        try:
            tag = prepare(importlib.import_module(name))
            tag(joined[:5000])
        except Exception as error:
            yield Row(f"{name}: not measured ({type(error).__name__})", None, "")
            continue
        started = time.perf_counter()
        tag(joined)
        yield Row(f"{name}: tagging alone", size / (time.perf_counter() - started), "MB/s")
