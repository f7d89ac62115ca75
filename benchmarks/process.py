"""A command run as a user runs it, with its wall-clock time and peak memory."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).parent.parent


@dataclass(frozen=True)
class Run:
    """Cost of one run: seconds of wall clock and peak resident memory in MB."""

    seconds: float
    megabytes: float


def run(command: Sequence[str], env: Mapping[str, str] | None = None, *, fresh: bool = False) -> Run:
    """Run Python with arguments and measure it.

    Parameters
    ----------
    command
        Arguments after the interpreter.
    env
        More environment.
    fresh
        As on the first run after installation: no compiled bytecode, neither ours nor that of the packages.

    Raises
    ------
    RuntimeError
        The command failed.
    """
    with tempfile.TemporaryDirectory() as cache:
        known = os.environ | dict(env or {})
        if fresh:
            known["PYTHONPYCACHEPREFIX"] = cache
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command], cwd=HOME, env=known, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        said = process.stderr.read() if process.stderr else b""
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(
            f"{' '.join(command)} ended with {process.returncode}: {said.decode(errors='replace')[-500:]}"
        )
    return Run(seconds, used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


def best(command: Sequence[str], times: int = 3, env: Mapping[str, str] | None = None) -> Run:
    """Return the quickest of several runs, after one that does not count."""
    run(command, env)
    return min((run(command, env) for _ in range(times)), key=lambda r: r.seconds)


def resident(number: int) -> float:
    """Return the resident memory of a running process in MB.

    Raises
    ------
    RuntimeError
        It cannot be told.
    """
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(number)], capture_output=True, text=True, check=False).stdout
    if not told.strip():
        raise RuntimeError(f"no process {number}")
    return int(told) / 2**10
