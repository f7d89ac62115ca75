"""Whether a thing is thought of, planned, being built or there."""

from __future__ import annotations

import re
from math import isfinite

import pytest

from projects import find, merge, status, words
from projects.feature import STATUSES
from projects.region import home
from tests.projects.writing import TITLE, document

REPORT = "济南市2024年政府工作报告"


def told(text: str, name: str = "湫水湿地公园", *, title: str = TITLE) -> str | None:
    """Return the status of the feature of that name; the text must be enough for it to be found."""
    features = merge.extract([document(text, title=title)])
    return next(f.status for f in features if name in (f.name, *f.aliases))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("湫水湿地公园、棠溪水库建成投用。", "done"),
        ("湫水湿地公园、棠溪水库顺利通过验收，累计接待游客3万人次。", "done"),
        ("湫水湿地公园、棠溪水库开工建设。", "building"),
        ("湫水湿地公园、棠溪水库加快建设。", "building"),
        ("规划建设湫水湿地公园、棠溪水库。", "planned"),
        ("开工建设湫水湿地公园、棠溪水库。", "planned"),
        ("谋划建设湫水湿地公园、棠溪水库。", "study"),
        ("推进湫水湿地公园、棠溪水库前期工作。", "study"),
        ("围绕湫水湿地公园、棠溪水库提升水质。", None),
    ],
)
def test_the_words_around_a_name_tell_its_status(text: str, expected: str | None) -> None:
    assert told(text) == expected


def test_the_first_mention_that_tells_counts() -> None:
    later = "湫水湿地公园建成投用。湫水湿地公园建成开放。"
    assert told(f"规划建设湫水湿地公园、棠溪水库。{later}") == "planned"
    assert told(f"围绕湫水湿地公园、棠溪水库提升水质。{later}") == "done"


def test_what_is_to_be_completed_is_not_there_yet() -> None:
    task = "一、任务\n加强保护，力争有序推进。建成湫水湿地公园、棠溪水库，完善配套。\n"
    review = "一、发展成就\n城乡面貌显著改善，累计增长明显。湫水湿地公园、棠溪水库建成投用。\n"
    assert told(task) == "planned"
    assert told(review) == "done"


def test_what_is_to_be_done_by_a_year_is_planned() -> None:
    text = "一、任务\n到2025年，湫水湿地公园、棠溪水库建成投用。\n加快建设岚坪大桥。"
    assert told(text) == "planned"


def test_a_report_on_a_year_builds_what_a_plan_of_five_plans() -> None:
    text = "一、任务\n加强保护，完善配套。建成湫水湿地公园、棠溪水库。"
    assert (told(text), told(text, title=REPORT)) == ("planned", "building")


def test_foundations_of_a_city_are_no_review() -> None:
    review = status._REVIEW.search
    assert review("发展基础") and review("发展环境")
    assert not review("完善基础设施") and not review("改善生态环境")


def test_the_label_of_a_list_tells_a_status() -> None:
    assert told("一、任务\n续建项目：湫水湿地公园、棠溪水库。") == "building"
    assert told("一、任务\n前期项目：湫水湿地公园、棠溪水库。") == "study"


def test_a_year_of_the_next_sentence_is_not_of_this_one() -> None:
    review = "一、发展成就\n城乡面貌显著改善，累计增长明显。"
    assert told(f"{review}建成湫水湿地公园、棠溪水库。到2025年，新建阜台大桥。") == "done"
    plan = document("建成湫水湿地公园、棠溪水库。到2025年，新建阜台大桥。")
    signs = {c.name: status.evidence(plan, c, status.Outlook(plan.text)) for c in find.names(plan, home(plan))[0]}
    assert not {"due", "by a year"} & {*signs["湫水湿地公园"]}
    assert {"due", "by a year"} <= {*signs["阜台大桥"]}


@pytest.mark.parametrize("verb", ["拟建", "规划建设", "谋划", "谋划建设", "计划建设", "计划新建"])
@pytest.mark.parametrize(
    "before", ["城市面貌显著改善。", "一、发展成就\n城市面貌显著改善，累计增长明显，先后获评称号。"]
)
def test_what_is_to_be_built_is_never_there(before: str, verb: str) -> None:
    assert told(f"{before}{verb}湫水湿地公园、棠溪水库。") in ("planned", "study")


def test_one_word_does_not_tell_where_a_text_looks() -> None:
    assert status.Outlook("水质显著改善。").at(0) == ""
    assert status.Outlook("水质显著改善。" * 3).at(0) == "looks back"


def test_only_the_words_near_a_place_tell_where_a_text_looks() -> None:
    outlook = status.Outlook("水质显著改善。" * 3 + "水" * 800 + "将加快推进建设。" * 3)
    assert outlook.at(0) == "looks back"
    assert outlook.at(420) == ""
    assert outlook.at(840) == "looks ahead"


def test_weights_are_of_every_status() -> None:
    rows = words.rows("states")
    assert rows and all(isfinite(float(row[s])) for row in rows for s in STATUSES)
    around = "looks (?:back|ahead|both ways)|report|plan|review|task|no heading|due|by a year|past"
    known = re.compile(rf"(?:(?:before|after|label) \S.*|{around})?")
    assert [row["sign"] for row in rows if not known.fullmatch(row["sign"])] == []
    kinds = {row["sign"].split(" ")[0] for row in rows}
    assert {"", "before", "after", "label", "looks", "report", "plan", "review", "task", "due", "past"} <= kinds
