"""Plans without end, made of the five: the proper parts of names changed, by a seed, so that nothing is merged away.

They are written to a scratch folder and never kept.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import city

SEED = 370100
HOME_CITY = "370100"
# Characters rarer than this in a plan are those of proper names.
_RARE = 12


def texts(plans: Path) -> dict[str, str]:
    """Return the texts of the five plan files by name."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(plans.glob("*.txt"))}


def renamed(text: str, round_: int) -> str:
    """Return a plan with other names: in each round, half of the rarer characters stand for one another.

    Head nouns, figures and the layout stay; the proper parts of names change.
    """
    if round_ == 0:
        return text
    shuffle = random.Random(SEED + round_)  # noqa: S311
    counts: dict[str, int] = {}
    for character in re.findall("[\u4e00-\u9fff]", text):
        counts[character] = counts.get(character, 0) + 1
    rare = sorted(c for c, n in counts.items() if n <= _RARE)
    chosen = shuffle.sample(rare, len(rare) // 2)
    others = chosen[:]
    shuffle.shuffle(others)
    return text.translate(dict(zip(map(ord, chosen), others, strict=True)))


def enlarged(plans: Path, folder: Path, times: int) -> Path:
    """Write the plans of one city so many times over into a folder; return it."""
    folder.mkdir(parents=True)
    for round_ in range(times):
        for name, text in texts(plans).items():
            (folder / f"{round_:04}-{name}").write_text(renamed(text, round_), encoding="utf-8")
    return folder


def cities() -> Iterator[city.City]:
    """Yield the cities of China that have districts, by their code."""
    for adcode in city.regions():
        if city.is_city(adcode) and city.load(adcode).districts:
            yield city.load(adcode)


def country(plans: Path, folder: Path, rounds: int, most: int | None = None) -> int:
    """Write a folder of plans for each city, in which its own names and those of its districts stand; return how many.

    Parameters
    ----------
    rounds
        How many times the five plan files for a city, each time with other names.
    most
        So many cities; all when None.
    """
    origin = city.load(HOME_CITY)
    many = list(cities())[:most]
    for number, own in enumerate(many):
        (folder / own.adcode).mkdir(parents=True)
        others = [d for d in own.districts if not d.is_zone]
        names = {origin.name: own.name, origin.short: own.short}
        for k, district in enumerate(d for d in origin.districts if not d.is_zone):
            names |= {district.name: others[k % len(others)].name, district.short: others[k % len(others)].short}
        pattern = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
        for round_ in range(rounds):
            for name, text in texts(plans).items():
                moved = pattern.sub(lambda match, own=names: own[match[0]], renamed(text, number * rounds + round_))
                (folder / own.adcode / f"{round_}-{name}").write_text(moved, encoding="utf-8")
    return len(many)
