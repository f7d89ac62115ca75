"""Where the sentence or clause around a place in a text begins and ends."""

SENTENCE = "。;!?\n"
CLAUSE = "。;!?\n,:"
REACH = 600
"""A sentence is looked for this many characters to either side, so that a text without a stop costs no more."""


def start(text: str, index: int, marks: str = SENTENCE, reach: int = REACH) -> int:
    """Return where the stretch that holds ``text[index]`` begins: behind the last of ``marks`` before it.

    Examples
    --------
    >>> start("甲。乙丙", 3)
    2
    """
    first = max(0, index - reach)
    return max(max(text.rfind(mark, first, index) for mark in marks) + 1, first)


def end(text: str, index: int, marks: str = SENTENCE, reach: int = REACH) -> int:
    """Return where the stretch that holds ``text[index]`` ends: at the first of ``marks`` at or behind it.

    Examples
    --------
    >>> end("甲乙。丙", 0)
    2
    """
    last = min(len(text), index + reach)
    found = [k for mark in marks if (k := text.find(mark, index, last)) >= 0]
    return min(found, default=last)
