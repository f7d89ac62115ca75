"""What changed between two plans."""

from projects.compare import compare
from projects.feature import Feature


def thing(identity: str, **fields: object) -> Feature:
    given: dict[str, object] = {"name": identity, "kind": "project", "category": "water", "doc": "甲", "mentions": ()}
    return Feature(id=identity, **(given | fields))  # type: ignore[arg-type]


def test_a_thing_that_only_the_later_plan_names_is_new() -> None:
    (change,) = compare([], [thing("湫水河大桥")])
    assert (change.what, change.name) == ("new", "湫水河大桥")


def test_a_thing_that_only_the_earlier_plan_names_is_gone() -> None:
    (change,) = compare([thing("湫水河大桥")], [])
    assert change.what == "gone"


def test_other_sums_and_states_are_told_before_and_after() -> None:
    (change,) = compare(
        [thing("湫水河大桥", investment_yi=3.0, status="planned")],
        [thing("湫水河大桥", investment_yi=4.5, status="building", doc="乙")],
    )
    assert change.what == "changed"
    assert set(change.fields) == {("investment_yi", 3.0, 4.5), ("status", "planned", "building")}


def test_what_both_say_alike_is_no_change() -> None:
    assert compare([thing("湫水河大桥", status="done")], [thing("湫水河大桥", status="done", doc="乙")]) == []
