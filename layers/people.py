"""The people who may review: their names, with a hashed password or the address that OpenID Connect vouches for.

They stand in a CSV (columns ``name``, ``email``, ``secret``) that only its owner can read. Passwords are hashed with
scrypt (RFC 7914) from the standard library, at the cost that OWASP names for it: 32 MB and three rounds.
"""

import base64
import csv
import hashlib
import hmac
import io
import secrets
from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import whole
from errors import CallError, DataError

COST, BLOCK, ROUNDS = 2**15, 8, 3
SHORTEST, LONGEST = 8, 200
LONGEST_NAME = 40


@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone who may review.

    Attributes
    ----------
    name
        As reviews show it, and as typed to log in.
    email
        Address by which OpenID Connect knows them, in small letters; empty for none.
    secret
        Their password, hashed; empty when there is none.
    """

    name: str
    email: str = ""
    secret: str = ""


def load(path: Path) -> dict[str, Person]:
    """Return the people in a file by name; none when there is no file.

    Raises
    ------
    DataError
        The file is not one of people.
    """
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [
                Person(**{f.name: (row[f.name] or "").strip() for f in fields(Person)}) for row in csv.DictReader(file)
            ]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, AttributeError) as error:
        raise DataError("errors.unreadable", path=str(path), why=error) from None
    return {row.name: row for row in rows if row.name}


def save(path: Path, people: Mapping[str, Person]) -> None:
    """Write the people, all at once, for the owner's eyes only.

    Raises
    ------
    CallError
        The file cannot be written.
    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(f.name for f in fields(Person))
    rows.writerows(astuple(people[name]) for name in sorted(people))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole.writing(path) as part:
            part.touch(mode=0o600)
            part.write_text(text.getvalue(), encoding="utf-8", newline="")
    except OSError as error:
        raise CallError("layers.unwritable", path=str(path), why=error) from None


def named(name: str) -> str:
    """Return a name as it is kept.

    Raises
    ------
    CallError
        It is empty, too long, or has characters that are not seen.

    Examples
    --------
    >>> named(" 张三 ")
    '张三'
    """
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise CallError("errors.bad_person", name=plain[:LONGEST_NAME], most=LONGEST_NAME)
    return plain


def hashed(password: str) -> str:
    """Return a password hashed with a salt of its own.

    Raises
    ------
    CallError
        It is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise CallError("errors.bad_password", least=SHORTEST, most=LONGEST)
    salt = secrets.token_bytes(16)
    parts = (str(COST), str(BLOCK), str(ROUNDS), _said(salt), _said(_key(password, salt, COST, BLOCK, ROUNDS)))
    return "$".join(("scrypt", *parts))


def matches(secret: str, password: str) -> bool:
    """Say whether a password is the one behind a hash; a hash of another make matches nothing."""
    try:
        kind, cost, block, rounds, salt, key = secret.split("$")
        wanted = base64.b64decode(key, validate=True)
        found = _key(password[:LONGEST], base64.b64decode(salt, validate=True), int(cost), int(block), int(rounds))
    except ValueError:
        return False
    return kind == "scrypt" and hmac.compare_digest(found, wanted)


def _key(password: str, salt: bytes, cost: int, block: int, rounds: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=rounds, maxmem=2**27, dklen=32)


def _said(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


# What is compared with when there is no such person, so that the time of an answer tells nothing.
_NOBODY = Person(name="", secret="$".join(("scrypt", str(COST), str(BLOCK), str(ROUNDS), "AAAA", "AAAA")))


def check(people: Mapping[str, Person], name: str, password: str) -> str | None:
    """Return the name of the person who logs in so, or None."""
    person = people.get(" ".join(name.split()), _NOBODY)
    return person.name if matches(person.secret, password) and person.name else None


def known(people: Mapping[str, Person], email: str) -> str | None:
    """Return the name of the person of an address, or None."""
    wanted = email.strip().lower()
    return next((person.name for person in people.values() if wanted and person.email.lower() == wanted), None)
