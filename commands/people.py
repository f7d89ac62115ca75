"""``user``: who may review on the page when the setting ``login`` is on."""

import argparse
import getpass
import sys

from commands.console import put, say, text
from errors import CallError


def user(args: argparse.Namespace) -> int:
    """``user``: add a person, change a password, or take a person off; without a name, list them."""
    import settings
    from layers import people
    from layers.people import Person

    path = settings.load().users_file
    known = people.load(path)
    if args.name is None:
        for person in known.values():
            record = {"name": person.name, "email": person.email, "password": bool(person.secret)}
            if args.json:
                put(record)
            else:
                print(" · ".join(filter(None, (person.name, person.email))))
        return 0
    name = people.named(args.name)
    if args.remove:
        if known.pop(name, None) is None:
            raise CallError("cli.no_user", name=name, known=", ".join(known))
        people.save(path, known)
        say(text("user_removed", name=name, path=path))
        return 0
    secret = known[name].secret if name in known else ""
    # Whom OpenID Connect vouches for needs no password here.
    if not args.email:
        secret = people.hashed(_password(name))
    email = (args.email or (known[name].email if name in known else "")).strip().lower()
    people.save(path, known | {name: Person(name=name, email=email, secret=secret)})
    say(text("user_kept", name=name, path=path))
    return 0


def _password(name: str) -> str:
    """Return a password, asked for twice on a terminal, else the first line of the standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(text("password", name=name))
    if getpass.getpass(text("password_again")) != first:
        raise CallError("cli.other_password")
    return first
