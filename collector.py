"""The collector of cycles, which looks at every object again and again where many are made and none is in a cycle."""

import gc

_YOUNG, _OLDER = 100_000, 50
"""Objects made, and collections of the younger, before the collector looks; Python's own are 700 and 10."""


def rest() -> None:
    """Let the collector look seldom from now on, and never at what is there already.

    For a process that works through plans and features: it spends a sixth of a build on looking otherwise.
    """
    if gc.get_threshold()[0] < _YOUNG:
        gc.set_threshold(_YOUNG, _OLDER, _OLDER)
        gc.freeze()
