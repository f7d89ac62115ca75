"""Names are told by how they are built and where they stand: invented ones are found as well as those of the plans.

The proper parts of annotated names are replaced, everywhere in the text, by made-up ones of as many characters.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from projects import merge, plan, shapes, words
from projects.plan import Document
from projects.region import home
from tests.projects.scoring import counts, f1, inside, rows
from tests.projects.writing import document

HOME = Path(__file__).parents[2]
SAMPLE = HOME / "data" / "sample"
REAL = Path(os.environ.get("PLANMAP_PLANS") or HOME.parent / "shared" / "plans")
GOLD = HOME.parent / "shared" / "gold"
SEED = 20240521
FIRST = "湫阜岚岫澜棠栎鹭苇霁翎砚桫榆蔚峤泠筠皋汐"
SECOND = "泷坪汀洲岬崮垣墟陂浦崖麓隰岗埠碛冈屿"
MARGIN = 0.03
"""How much the score may fall; what was measured stands in docs/extraction.md."""


def proper_parts(names: list[str], own: frozenset[str]) -> set[str]:
    """Return the words of names that are no common word, head noun or region."""
    out = set()
    kept = words.generic() | set(words.heads()) | words.region_names() | own
    for name in names:
        for token in words.tokens(unicodedata.normalize("NFKC", name), sorted(own, key=len, reverse=True)):
            proper = shapes.shape(token, own) == "unknown" and re.fullmatch("[一-鿿]{2,4}", token.word)
            if proper and not any(token.word in k for k in kept):
                head = words.head_at(token.word, len(token.word))
                part = token.word[: -len(head.word)] if head else token.word
                if len(part) >= 2 and part not in kept:
                    out.add(part)
    return out


def invented(parts: set[str], taken: str) -> dict[str, str]:
    """Return a made-up word for each, of as many characters, that the text does not hold."""
    chosen = random.Random(SEED)  # noqa: S311
    out: dict[str, str] = {}
    for part in sorted(parts, key=lambda p: (-len(p), p)):
        while True:
            made = chosen.choice(FIRST) + "".join(chosen.choice(SECOND) for _ in part[1:])
            if made not in taken and made not in out.values():
                out[part] = made
                break
    return out


def renamed(text: str, new: dict[str, str]) -> str:
    """Return a text with the parts replaced; white space may stand inside them and stays."""
    if not new:
        return text
    pattern = "|".join(r"\s*".join(part) for part in new)

    def put(match: re.Match[str]) -> str:
        made = iter(new[re.sub(r"\s", "", match.group())])
        return "".join(c if c.isspace() else next(made) for c in match.group())

    return re.sub(pattern, put, text)


def both(documents: list[Document], gold: Path) -> tuple[float, float, int]:
    """Return the score on the plans as they are and with invented names, and how many words were replaced."""
    before, after, changed = [], [], 0
    for made in documents:
        span = gold / f"{made.plan.id}.span.json"
        if not span.is_file():
            continue
        annotated = rows([gold / f"{made.plan.id}.jsonl"])
        told = json.loads(span.read_text(encoding="utf-8"))
        mask = inside(made.source, told["start"], told["end"])
        first, last = mask.index(True), len(mask) - mask[::-1].index(True)
        passage = made.source[max(0, first - 200) : last]
        parts = proper_parts([n for g in annotated for n in (g["name"], *g["aliases"])], home(made).names)
        new = invented(parts, made.source)
        changed += len(new)
        plain = document(passage, title=made.plan.title, district=made.plan.district, name=made.plan.id)
        other = document(renamed(passage, new), title=made.plan.title, district=made.plan.district, name=made.plan.id)
        again = [
            g | {"name": renamed(g["name"], new), "aliases": [renamed(a, new) for a in g["aliases"]]} for g in annotated
        ]
        before.append(counts(merge.extract([plain]), annotated))
        after.append(counts(merge.extract([other]), again))
    return f1(before), f1(after), changed


@pytest.mark.parametrize(("plans", "gold"), [(SAMPLE, SAMPLE / "gold"), (REAL, GOLD)], ids=["sample", "real"])
def test_invented_names_are_found_as_well(plans: Path, gold: Path) -> None:
    if not (plans / "plans.csv").is_file() or not list(gold.glob("*.jsonl")):
        pytest.skip(f"no annotated plans at {plans} and {gold}")
    before, after, changed = both(plan.read([plans])[0], gold)
    print(f"F1 {before:.3f} as written, {after:.3f} with {changed} words replaced")  # noqa: T201
    assert changed >= 80
    assert after >= before - MARGIN


def test_reading_is_the_same_without_any_gazetteer(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for entry in (HOME / "data").iterdir():
        if entry.name != "cities":
            (data / entry.name).symlink_to(entry)
    for city in (HOME / "data" / "cities").iterdir():
        (data / "cities" / city.name).mkdir(parents=True)
        shutil.copy(city / "city.toml", data / "cities" / city.name)
    plans = REAL if (REAL / "plans.csv").is_file() else SAMPLE
    for name, settings in (("with", {}), ("without", {"PLANMAP_DATA": str(data)})):
        call = [sys.executable, "planmap.py", "extract", str(plans), "-o", str(tmp_path / name)]
        subprocess.run(call, check=True, cwd=HOME, env=os.environ | settings, timeout=120, capture_output=True)
    assert (tmp_path / "with").read_bytes() == (tmp_path / "without").read_bytes() != b""


def test_replacing_keeps_the_layout_and_is_the_same_everywhere() -> None:
    new = invented({"松鹤", "棠溪"}, "")
    text = "建设松\n鹤公园、松鹤馆、棠 溪馆。"
    made = renamed(text, new)
    assert len(made) == len(text)
    assert [c for c in made if c.isspace()] == [c for c in text if c.isspace()]
    assert re.sub(r"\s", "", made).count(new["松鹤"]) == 2
    assert len({*new.values()}) == 2


def test_the_same_seed_gives_the_same_names() -> None:
    assert invented({"松鹤", "棠溪"}, "") == invented({"松鹤", "棠溪"}, "")
    assert not set("".join(invented({"松鹤"}, "").values())) & set("松鹤")
