"""Where a place comes from, in the words of a language: sources and licences of our own; others keep their names."""

import re

import language


def label(part: str, lang: str | None = None) -> str:
    """Return one source or licence as people read it.

    Examples
    --------
    >>> label("editor", "zh"), label("own work", "zh"), label("ODbL", "zh")
    ('编者判读', '自行编制', 'ODbL')
    """
    key = re.sub(r"\W+", "_", part.lower()).strip("_")
    try:
        return language.text(f"layers.origin_{key}", lang)
    except KeyError:
        return part


def parts(told: object) -> list[str]:
    """Return the sources or licences that a field names, each once; none for no text.

    Examples
    --------
    >>> parts("editor; OSM; editor"), parts(None)
    (['editor', 'OSM'], [])
    """
    if not isinstance(told, str):
        return []
    return list(dict.fromkeys(filter(None, map(str.strip, told.split(";")))))


def told(*fields: object, lang: str | None = None) -> str:
    """Return sources and licences as one text.

    Examples
    --------
    >>> told("editor; OSM", "own work", lang="zh")
    '编者判读、OSM · 自行编制'
    """
    comma = language.text("page.comma", lang)
    said = (comma.join(label(part, lang) for part in parts(field)) for field in fields)
    return " · ".join(filter(None, said))
