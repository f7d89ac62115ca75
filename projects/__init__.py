"""Plan text to features: reading, finding, describing, merging. Knows no coordinates."""

import hashlib
from pathlib import Path

COMPILED = "compiled.sha256"
"""File beside compiled modules that tells of which sources they are made; see ``compiled.py``."""


def compiled(folder: Path) -> list[Path]:
    """Return the compiled modules in a folder."""
    return [path for end in ("so", "pyd") for path in folder.glob(f"*.{end}")]


def digest(folder: Path) -> str:
    """Return the digest of the sources in a folder: 64 hexadecimal digits."""
    found = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        found.update(f"{path.name}\n".encode() + path.read_bytes())
    return found.hexdigest()


def _check(folder: Path) -> None:
    """Refuse compiled modules of other sources, which Python would take all the same."""
    if not compiled(folder):
        return
    told = folder / COMPILED
    if not told.is_file() or told.read_text(encoding="ascii") != digest(folder):
        raise ImportError(
            "The compiled reader is of other code: make compiled, or make clean. "
            "已编译的读取模块与源代码不一致:请运行 make compiled 或 make clean。"
        )


_check(Path(__file__).parent)
