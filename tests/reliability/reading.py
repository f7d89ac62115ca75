"""Read spoilt plan files as a build does: ``python -m tests.reliability.reading FROM COUNT [SEED]``.

A process of its own: the system limits its memory and ends it when one file takes too long, and each case is told as
a line of JSON before and after, so that whoever started it knows which one it died of.
"""

import faulthandler
import json
import resource
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.pace import slowness
from tests.reliability import mutation

LONGEST_S = 10
"""Processor seconds that a file may take, at the ordinary pace of :mod:`benchmarks.pace`."""
ENDED_S, LONGEST_WAIT_S = 60, 300
"""After so many seconds of the processor, and of the clock for what waits for ever, the system ends a file."""
MOST_BYTES = 2**30


def main(first: int, count: int, seed: int) -> None:
    """Read the cases and tell of each: what it was, what became of it, seconds and peak memory."""
    from geo.place import Placer

    placer = Placer.load("370100")
    _do(mutation.Case("warm", "plan.txt", "加快建设云岫大道。".encode()), placer)  # what is loaded once is no case's
    faulthandler.register(signal.SIGXCPU, chain=True)
    address_space = _held() + MOST_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    for number in range(first, first + count):
        made = mutation.case(number, seed)
        print(json.dumps({"number": number, "kind": made.kind}), flush=True)
        faulthandler.dump_traceback_later(LONGEST_WAIT_S, exit=True)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + ENDED_S, resource.RLIM_INFINITY))
        started = time.process_time()
        became, features = _do(made, placer)
        seconds = time.process_time() - started
        if seconds > LONGEST_S / 2:
            # A processor shared with others does up to three times less in a second.
            seconds /= max(1.0, *(slowness() for _ in range(5)))
        faulthandler.cancel_dump_traceback_later()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = {"number": number, "became": became, "features": features, "s": round(seconds, 3), "mb": round(peak)}
        print(json.dumps(told), flush=True)


def _held() -> int:
    """Return the address space that the process takes already, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _do(made: mutation.Case, placer: Any) -> tuple[str, int]:
    """Return what became of a case, ``read`` or the message it was refused with, and its features."""
    import pipeline
    from errors import PlanError
    from layers import build
    from projects import merge

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / made.name).write_bytes(made.content)
        if made.table:
            (folder / "plans.csv").write_bytes(made.table)
        try:
            documents, issues = pipeline.read([folder])
        except PlanError as error:
            assert "\n" not in error.text("en")
            return error.message, 0
        features = merge.across(merge.extract(documents))
        sources = {d.plan.id: d.source for d in documents}
        for feature in features:
            for mention in feature.mentions:
                assert 0 <= mention.offset < mention.offset + mention.length <= len(sources[mention.plan])
        frame = build.frame(features, placer.place(features))
        for text in build.features(frame):
            json.loads(text.encode("utf-8"))
        assert all("\n" not in issue.text("en") for issue in issues)
        return "read", len(frame)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0)
