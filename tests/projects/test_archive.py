"""Findings come back from the archive as they were, and what is damaged or of another edition counts as none."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from projects import findings, merge, plan
from projects.archive import Archive
from projects.findings import Findings
from projects.plan import Source

HOME = Path(__file__).parent.parent.parent


@pytest.fixture
def source(plans: Path) -> Source:
    sources, issues = plan.sources([plans])
    assert not issues
    return sources[0]


def found(source: Source) -> list[Findings]:
    return [merge.findings(document) for document in source.documents()]


def test_findings_come_back_from_lines_as_they_were() -> None:
    told = [one for source in plan.sources([HOME / "data" / "sample"])[0] for one in found(source)]
    assert sum(len(one.things) for one in told) > 500
    assert findings.from_lines(findings.lines(told)) == told


def test_a_plan_under_another_id_is_named_so_everywhere(source: Source) -> None:
    (one,) = found(source)
    other = one.called("other")
    assert other.plan == replace(one.plan, id="other")
    assert {t.feature.doc for t in other.things} == {"other"}
    assert {m.plan for t in other.things for m in t.feature.mentions} == {"other"}
    assert other.called(one.plan.id) == one


def test_what_was_put_is_found_again(source: Source, tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    path = archive.path(source)
    assert path is not None
    assert not archive.holds(path)
    assert archive.get(path) is None
    told = found(source)
    archive.put(path, told)
    assert archive.holds(path)
    assert archive.get(path) == told
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert not Archive(archive.folder, fresh=True).holds(path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[:-40],
        lambda whole: whole.replace("云岫".encode(), "云岚".encode()),
        lambda whole: whole.split(b"\n")[0],
        lambda whole: b"",
        lambda whole: b"\xff\xfe" + whole,
        lambda whole: b"[]\n" + whole.partition(b"\n")[2],
    ],
)
def test_damaged_findings_count_as_none(source: Source, tmp_path: Path, damage: object) -> None:
    archive = Archive(tmp_path)
    path = archive.path(source)
    assert path is not None
    archive.put(path, found(source))
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert archive.get(path) is None


def test_a_file_is_known_by_content_name_and_row(source: Source, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    before = archive.path(source)
    renamed = replace(source, path=source.path.rename(source.path.with_name("other.txt")))
    assert archive.path(renamed) != before
    [(number, row)] = source.rows
    elsewhere = replace(source, rows=((number, {**row, "district": "历下"}),), path=renamed.path)
    assert archive.path(elsewhere) != archive.path(renamed)
    later = replace(source, rows=((number + 1, row),), path=renamed.path, place=1)
    assert archive.path(later) == archive.path(renamed)
    assert archive.path(source) is None


def test_a_folder_that_cannot_be_written_is_told_once(source: Source, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    archive = Archive(tmp_path / "file")
    for name in ("a.jsonl", "b.jsonl"):
        archive.put(tmp_path / "file" / name, [])
    assert [issue.message for issue in archive.issues] == ["plans.no_archive"]


def test_the_archive_holds_no_sentence(source: Source, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    path = archive.path(source)
    assert path is not None
    archive.put(path, found(source))
    texts = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[2:]]
    assert texts
    assert max(len(t["feature"]["name"]) for t in texts) < 40
    assert "。" not in path.read_text(encoding="utf-8")
