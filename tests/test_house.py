"""The house stays in order: imports point down, words and documents match the code, no plan text is kept."""

import ast
import csv
import doctest
import importlib
import itertools
import re
import string
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import language
from projects import files

HOME = Path(__file__).parent.parent
PLANS = HOME.parent / "shared" / "plans"
STOREYS = {
    "projects": 1,
    "compiled": 2,
    "geo": 2,
    "layers": 3,
    "report": 4,
    "cluster": 4,
    "reading": 5,
    "placing": 5,
    "pipeline": 6,
    "pages": 7,
    "app": 8,
    "commands": 8,
    "planmap": 9,
}
GROUND = ("settings", "errors", "language", "city", "edition", "whole", "collector")
READMES = ("README.md", "README.zh.md")
PLAIN = (".md", ".py", ".csv", ".toml", ".txt", ".json", ".geojson", ".js", ".css", ".html", ".yml", ".jsonl")


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files of the repository: those git knows, else all that is there."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOME, capture_output=True)
    if listed.returncode == 0 and listed.stdout:
        paths = [HOME / name for name in listed.stdout.decode("utf-8").split("\0") if name]
    else:
        paths = [p for p in HOME.rglob("*") if not any(part in (".git", ".venv", "build") for part in p.parts)]
    return tuple(p for p in paths if p.is_file())


def modules(*tops: str) -> list[Path]:
    """Return the tracked modules whose first folder (or stem) is one of ``tops``."""
    paths = [p for p in tracked() if p.suffix == ".py"]
    return [p for p in paths if p.relative_to(HOME).parts[0].removesuffix(".py") in tops]


PRODUCT = modules(*STOREYS, *GROUND)


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(HOME).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> Iterator[str]:
    """Yield the modules that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".files", "import_module")):
            yield from (str(given.value) for given in node.args if isinstance(given, ast.Constant))


def top_imports(paths: list[Path]) -> set[str]:
    return {name.split(".")[0] for path in paths for name in imported(path)}


@pytest.mark.parametrize("path", PRODUCT, ids=dotted)
def test_imports_point_down(path: Path) -> None:
    own = dotted(path).split(".")[0]
    height = STOREYS.get(own, 0)
    for top in {name.split(".")[0] for name in imported(path)} - {own}:
        assert STOREYS.get(top, -1) < height, f"{path.name} imports {top}, which is not below it"


@pytest.mark.parametrize("path", [p for p in PRODUCT if p.name != "app.py"], ids=dotted)
def test_every_module_imports_and_its_examples_hold(path: Path) -> None:
    module = importlib.import_module(dotted(path))
    result = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    assert result.failed == 0


@pytest.mark.parametrize("path", [*PRODUCT, *modules("benchmarks")], ids=dotted)
def test_a_module_has_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500
    assert path.stem not in ("utils", "helpers", "common", "manager", "misc")


def needs(name: str) -> dict[str, Requirement]:
    """Return the packages that a requirements file itself lists."""
    lines = (HOME / name).read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]
    return {canonicalize_name(r.name): r for r in wanted}


def packages(names: set[str]) -> set[str]:
    """Return the distributions that provide imported modules, but for ours and Python's own."""
    ours = {p.relative_to(HOME).parts[0].removesuffix(".py") for p in tracked()}
    known = packages_distributions()
    foreign = {n for n in names if n not in sys.stdlib_module_names and n not in ours}
    assert foreign <= set(known), f"imported and not installed: {sorted(foreign - set(known))}"
    return {canonicalize_name(known[name][0]) for name in foreign}


EXTRAS = sorted(p.name for p in HOME.glob("requirements-*.txt") if p.name != "requirements-dev.txt")


def test_the_product_lists_what_it_imports_and_nothing_else() -> None:
    base = set(needs("requirements.txt"))
    extra = {name for file in EXTRAS for name in needs(file)}
    assert not base & extra
    assert packages(top_imports(PRODUCT)) == base | extra


def test_tests_and_benchmarks_import_only_what_is_listed() -> None:
    listed = {name for p in HOME.glob("requirements*.txt") for name in needs(p.name)}
    assert packages(top_imports(modules("tests", "benchmarks"))) <= listed


@pytest.mark.parametrize("name", sorted(p.name for p in HOME.glob("requirements*.txt")))
def test_versions_have_a_lower_bound_and_the_tested_upper_one(name: str) -> None:
    for package, wanted in needs(name).items():
        assert sorted(s.operator for s in wanted.specifier) == ["<=", ">="], package
        assert version(package) in wanted.specifier, f"{package} {version(package)} was never tested"


