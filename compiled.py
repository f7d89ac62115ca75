"""Compile the modules that read to machine code: ``python compiled.py``, or ``make compiled``.

The same modules, compiled by mypyc, find the same in less time (docs/extraction.md, "Cost"). It needs a C compiler and
requirements-compiled.txt. Python takes the compiled modules where they lie beside their sources; once one of those has
changed, :mod:`projects` refuses them.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import edition
from settings import HOME

MODULES = (
    "categories",
    "clauses",
    "company",
    "describe",
    "figures",
    "find",
    "forms",
    "judge",
    "layout",
    "lists",
    "merge",
    "parts",
    "phrases",
    "places",
    "sentences",
    "shapes",
    "spans",
    "status",
    "variants",
    "words",
)
_GROUP = "planmap"


def build(home: Path = HOME) -> list[Path]:
    """Compile the modules of a house and put them beside their sources.

    Parameters
    ----------
    home
        The folder that holds ``projects``.

    Returns
    -------
    list of Path
        The compiled files.

    Raises
    ------
    SystemExit
        mypyc or the C compiler refuses, and has said why.
    """
    from mypyc.build import mypycify
    from setuptools import Distribution
    from setuptools.command.build_ext import build_ext

    remove(home)
    before = Path.cwd()
    os.chdir(home)  # mypyc names modules by where they lie
    try:
        with tempfile.TemporaryDirectory(prefix="planmap-") as scratch:
            sources = [f"projects/{name}.py" for name in MODULES]
            extensions = mypycify(
                ["--ignore-missing-imports", "--disable-error-code=import-untyped", *sources],
                group_name=_GROUP,
                target_dir=scratch,
            )
            command = build_ext(Distribution({"name": _GROUP, "ext_modules": extensions}))
            command.build_lib, command.build_temp = f"{scratch}/lib", f"{scratch}/temp"
            command.ensure_finalized()
            command.run()
            built = sorted(path for path in Path(command.build_lib).rglob("*") if path.is_file())
            there = [home / path.relative_to(command.build_lib) for path in built]
            told = edition.sources(home / "projects")
            (home / "projects" / edition.COMPILED).write_text(told, encoding="ascii")
            for path, place in zip(built, there, strict=True):
                shutil.move(path, place)
    finally:
        os.chdir(before)
    return there


def remove(home: Path = HOME) -> None:
    """Take the compiled modules of a house away."""
    for path in (*home.glob(f"{_GROUP}__mypyc.*"), *edition.compiled(home / "projects")):
        path.unlink()
    (home / "projects" / edition.COMPILED).unlink(missing_ok=True)


if __name__ == "__main__":
    build()
    sys.exit(0)
