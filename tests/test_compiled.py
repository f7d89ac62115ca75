"""The reader as machine code finds what the reader finds, and is refused once its sources change."""

import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path

import pytest

import compiled
import edition

pytest.importorskip("mypyc", reason="needs requirements-compiled.txt")
HEADER = Path(sysconfig.get_path("include"), "Python.h")
pytestmark = pytest.mark.skipif(not (shutil.which("cc") and HEADER.is_file()), reason="no C compiler or no Python.h")

HOME = Path(__file__).parent.parent


def run(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=home, capture_output=True, text=True, encoding="utf-8")


def found(home: Path, plans: Sequence[Path], out: Path) -> bytes:
    done = run(home, "planmap.py", "extract", *map(str, plans), "-o", str(out))
    assert done.returncode == 0, done.stderr
    return out.read_bytes()


def sources(home: Path) -> None:
    """Copy the house without what was compiled in it."""
    kept = shutil.ignore_patterns("*.so", "*.pyd", edition.COMPILED, "__pycache__", "layers")
    for name in ("projects", "commands", "data"):
        shutil.copytree(HOME / name, home / name, ignore=kept)
    for path in (*HOME.glob("*.py"), HOME / "pyproject.toml"):
        shutil.copy(path, home)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the house with the reader compiled in it."""
    home = tmp_path_factory.mktemp("house")
    sources(home)
    done = run(home, "compiled.py")
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def test_the_compiled_reader_finds_the_same_bytes(house: Path, shared_plans: Path, tmp_path: Path) -> None:
    told = run(house, "-c", "import projects.find; print(projects.find.__file__)").stdout.strip()
    assert told.endswith((".so", ".pyd"))
    for plans in (shared_plans, house / "data" / "sample"):
        ours = found(HOME, [plans], tmp_path / "ours.jsonl")
        assert len(ours.splitlines()) > 500
        assert found(house, [plans], tmp_path / "compiled.jsonl") == ours


def test_the_compiled_reader_takes_any_text(house: Path, tmp_path: Path) -> None:
    texts = (
        "",
        "\x00\x01\u202e",
        "湫水河" * 20000,
        "、" * 5000,
        "(" * 3000,
        "English only, no plan.",
        "松鶴濕地公園開放。",
    )
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    ours, theirs = (
        run(home, "planmap.py", "extract", str(tmp_path), "-o", str(tmp_path / "out.jsonl")) for home in (HOME, house)
    )
    assert (theirs.returncode, theirs.stdout, theirs.stderr) == (ours.returncode, ours.stdout, ours.stderr)


def test_a_compiled_reader_of_other_sources_is_refused(house: Path) -> None:
    source = house / "projects" / "sentences.py"
    before = source.read_text(encoding="utf-8")
    source.write_text(before + "\n", encoding="utf-8")
    refused = run(house, "planmap.py", "extract", ".")
    again = run(house, "-c", "import compiled")
    source.write_text(before, encoding="utf-8")
    assert again.returncode == 0  # so that it can be compiled anew
    assert refused.returncode != 0
    assert "make compiled" in refused.stderr
    assert run(house, "-c", "import projects").returncode == 0


def test_what_was_compiled_can_be_taken_away(house: Path) -> None:
    compiled.remove(house)
    assert not [*house.rglob("*.so"), *house.rglob("*.pyd")]
    told = run(house, "-c", "import projects.find; print(projects.find.__file__)").stdout.strip()
    assert told.endswith(".py")
