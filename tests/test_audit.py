"""The audit of the packages: which licences come in, and that nothing passes in silence."""

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

PATH = Path(__file__).parent.parent / ".ci" / "audit.py"


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", PATH)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("told", "comes_in"),
    [
        ("MIT", True), ("MIT License", True), ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("LGPL-3.0-only", True), ("GPL-2.0 OR MIT", True), ("Apache Software License; MIT License", True),
        ("GPL-3.0-only", False), ("GNU General Public License v3 (GPLv3)", False), ("AGPL-3.0", False),
        ("MIT AND GPL-3.0", False), ("UNKNOWN", False), ("", False), ("Proprietary, use is limited", False),
    ],
)  # fmt: skip
def test_licences_that_bind_planmap_or_are_not_known_stay_out(audit: ModuleType, told: str, comes_in: bool) -> None:
    assert audit.admitted(told) == comes_in


def test_what_is_installed_may_come_in(audit: ModuleType) -> None:
    assert audit.licences() == 0


def answering(text: str):
    return lambda *_, **__: subprocess.CompletedProcess((), 0, text, "")


@pytest.mark.parametrize("answer", ["", '{"dependencies": [{"name": "a", "version": "1", "skip_reason": "unknown"}]}'])
def test_no_answer_is_no_silent_pass(
    audit: ModuleType, answer: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit.subprocess, "run", answering(answer))
    assert audit.vulnerabilities() == 0
    assert capsys.readouterr().out.startswith("SKIPPED: ")


def test_a_known_fault_fails(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = '{"id": "PYSEC-1", "fix_versions": ["2"]}'
    answer = f'{{"dependencies": [{{"name": "a", "version": "1", "vulns": [{fault}]}}]}}'
    monkeypatch.setattr(audit.subprocess, "run", answering(answer))
    assert audit.vulnerabilities() == 1
    assert "a 1: PYSEC-1, mended in 2" in capsys.readouterr().out
