"""Texts shown to people, in Chinese or English.

The texts live in ``data/messages/<topic>.csv`` (columns ``key``, ``zh``, ``en``); a message is named
``topic.key``. Placeholders are those of :meth:`str.format`.
"""

import csv
import errno
import os
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).parent / "data" / "messages"


@cache
def _topic(topic: str) -> dict[str, dict[str, str]]:
    with (FOLDER / f"{topic}.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: row for row in csv.DictReader(file)}


@cache
def default() -> str:
    """Return the language of ``PLANMAP_LANG``, else of the locale: ``"en"`` when that is English, or ``"zh"``."""
    said = (os.environ.get(name) for name in ("PLANMAP_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    return "en" if next(filter(None, said), "").lower().startswith("en") else "zh"


def text(name: str, lang: str | None = None, /, **values: object) -> str:
    """Return the message ``name`` in a language, with its placeholders filled.

    Parameters
    ----------
    name
        ``topic.key``: the file under ``data/messages`` and the row in it.
    lang
        ``"zh"`` or ``"en"``; :func:`default` when not given.
    **values
        What the placeholders stand for; an error of the system stands for its :func:`cause`.

    Returns
    -------
    str
        Plain text, not escaped for HTML.

    Raises
    ------
    KeyError
        No such message.

    Examples
    --------
    >>> text("errors.no_plans", "en", path="nowhere")
    "There are no plans at 'nowhere'; give a folder with plan files, or plan files."
    """
    topic, _, key = name.partition(".")
    told = {name: cause(value, lang) if isinstance(value, OSError) else value for name, value in values.items()}
    return _topic(topic)[key][lang or default()].format(**told)


def cause(error: OSError, lang: str | None = None) -> str:
    """Return why the system refused something, in a language; in its own words where there are none of ours.

    Examples
    --------
    >>> cause(OSError(28, "No space left on device"), "zh"), cause(OSError(39, "Directory not empty"), "en")
    ('磁盘已满', 'Directory not empty')
    """
    key = "os_" + errno.errorcode.get(error.errno or 0, "").lower()
    row = _topic("errors").get(key)
    return row[lang or default()] if row else error.strerror or str(error)
