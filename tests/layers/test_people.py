"""The people who may review."""

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import CallError, DataError
from layers import people
from layers.people import Person

PASSWORD = "一个 long enough password"  # noqa: S105 (of a person of this test)


def test_a_password_matches_its_hash_and_no_other() -> None:
    secret = people.hashed(PASSWORD)
    assert PASSWORD not in secret
    assert people.matches(secret, PASSWORD)
    assert not people.matches(secret, PASSWORD + " ")
    assert people.hashed(PASSWORD) != secret


@given(st.text(max_size=60))
@settings(max_examples=40)
def test_what_is_no_hash_matches_nothing(secret: str) -> None:
    assert not people.matches(secret, "")


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_passwords_have_a_length(password: str) -> None:
    with pytest.raises(CallError):
        people.hashed(password)


def test_people_are_kept_for_the_eyes_of_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "store" / "users.csv"
    secret = people.hashed(PASSWORD) + ',"'
    kept = {"张三": Person(name="张三", secret=secret), "Li, Si": Person(name="Li, Si", email="li@example.org")}
    people.save(path, kept)
    assert people.load(path) == kept
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert people.load(tmp_path / "none.csv") == {}


def test_a_file_of_something_else_is_said_to_be_so(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"users\.csv"):
        people.load(path)


def test_logging_in_needs_the_right_password_of_a_known_person() -> None:
    known = {
        "张 三": Person(name="张 三", secret=people.hashed(PASSWORD)),
        "乙": Person(name="乙", email="b@example.org"),
    }
    assert people.check(known, " 张  三 ", PASSWORD) == "张 三"
    assert people.check(known, "张 三", "other password") is None
    assert people.check(known, "李四", PASSWORD) is None
    assert people.check(known, "", "") is None
    # Whom OpenID Connect vouches for has no password, not an empty one.
    assert people.check(known, "乙", "") is None


def test_an_address_is_known_whatever_its_case() -> None:
    known = {"乙": Person(name="乙", email="b@example.org"), "丙": Person(name="丙")}
    assert people.known(known, "B@Example.org") == "乙"
    assert people.known(known, "") is None
    assert people.known(known, "c@example.org") is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\u202eb", "a\x00"])
def test_names_can_be_seen(name: str) -> None:
    with pytest.raises(CallError):
        people.named(name)
