"""Results on standard output, notes and progress on standard error."""

import json
import sys
from collections import Counter
from collections.abc import Iterable

import language
from errors import Issue


def text(key: str, **values: object) -> str:
    """Return a text of the command line in the language of the process."""
    return language.text(f"cli.{key}", None, **values)


class Progress:
    """Progress on a terminal, nothing in a pipe.

    Attributes
    ----------
    shown
        Whether anything is shown.
    """

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()

    def __call__(self, step: str, done: int, of: int) -> None:
        """Show one line for the step; see :data:`pipeline.Progress`."""
        if self.shown:
            part = f" {done}/{of}" if of > 1 else ""
            sys.stderr.write(f"\r\x1b[K{text('step_' + step)}{part}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away."""
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def say(line: str) -> None:
    """Print a note that is not the result: to standard error."""
    print(line, file=sys.stderr)


def warn(issues: Iterable[Issue], most: int | None = None) -> None:
    """Print the issue log: of one kind of fault so many at most, and how many more there are."""
    met: Counter[str] = Counter()
    for issue in issues:
        met[issue.message] += 1
        if most is None or met[issue.message] <= most:
            say(issue.text())
    for count in met.values():
        if most is not None and count > most:
            say(text("alike", n=count - most))


def put(record: object) -> None:
    """Print one JSON value on a line; as ASCII where the output is not UTF-8, so that it stays the same JSON."""
    plain = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(record, ensure_ascii=not plain))
