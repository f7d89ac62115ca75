"""The grounds a web map can lie on: plain districts, and online tiles by choice.

The providers are rows of ``data/basemaps.csv``; one that needs a key or an address appears only when the settings
give it. The plain ground comes first and needs no network.
"""

import csv
from functools import cache
from typing import Any

import language
from settings import HOME, Settings


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with (HOME / "data" / "basemaps.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def choices(settings: Settings, lang: str) -> list[dict[str, Any]]:
    """Return the basemaps that can be chosen, the plain one first.

    Returns
    -------
    list of dict
        ``code``, ``label``, ``datum`` and ``tiles`` (``url``, ``credit``, ``subdomains``), bottom layer first.
        The addresses hold the key: they reach every reader of the page, as tile addresses must.
    """
    found: dict[str, dict[str, Any]] = {
        "plain": {"code": "plain", "label": language.text("map.plain", lang), "datum": "wgs84", "tiles": []}
    }
    for row in _rows():
        given = str(getattr(settings, row["needs"])) if row["needs"] else ""
        if row["needs"] and not given:
            continue
        filled = row["url"].replace("{key}", given).replace("{url}", settings.basemap_url)
        if not filled.startswith(("https://", "http://", "/")):
            continue
        one = found.setdefault(
            row["code"], {"code": row["code"], "label": row[lang], "datum": row["datum"], "tiles": []}
        )
        credit = row["credit"].replace("{credit}", settings.basemap_credit)
        one["tiles"].append({"url": filled, "credit": credit, "subdomains": row["subdomains"]})
    return list(found.values())
