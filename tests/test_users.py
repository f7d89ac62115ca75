"""``planmap.py user``: who may log in."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import planmap
from layers import people

PASSWORD = "a long enough password"  # noqa: S105 (of a person of this test)


@pytest.fixture
def users(tmp_path: Path, setting: Callable[..., None]) -> Path:
    path = tmp_path / "users.csv"
    setting(users=path)
    return path


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_person_is_added_with_a_password_that_the_file_does_not_hold(
    users: Path, typed: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    typed(PASSWORD + "\n")
    assert planmap.main(["user", "张三"]) == 0
    assert PASSWORD not in users.read_text(encoding="utf-8")
    assert people.check(people.load(users), "张三", PASSWORD) == "张三"
    assert planmap.main(["user", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"name": "张三", "email": "", "password": True}


def test_who_comes_by_openid_connect_needs_no_password(users: Path) -> None:
    assert planmap.main(["user", "李四", "--email", "Li@Example.org"]) == 0
    assert people.known(people.load(users), "li@example.org") == "李四"


def test_a_short_password_or_no_such_person_is_a_wrong_call(users: Path, typed: Callable[[str], None]) -> None:
    typed("short\n")
    assert planmap.main(["user", "张三"]) == 2
    assert not users.exists()
    assert planmap.main(["user", "王五", "--remove"]) == 2


def test_a_person_is_taken_off_and_the_others_stay(users: Path) -> None:
    for name in ("甲", "乙"):
        assert planmap.main(["user", name, "--email", f"{ord(name)}@example.org"]) == 0
    assert planmap.main(["user", "甲", "--remove"]) == 0
    assert set(people.load(users)) == {"乙"}
