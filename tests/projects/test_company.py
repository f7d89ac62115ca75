"""The second look: what the company of a phrase says."""

from dataclasses import replace

import pytest

from projects import company, find, plan
from projects.clauses import Joined
from projects.region import home


@pytest.fixture
def mentions(tmp_path):
    """Return the phrases of a small plan with their mentions."""
    path = tmp_path / "plan.txt"
    path.write_text("一、交通\n新建湫水路、云岫大道。\n二、产业\n建设湫水大桥。\n建设孵化平台。", encoding="utf-8")
    document = plan.read([path])[0][0]
    return find.phrases(document, home(document))


def signs(mentions, **chances):
    """Return the signs of each phrase by its name; what has no chance given is surely no name."""
    guesses = [chances.get(key, 0.0) for key in mentions]
    return dict(zip(mentions, company.signs([*mentions.values()], guesses), strict=True))


def test_the_items_of_a_list_speak_for_each_other(mentions):
    found = signs(mentions, 湫水路=0.2, 云岫大道=0.9)
    assert found["湫水路"]["company is a name"] == pytest.approx(0.9)
    assert found["云岫大道"]["company is a name"] == pytest.approx(0.2)


def test_what_stands_alone_has_no_company_but_its_section(mentions):
    found = signs(mentions, 湫水大桥=0.5)
    assert "company is a name" not in found["湫水大桥"]
    assert "paragraph is of names" not in found["湫水大桥"]
    assert found["孵化平台"]["section is of names"] == pytest.approx(0.5)


def test_a_guess_at_a_phrase_is_no_sign_of_itself(mentions):
    low, high = signs(mentions, 湫水大桥=0.1), signs(mentions, 湫水大桥=0.9)
    assert low["湫水大桥"] == high["湫水大桥"]
    assert low["孵化平台"] != high["孵化平台"]


def test_the_cost_is_linear_in_what_a_paragraph_holds(mentions):
    paragraph, item = mentions["孵化平台"][0]
    many = [[(paragraph, replace(item, group=Joined([item.phrase])))] for _ in range(20_000)]
    found = company.signs(many, [0.5] * len(many))
    assert found[0]["paragraph is of names"] == pytest.approx(0.5)
