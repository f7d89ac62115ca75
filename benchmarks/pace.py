"""How quick the machine is at the moment: a shared one takes up to twice as long for the same work by the hour."""

import time

ORDINARY_S = 0.064
"""Processor seconds of the fixed work on the quiet machine with which ``docs/reliability.md`` was measured."""
_ROUNDS = 300_000


def slowness(share: float = 1.0) -> float:
    """Return how many times as long as ordinarily a piece of work takes now that is always the same.

    Parameters
    ----------
    share
        How much of the work is done: less is quicker told, and less exactly.
    """
    started = time.process_time()
    met: dict[str, int] = {}
    for k in range(round(_ROUNDS * share)):
        word = str(k % 5000)
        met[word] = met.get(word, 0) + len(word)
    return (time.process_time() - started) / (ORDINARY_S * share)
