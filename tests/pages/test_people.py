"""Logins and their end."""

from pages.map import people


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_login_lasts_a_working_day_and_ends_when_closed() -> None:
    clock = Clock()
    logins = people.Logins(clock)
    first, second = logins.open("甲"), logins.open("乙")
    assert (logins.name(first), logins.name(second), logins.name("-")) == ("甲", "乙", None)
    logins.close(first)
    assert logins.name(first) is None
    clock.now += people.LASTS_S + 1
    assert logins.name(second) is None


def test_after_too_many_wrong_passwords_a_name_waits_and_no_other() -> None:
    clock = Clock()
    logins = people.Logins(clock)
    for _ in range(people.TRIES):
        assert not logins.waits("甲")
        logins.failed("甲")
    assert logins.waits("甲")
    assert not logins.waits("乙")
    clock.now += people.WAIT_S
    assert not logins.waits("甲")


def test_a_right_password_forgives_the_wrong_ones() -> None:
    logins = people.Logins(Clock())
    for _ in range(people.TRIES - 1):
        logins.failed("甲")
    logins.open("甲")
    logins.failed("甲")
    assert not logins.waits("甲")
