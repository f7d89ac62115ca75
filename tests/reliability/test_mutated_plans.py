"""Spoilt plan files give an answer or one sentence: no crash, no hang, no memory without end."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.reliability import mutation, reading
from tests.reliability.amount import many

HOME = Path(__file__).parent.parent.parent
MOST_MB = 1024


def read(first: int, count: int) -> list[dict[str, Any]]:
    """Read cases in a process with limits, in a new one after each that died; return what became of each."""
    told: list[dict[str, Any]] = []
    end = first + count
    while first < end:
        command = [sys.executable, "-m", "tests.reliability.reading", str(first), str(end - first)]
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, cwd=HOME, env=environment, capture_output=True, text=True, encoding="utf-8")
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        for begun, ended in zip(rows[::2], rows[1::2], strict=False):
            told.append(begun | ended)
        if len(rows) % 2:
            told.append(rows[-1] | {"became": "died", "s": reading.ENDED_S, "mb": 0, "why": done.stderr[-3000:]})
        assert rows, done.stderr
        first = told[-1]["number"] + 1
    return told


def faults(told: list[dict[str, Any]]) -> list[str]:
    return [
        f"case {row['number']} ({row['kind']}): {row['became']}, {row['s']} s, {row['mb']} MB\n{row.get('why', '')}"
        for row in told
        if row["became"] == "died" or row["s"] > reading.LONGEST_S or row["mb"] > MOST_MB
    ]


def test_every_spoilt_plan_gives_an_answer_or_one_sentence() -> None:
    told = read(1, many(400, 10_000) - 1)
    became = Counter(row["became"] for row in told)
    print(f"\n{len(told)} spoilt plan files: {became.most_common()}")
    print(f"longest {max(row['s'] for row in told):.1f} s, most memory {max(row['mb'] for row in told)} MB")
    assert not faults(told)
    assert became["read"] > len(told) / 3 and len(became) > 4, "the cases no longer reach what they are meant for"


@pytest.mark.parametrize("kind", sorted(mutation.HEAVY))
def test_a_file_made_to_break_readers_gives_an_answer_or_one_sentence(kind: str) -> None:
    number = sorted(mutation.HEAVY).index(kind) * mutation.HEAVY_EVERY
    [row] = read(number, 1)
    print(f"\n{kind}: {row['became']}, {row['s']} s, {row['mb']} MB")
    assert row["kind"] == kind
    assert not faults([row])
