"""How many times the tests of reliability try: few in every run, as many as documented when ``RELIABILITY=full``."""

import os

FULL = os.environ.get("RELIABILITY") == "full"


def many(few: int, full: int) -> int:
    """Return how many times to try."""
    return full if FULL else few