def test_every_package_is_accounted_for() -> None:
    told = (HOME / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for path in HOME.glob("requirements*.txt"):
        for package, wanted in needs(path.name).items():
            assert re.search(rf"^\| {re.escape(wanted.name)} \|", told, re.MULTILINE), package


TOPICS = {p.stem: p for p in (HOME / "data" / "messages").glob("*.csv")}


def messages(topic: str) -> dict[str, dict[str, str]]:
    with TOPICS[topic].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["key"] for row in rows}) == len(rows), f"{topic}: a key twice"
    return {row["key"]: row for row in rows}


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_messages_say_the_same_in_both_languages(topic: str) -> None:
    for key, row in messages(topic).items():
        assert set(row) == {"key", *language.LANGUAGES}, f"{topic}.{key}: not three cells"
        fields = [{f for _, f, _, _ in string.Formatter().parse(row[lang]) if f is not None} for lang in ("zh", "en")]
        assert fields[0] == fields[1], f"{topic}.{key}: placeholders differ"
        assert all(row[lang].strip() for lang in language.LANGUAGES) or not any(
            row[lang] for lang in language.LANGUAGES
        )


@cache
def constants() -> tuple[frozenset[str], frozenset[str]]:
    """Return all texts in the code, and the beginnings of those that are completed when it runs."""
    whole, begun = set(), set()
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            parts: list[ast.expr] = []
            if isinstance(node, ast.JoinedStr):
                parts = node.values
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                parts = [node.left, node.right]
            for part, following in itertools.pairwise(parts):
                if isinstance(part, ast.Constant) and not isinstance(following, ast.Constant):
                    begun.add(str(part.value))
    return frozenset(whole), frozenset(begun)


def test_messages_in_code_exist() -> None:
    whole, _ = constants()
    pattern = re.compile(rf"({'|'.join(TOPICS)})\.([a-z][a-z0-9_]*)")
    named = [m for text in whole if (m := pattern.fullmatch(text))]
    assert named
    files_and_beginnings = re.compile(r"csv|toml|txt|json|css|js|html|.*_")
    missing = [m[0] for m in named if m[2] not in messages(m[1]) and not files_and_beginnings.fullmatch(m[2])]
    assert not missing


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_messages_are_used(topic: str) -> None:
    whole, begun = constants()
    scripts = "".join(p.read_text(encoding="utf-8") for p in tracked() if p.suffix in (".js", ".html"))
    beginnings = {b.removeprefix(f"{topic}.") for b in begun}
    unused = [
        key
        for key in messages(topic)
        if key not in whole
        and f"{topic}.{key}" not in whole
        and not any(len(b) >= 3 and key.startswith(b) for b in beginnings)
        and not re.search(rf"\b{re.escape(key)}\b", scripts)
    ]
    assert not unused


