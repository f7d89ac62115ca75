"""Names in pinyin, for people who search with a Latin keyboard.

The readings are those of ``pypinyin``; a name is read character by character except where one of its phrases, or
a row of ``data/pinyin.csv`` (place names with a reading of their own), reads a character another way. That is 20
times as fast as full segmentation and differs from it hardly ever. The dictionary takes half a second to load, which is
put off until someone searches in letters.
"""

import csv
import hashlib
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Any

from projects.feature import normal
from settings import HOME

Reading = tuple[str, ...]


# No one types more than that, and texts to search in stay short.
LONGEST = 24


@lru_cache(maxsize=10_000)
def index(name: str) -> str:
    """Return the text in which :func:`query` is looked for.

    It holds the pinyin from each syllable on, after a caret, and the initials in capitals: ``han`` then does not
    find ``zhan``, and ``hy`` finds 槐荫 by its initials.

    Examples
    --------
    >>> index("槐荫区"), index("长清")
    ('^huaiyinqu^yinqu^qu HYQ', '^changqing^qing CQ')
    """
    said = syllables(normal(name))
    starts = ("^" + "".join(said[i : i + LONGEST])[:LONGEST] for i in range(len(said)))
    return "".join(starts) + " " + "".join(s[:1].upper() for s in said)


@cache
def origin() -> str:
    """Return a text that changes with what :func:`index` makes of a name: with the readings, and with their package."""
    own = (HOME / "data" / "pinyin.csv").read_bytes()
    return f"{version('pypinyin')} {hashlib.sha256(own).hexdigest()}"


def query(letters: str) -> tuple[str, str]:
    """Return the two texts, either of which finds what someone typed in Latin letters.

    Examples
    --------
    >>> query("hy")
    ('^hy', 'HY')
    """
    return "^" + letters[:LONGEST].lower(), letters.upper()


def syllables(text: str) -> list[str]:
    """Return the syllables of a text; other characters stand for themselves."""
    exceptions = _exceptions()
    said: list[str] = []
    i = 0
    while i < len(text):
        for phrase, reading in exceptions.get(text[i], ()):
            if text.startswith(phrase, i):
                said += reading
                i += len(phrase)
                break
        else:
            said.append(_syllable(text[i]))
            i += 1
    return said


@cache
def _syllable(character: str) -> str:
    import pypinyin

    return str(pypinyin.lazy_pinyin(character)[0])


@cache
def _exceptions() -> dict[str, list[tuple[str, Reading]]]:
    """Return by first character the phrases that are not read as their characters are, the longest first."""
    from pypinyin import Style
    from pypinyin.constants import PHRASES_DICT
    from pypinyin.style import convert

    found: dict[str, Reading] = {}
    known: dict[str, Any] = PHRASES_DICT
    for phrase, tones in known.items():
        reading = tuple(convert(t[0], Style.NORMAL, strict=False) for t in tones)
        if len(reading) == len(phrase) and any(map(str.__ne__, reading, map(_syllable, phrase))):
            found[phrase] = reading
    with (HOME / "data" / "pinyin.csv").open(encoding="utf-8", newline="") as file:
        found |= {row["name"]: tuple(row["pinyin"].split()) for row in csv.DictReader(file)}
    ordered: dict[str, list[tuple[str, Reading]]] = {}
    for phrase in sorted(found, key=len, reverse=True):
        ordered.setdefault(phrase[0], []).append((phrase, found[phrase]))
    return ordered
