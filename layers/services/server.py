"""The server: pygeoapi's answers under the addresses of OGC API Features, in JSON only.

The pages in HTML that pygeoapi has are left out: they load scripts from the internet, which an intranet has not, and
put names from the plans into scripts as they are. People have the page of Planmap; programs ask for JSON.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pygeoapi.api as core  # type: ignore[import-untyped]
from pygeoapi.api import itemtypes
from pygeoapi.openapi import get_oas  # type: ignore[import-untyped]
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import language
from city import City
from geo import datum
from layers import schema
from layers.services import provider, source
from layers.services.source import Collection, Source

# Features of an answer when the client does not say, and at most.
PAGE, LONGEST = 1000, 10_000
# What pygeoapi names beside, and this service does not answer.
_FOREIGN_TYPES = ("text/html", "application/ld+json")
_FOREIGN = ("/processes", "/jobs", "/TileMatrixSets")
_FOREIGN_CLASSES = ("/html", "/create-replace-delete")
_CRS = "http://www.opengis.net/def/crs"
_LOCALES = {"zh": "zh-CN", "en": "en-US"}
_PREFERENCE = re.compile(r"\s*(?P<tag>[A-Za-z][\w-]*)\s*(?:;\s*q=(?P<weight>[01](?:\.\d*)?)\s*)?")


class _JsonRequest(core.APIRequest):  # type: ignore[misc]
    """A request whose answer is JSON, whatever a browser would like best."""

    def _get_format(self, _headers: Any) -> str:
        return "json"

    def _get_locale(self, headers: Any, supported: Sequence[Any]) -> tuple[str, Any]:
        """Return the first language asked for that is spoken here, by its first part; for any other the default."""
        spoken = {locale.language: locale for locale in reversed(supported)}
        asked = [self._args.get("lang", ""), *_preferred(headers.get("accept-language", ""))]
        known = (spoken.get(re.split("[-_]", tag.strip().lower())[0]) for tag in asked)
        found = next(filter(None, known), supported[0])
        return f"{found.language}-{found.territory}", found


def _preferred(header: str) -> list[str]:
    """Return the languages of an ``Accept-Language``, the dearest first; a part that is none is passed over.

    Examples
    --------
    >>> _preferred("fr;q=0.3, zh-TW, en;q=0, ;q=x")
    ['zh-TW', 'fr']
    """
    parts = filter(None, (_PREFERENCE.fullmatch(part) for part in header.split(",")))
    weights = [(float(part["weight"] or 1), part["tag"]) for part in parts]
    return [tag for weight, tag in sorted(weights, key=lambda told: -told[0]) if weight]


def application(town: City, folder: Path, store: str, url: str) -> Starlette:
    """Return the service of a city as an ASGI application.

    Parameters
    ----------
    town
        The city.
    folder
        Folder of its built layers.
    store
        Address of its store, whose reviews are applied; it need not be there yet.
    url
        The address under which clients reach the service.

    Raises
    ------
    CallError, DataError
        There are no layers, or layers or store are damaged.
    """
    # A wrong address of a client is an answer to it, and no fault of the server with a traceback.
    logging.getLogger("pygeoapi").setLevel(logging.CRITICAL)
    settings = _configuration(town, source.of(str(folder), store, town.adcode), url)
    api = core.API(settings, get_oas(settings))

    def answers(call: Callable[..., tuple[dict[str, str], int, Any]]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            asked = await _JsonRequest.from_starlette(request, api.locales)
            provider.SPOKEN.set(asked.locale.language)
            headers, status, content = await run_in_threadpool(call, api, asked, *request.path_params.values())
            if call is not itemtypes.get_collection_items:
                content = json.dumps(_own(json.loads(content)), ensure_ascii=False)
            elif status == HTTPStatus.OK:
                content = _own_page(content)
            return Response(content, status, headers)

        return answer

    one = "/collections/{collection}"
    return Starlette(
        routes=[
            Route("/", answers(core.landing_page)),
            Route("/openapi", answers(core.openapi_)),
            Route("/conformance", answers(core.conformance)),
            Route("/collections", answers(core.describe_collections)),
            Route(one, answers(core.describe_collections)),
            Route(f"{one}/schema", answers(core.get_collection_schema)),
            Route(f"{one}/queryables", answers(itemtypes.get_collection_queryables)),
            Route(f"{one}/items", answers(itemtypes.get_collection_items)),
            Route(f"{one}/items/{{item}}", answers(itemtypes.get_collection_item)),
        ],
        # Hardly larger than by the level that pygeoapi takes, in a fifth of the time.
        middleware=[Middleware(GZipMiddleware, compresslevel=2)],
    )


def _own(content: Any) -> Any:
    """Return a document without the links and classes that this service does not answer."""
    if isinstance(content, list):
        return [_own(item) for item in content]
    if not isinstance(content, dict):
        return content
    kept = {name: _own(value) for name, value in content.items()}
    if isinstance(kept.get("links"), list):
        kept["links"] = [
            link
            for link in kept["links"]
            if link.get("type") not in _FOREIGN_TYPES and not any(part in link.get("href", "") for part in _FOREIGN)
        ]
    if "conformsTo" in kept:
        kept["conformsTo"] = [name for name in kept["conformsTo"] if not name.endswith(_FOREIGN_CLASSES)]
    return kept


def _own_page(content: str) -> str:
    """Return a page of features so, too, without reading it all: the links come after the features, which have none."""
    before, mark, after = content.rpartition('"links":')
    links, end = json.JSONDecoder().raw_decode(after)
    return f"{before}{mark}{json.dumps(_own({'links': links})['links'], ensure_ascii=False)}{after[end:]}"


def _both(key: str, **values: Any) -> dict[str, str]:
    """Return a message in both languages, as pygeoapi wants it."""
    return {locale: language.text(f"serve.{key}", lang, **values) for lang, locale in _LOCALES.items()}


def _configuration(town: City, layers: Source, url: str) -> dict[str, Any]:
    """Return the configuration of pygeoapi."""
    frame = layers.index().frame
    west, south, east, north = (float(v) for v in frame.total_bounds)
    bounds = [west, south, east, north] if west == west else [-180.0, -90.0, 180.0, 90.0]
    zone = datum.gauss_kruger_epsg((bounds[0] + bounds[2]) / 2)
    crs = [f"{_CRS}/OGC/1.3/CRS84", *(f"{_CRS}/EPSG/0/{code}" for code in (4326, 4490, zone))]
    default = language.default()
    sources = sorted({f"{s}: {c or ''}" for s, c in zip(frame["source"], frame["licence"], strict=True) if s})

    def resource(collection: Collection) -> dict[str, Any]:
        served = {
            "type": "feature",
            "name": "layers.services.provider.LayerProvider",
            "data": str(layers.folder),
            "options": {"store": layers.address, "adcode": town.adcode, "collection": collection.name},
            "id_field": "id",
            "title_field": "name",
            "crs": crs,
            "storage_crs": crs[0],
        }
        told = {locale: _title(collection, lang) for lang, locale in _LOCALES.items()}
        return {
            "type": "collection",
            "title": told,
            "description": told,
            "keywords": ["planmap"],
            "extents": {"spatial": {"bbox": bounds, "crs": crs[0]}},
            "links": [],
            "providers": [served],
        }

    return {
        "server": {
            "bind": {"host": "", "port": 0},
            "url": url,
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "languages": [_LOCALES[default], *(v for k, v in _LOCALES.items() if k != default)],
            "limits": {"default_items": PAGE, "max_items": LONGEST, "on_exceed": "throttle"},
            "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": _both("title", city=town.name if default == "zh" else town.en),
                "description": _both("description"),
                "keywords": ["planmap", town.name],
                "terms_of_service": "; ".join(sources),
                "url": url,
            },
            "license": {"name": "; ".join(sources), "url": url},
            "provider": {"name": "Planmap", "url": url},
            "contact": {"name": "Planmap"},
        },
        "resources": {c.name: resource(c) for c in source.collections(frame)},
    }


def _title(collection: Collection, lang: str) -> str:
    family = language.text(f"export.{collection.family}", lang) if collection.family else ""
    if collection.category:
        label = schema.value_label("category", collection.category, lang)
        return language.text("export.layer", lang, group=label, family=family)
    if collection.family in ("", source.UNPLACED):
        return family or language.text("serve.all", lang)
    return language.text("export.layer", lang, group=language.text("serve.all", lang), family=family)