def outline(name: str) -> list[str]:
    """Return what two translations of a document must share: heading levels, code, pictures, rows of tables."""
    shape, code = [], False
    for line in (HOME / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            code = not code
            shape.append("code")
        elif code:
            shape.append(line.partition("#")[0].rstrip())
        elif heading := re.match(r"#+ ", line):
            shape.append(heading[0])
        elif line.startswith("|"):
            shape.append(f"row of {line.count('|')}")
        elif picture := re.match(r"!\[[^\]]*\]\((.*)\)", line):
            shape.append(picture[1])
        elif line.startswith(("- ", "1. ")):
            shape.append("item")
    return shape


def test_both_readmes_have_the_same_structure() -> None:
    assert outline(READMES[0]) == outline(READMES[1])


@pytest.mark.parametrize("path", [p for p in tracked() if p.suffix == ".md"], ids=lambda p: p.name)
def test_links_in_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_every_option_is_documented() -> None:
    told = (HOME / "docs" / "commands.md").read_text(encoding="utf-8")
    code = (HOME / "planmap.py").read_text(encoding="utf-8")
    from commands.results import FILTERS

    options = set(re.findall(r'"(--[a-z-]+)"', code)) | {f"--{name}" for name in FILTERS}
    assert options == set(re.findall(r"`(--[a-z-]+)", told))
    commands = set(re.findall(r'command\("([a-z-]+)"', code))
    assert commands == set(re.findall(r"^## `([a-z-]+)`", told, re.MULTILINE))
    for name in READMES:
        readme = (HOME / name).read_text(encoding="utf-8")
        assert commands <= set(re.findall(r"planmap\.py ([a-z-]+)", readme)), name


def test_every_format_is_documented() -> None:
    from layers.export import FORMATS

    told = (HOME / "docs" / "commands.md").read_text(encoding="utf-8")
    for name in FORMATS:
        assert f"`{name}`" in told, name
        for lang in language.LANGUAGES:
            assert name in language.text("cli.help_format", lang)


def test_every_setting_is_documented() -> None:
    from dataclasses import fields

    import settings

    told = (HOME / "docs" / "commands.md").read_text(encoding="utf-8")
    assert {f.name for f in fields(settings.Settings)} == set(re.findall(r"^\| `([a-z_]+)` \|", told, re.MULTILINE))


def test_every_kind_of_plan_file_is_documented() -> None:
    for name in READMES:
        readme = (HOME / name).read_text(encoding="utf-8")
        assert all(f"`{suffix}`" in readme for suffix in files.SUFFIXES), name


def test_no_path_of_a_machine_is_kept() -> None:
    pattern = re.compile("/(?:work|root|home|tmp|farm|Users)" + "/[a-z0-9]")
    for path in tracked():
        if path.suffix in PLAIN and path != Path(__file__):
            found = pattern.search(path.read_text(encoding="utf-8", errors="replace"))
            assert not found, f"{path.relative_to(HOME)}: {found[0] if found else ''}"


@pytest.mark.skipif(not PLANS.is_dir(), reason="the plan files are not at ../shared/plans")
def test_no_sentence_of_a_plan_is_kept() -> None:
    def squeezed(text: str) -> str:
        return "".join(unicodedata.normalize("NFKC", text).split())

    window = 40
    kept: set[int] = set()
    for plan in PLANS.glob("*.txt"):
        text = squeezed(plan.read_text(encoding="utf-8"))
        kept.update(hash(text[i : i + window]) for i in range(len(text) - window + 1))
    for path in tracked():
        if path.suffix not in PLAIN:
            continue
        text = squeezed(path.read_text(encoding="utf-8", errors="replace"))
        # Only a window with Chinese in it can be a sentence of a plan: figures and codes are met by chance.
        places = {m.start() for m in re.finditer("[\u4e00-\u9fff]{2}", text)}
        starts = sorted({s for p in places for s in range(max(0, p - window), p + 1)})
        hit = next((s for s in starts if hash(text[s : s + window]) in kept and len(text) - s >= window), None)
        assert hit is None, f"{path.relative_to(HOME)} holds {text[hit : (hit or 0) + window]!r}"


def spoken(path: Path) -> Iterator[object]:
    """Yield the constants of a module that its code uses: no docstrings, and no comments."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in told:
            yield node.value


def test_no_code_knows_the_first_city() -> None:
    """What is a city's own is data: its names, its codes, its zone of projection, its coordinates."""
    import city
    import settings
    from geo import datum
    from geo.districts import Districts

    town = city.load(settings.Settings().city)
    west, south, east, north = Districts.load(town).outline.bounds
    epsg = datum.gauss_kruger_epsg((west + east) / 2)
    names = {town.name, town.short, town.adcode, str(epsg), *(d.adcode for d in town.districts if d.adcode)}
    names |= {n for d in town.districts for n in ((d.name, d.short) if d.adcode else (d.name,))}
    # Each word of Latin letters and digits on its own: 370100 is not in 1370100.
    either = re.compile("|".join(rf"(?<!\w){re.escape(n)}(?!\w)" if n.isascii() else re.escape(n) for n in names))
    checked = 0
    for path in PRODUCT:
        for value in spoken(path):
            checked += 1
            if isinstance(value, str):
                assert not (found := either.search(value)), f"{path.name}: {found}"
            numbers = [value] if isinstance(value, int | float) else map(float, re.findall(r"\d+\.\d+", str(value)))
            for number in numbers:
                # Whole degrees may be anything, minutes of time or pixels.
                exact = isinstance(number, float) and not 0 < number < 1
                assert not (exact and (west <= number <= east or south <= number <= north)), f"{path.name}: {number}"
                assert number not in (epsg, datum.meridian(epsg)), f"{path.name}: {number}"
    assert checked > 1000
