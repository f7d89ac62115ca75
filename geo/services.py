"""What the online geocoders are asked and how they answer: Tianditu, AMap, Nominatim.

Each answer is turned into candidates in WGS 84; nothing here opens a connection.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from geo import datum


@dataclass(frozen=True)
class Candidate:
    """A place that a service proposes.

    Attributes
    ----------
    name
        As the service calls it.
    lon, lat
        Degrees, WGS 84.
    radius_m
        How near services of this kind get.
    service
        Name of the service.
    """

    name: str
    lon: float
    lat: float
    radius_m: float
    service: str


@dataclass(frozen=True)
class Service:
    """An online geocoder.

    Attributes
    ----------
    name
        ``"tianditu"``, ``"amap"`` or ``"nominatim"``.
    address
        Where it answers, without the query.
    key
        Of the user; empty where none is needed.
    pause_s
        Least time between two questions, in seconds.
    licence
        What may be done with the answers.
    """

    name: str
    address: str
    key: str
    pause_s: float
    licence: str

    def url(self, name: str, city: str, adcode: str) -> str:
        """Return the address that asks for a place by name in a city."""
        return f"{self.address}?{urlencode(_QUESTIONS[self.name](name, city, adcode, self.key))}"

    def read(self, body: bytes) -> list[Candidate]:
        """Return the candidates of an answer.

        Raises
        ------
        QuotaError
            The answer says that the quota is used up or the key is not valid.
        ValueError
            The answer is not one of this service (HTML, a list where there should be an object).
        """
        try:
            answer = json.loads(body)
            return [c for c in _ANSWERS[self.name](answer) if math.isfinite(c.lon + c.lat)]
        except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from None


_TIANDITU_SCORE = 90.0


class QuotaError(Exception):
    """A service will not answer any more today, or not with this key."""


def tianditu(key: str, address: str = "https://api.tianditu.gov.cn/geocoder") -> Service:
    """Return the geocoder of Tianditu (CGCS2000)."""
    return Service("tianditu", address, key, 0.05, "天地图服务条款")


def amap(key: str, address: str = "https://restapi.amap.com/v3/place/text") -> Service:
    """Return the place search of AMap (GCJ-02, converted)."""
    return Service("amap", address, key, 0.05, "高德开放平台服务协议")


def nominatim(address: str) -> Service:
    """Return a Nominatim server; the public one allows one question a second."""
    pause = 1.0 if "openstreetmap.org" in address else 0.0
    return Service("nominatim", address.rstrip("/").removesuffix("/search") + "/search", "", pause, "ODbL")


def _ask_tianditu(name: str, city: str, _adcode: str, key: str) -> dict[str, str]:
    return {"ds": json.dumps({"keyWord": f"{city}{name}"}, ensure_ascii=False), "tk": key}


def _ask_amap(name: str, _city: str, adcode: str, key: str) -> dict[str, str]:
    return {"keywords": name, "city": adcode, "citylimit": "true", "offset": "10", "output": "JSON", "key": key}


def _ask_nominatim(name: str, city: str, _adcode: str, _key: str) -> dict[str, str]:
    return {"q": f"{name}, {city}", "format": "jsonv2", "limit": "10", "accept-language": "zh", "countrycodes": "cn"}


def _from_tianditu(answer: Mapping[str, Any]) -> list[Candidate]:
    status = str(answer.get("status", answer.get("code", "")))
    if status not in ("0", "ok"):
        message = str(answer.get("msg", answer.get("message", status)))
        if status in ("301", "302", "429", "300001", "300003") or "key" in message.lower() or "权限" in message:
            raise QuotaError(message)
        return []
    found = answer.get("location") or {}
    if not found:
        return []
    # It says not what it found but how well it thinks it did: a poor score is no answer, and the best is a guess.
    near = str(found.get("level", "")) in ("门牌号", "兴趣点", "地名地址", "单位")
    if float(found.get("score", 0)) < _TIANDITU_SCORE:
        return []
    name = str(found.get("keyWord", ""))
    return [Candidate(name, float(found["lon"]), float(found["lat"]), 1000.0 if near else 4000.0, "tianditu")]


def _from_amap(answer: Mapping[str, Any]) -> list[Candidate]:
    if str(answer["status"]) != "1":
        # 10001 to 10003: key not valid, service not open, daily quota; 1004x: too many at once.
        if str(answer.get("infocode", "")).startswith("100"):
            raise QuotaError(str(answer.get("info", "")))
        return []
    found = []
    for place in answer.get("pois") or []:
        lon, _, lat = str(place["location"]).partition(",")
        x, y = datum.convert(float(lon), float(lat), "gcj02", "wgs84")
        found.append(Candidate(str(place["name"]), round(float(x), 6), round(float(y), 6), 300.0, "amap"))
    return found


def _from_nominatim(answer: list[Mapping[str, Any]]) -> list[Candidate]:
    if not isinstance(answer, list):
        raise ValueError("no list")
    found = []
    for place in answer:
        name = str(place.get("name") or str(place["display_name"]).split(",")[0])
        radius = 2500.0 if place.get("category") in ("boundary", "place", "waterway") else 400.0
        found.append(Candidate(name, float(place["lon"]), float(place["lat"]), radius, "nominatim"))
    return found


_QUESTIONS: dict[str, Callable[[str, str, str, str], dict[str, str]]] = {
    "tianditu": _ask_tianditu,
    "amap": _ask_amap,
    "nominatim": _ask_nominatim,
}
_ANSWERS: dict[str, Callable[[Any], list[Candidate]]] = {
    "tianditu": _from_tianditu,
    "amap": _from_amap,
    "nominatim": _from_nominatim,
}
