"""Who works on the page: those logged in, and those who tried too often."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable

# A login lasts a working day.
LASTS_S = 12 * 3600
# So many wrong passwords for a name, and it must wait.
TRIES, WAIT_S = 5, 300.0


class Logins:
    """The logins of this server; gone when it stops.

    Parameters
    ----------
    clock
        Seconds that are never set back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._people: dict[str, tuple[str, float]] = {}
        self._failed: dict[str, list[float]] = {}

    def waits(self, name: str) -> bool:
        """Say whether too many wrong passwords were given for a name lately."""
        now = self._clock()
        with self._lock:
            self._failed = {
                who: late for who, times in self._failed.items() if (late := [t for t in times if now - t < WAIT_S])
            }
            return len(self._failed.get(name, ())) >= TRIES

    def failed(self, name: str) -> None:
        """Count a wrong password."""
        with self._lock:
            self._failed.setdefault(name, []).append(self._clock())

    def open(self, name: str) -> str:
        """Log a person in; return the token that says so later. The server keeps its hash only."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._lock:
            self._failed.pop(name, None)
            self._people = {key: held for key, held in self._people.items() if held[1] > now}
            self._people[_mark(token)] = (name, now + LASTS_S)
        return token

    def name(self, token: str) -> str | None:
        """Return who a token was given to, or None."""
        with self._lock:
            name, until = self._people.get(_mark(token), ("", 0.0))
        return name if until > self._clock() else None

    def close(self, token: str) -> None:
        """Log out."""
        with self._lock:
            self._people.pop(_mark(token), None)


def _mark(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
