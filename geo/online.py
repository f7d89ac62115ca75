"""Online geocoders for what the gazetteer does not know; off unless a key or an address is set.

Every question has a timeout and a bounded number of tries; answers are kept on disk; a daily budget holds. What a
service proposes is used only when it bears the same name and lies in the right district.
"""

import datetime
import sqlite3
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from rapidfuzz import fuzz
from shapely.geometry import Point

import settings
from city import City
from errors import Issue
from geo import services, toponym
from geo.ground import Ground
from geo.placement import Placement, precision
from geo.services import Candidate, QuotaError, Service
from projects.feature import Feature

TIMEOUT_S = 5.0
TRIES = 3
# A free key of Tianditu or AMap allows some thousands a day; a plan has a few hundred unknown names.
BUDGET = 2000
# After so many failures in a row a service is left alone for the rest of the run.
_PATIENCE = 3
_LARGEST = 1_000_000
_SAME = 0.85
_AGENT = "Planmap/0.1 (plan texts to maps)"


class Online:
    """The online geocoders that are set up.

    Parameters
    ----------
    offered
        The services, in the order in which they are asked.
    cache
        File that keeps answers and counts questions.
    budget
        Most questions a service is asked in a day.
    sleep, today
        The clock, for tests.
    """

    def __init__(
        self,
        offered: Sequence[Service],
        cache: Path,
        *,
        budget: int = BUDGET,
        timeout_s: float = TIMEOUT_S,
        sleep: Callable[[float], None] = time.sleep,
        today: Callable[[], str] = lambda: datetime.datetime.now(datetime.UTC).date().isoformat(),
    ) -> None:
        self.services = tuple(offered)
        self.budget = budget
        self.timeout_s = timeout_s
        self.issues: list[Issue] = []
        self._sleep, self._today = sleep, today
        self._failures: dict[str, int] = {}
        cache.parent.mkdir(parents=True, exist_ok=True)
        # The page asks from several threads, one at a time.
        self._lock = threading.Lock()
        self._store = sqlite3.connect(cache, timeout=TIMEOUT_S, check_same_thread=False)
        self._store.execute("CREATE TABLE IF NOT EXISTS answers (service, url, body, PRIMARY KEY (service, url))")
        self._store.execute("CREATE TABLE IF NOT EXISTS asked (service, day, count, PRIMARY KEY (service, day))")

    @classmethod
    def load(cls) -> "Online | None":
        """Return the services that the settings name, or None when they name none."""
        own = settings.load()
        offered = []
        if own.tianditu_key:
            offered.append(services.tianditu(own.tianditu_key))
        if own.amap_key:
            offered.append(services.amap(own.amap_key))
        if own.nominatim_url:
            offered.append(services.nominatim(own.nominatim_url))
        return cls(offered, settings.HOME / "store" / "online.sqlite") if offered else None

    def find(self, name: str, town: City) -> list[Candidate]:
        """Return what the services propose for a name, in their order; faults become :attr:`issues`."""
        with self._lock:
            return [candidate for service in self.services for candidate in self._ask(service, name, town)]

    def place(self, feature: Feature, ground: Ground) -> Placement | None:
        """Place a feature by the first proposal that bears its name and lies in its district, or not."""
        for service in self.services:
            with self._lock:
                proposed = self._ask(service, feature.name, ground.city)
            for candidate in proposed:
                if score(feature.name, candidate.name, ground.city.adcode) < _SAME:
                    continue
                if ground.fits(candidate.lon, candidate.lat, feature):
                    return Placement(
                        geometry=Point(candidate.lon, candidate.lat),
                        method=f"online:{candidate.service}",
                        precision=precision(candidate.radius_m),
                        radius_m=candidate.radius_m,
                        source=candidate.service,
                        licence=service.licence,
                    )
        return None

    def _ask(self, service: Service, name: str, town: City) -> list[Candidate]:
        url = service.url(name, town.name, town.adcode)
        # The key is no part of the question, and is not kept.
        question = url.replace(service.key, "") if service.key else url
        row = self._store.execute(
            "SELECT body FROM answers WHERE service = ? AND url = ?", (service.name, question)
        ).fetchone()
        if row is not None:
            return service.read(row[0])
        if self._failures.get(service.name, 0) >= _PATIENCE or not self._spend(service):
            return []
        try:
            body = self._fetch(service, url)
            found = service.read(body)
        except QuotaError as error:
            self._failures[service.name] = _PATIENCE
            self._note(service, "geo.service_quota", str(error))
            return []
        except (OSError, ValueError) as error:
            self._failures[service.name] = self._failures.get(service.name, 0) + 1
            self._note(service, "geo.service_failed", str(error).replace(service.key or "\0", "…"))
            return []
        self._failures[service.name] = 0
        with self._store:
            self._store.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (service.name, question, body))
        return found

    def _fetch(self, service: Service, url: str) -> bytes:
        if not url.startswith(("http://", "https://")):
            raise ValueError(service.address)
        request = urllib.request.Request(url, headers={"User-Agent": _AGENT})  # noqa: S310 (scheme checked above)
        for attempt in range(1, TRIES + 1):
            self._sleep(service.pause_s)
            try:
                with urllib.request.urlopen(request, timeout=self.timeout_s) as answer:  # noqa: S310
                    body: bytes = answer.read(_LARGEST)
                    return body
            except urllib.error.HTTPError as error:
                if error.code in (401, 403):
                    raise QuotaError(f"HTTP {error.code}") from None
                if attempt == TRIES or error.code not in (408, 425, 429, 500, 502, 503, 504):
                    raise
            except OSError:
                if attempt == TRIES:
                    raise
            self._sleep(0.5 * 2**attempt)
        raise AssertionError("unreachable")

    def _spend(self, service: Service) -> bool:
        day = self._today()
        with self._store:
            self._store.execute("INSERT OR IGNORE INTO asked VALUES (?, ?, 0)", (service.name, day))
            taken = self._store.execute(
                "UPDATE asked SET count = count + 1 WHERE service = ? AND day = ? AND count < ?",
                (service.name, day, self.budget),
            )
        if taken.rowcount == 0:
            self._failures[service.name] = _PATIENCE
            self._note(service, "geo.service_budget", str(self.budget))
        return taken.rowcount > 0

    def _note(self, service: Service, message: str, why: str) -> None:
        self.issues.append(Issue(service.name, message, (("why", why),)))

    def close(self) -> None:
        """Close the cache."""
        self._store.close()


def score(name: str, other: str, adcode: str) -> float:
    """Return how alike two names are, 0 to 1, in normalised form."""
    return fuzz.ratio(toponym.key(name, adcode), toponym.key(other, adcode)) / 100
