"""The archive of findings: what was read of a plan file is not read again.

A file of JSON Lines for each plan file. What it rests on stands in its first line: the edition of code and lexicon
(:mod:`edition`), and a checksum of the rest. A file that does not fit is as good as none.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import edition
import whole
from errors import Issue, PlanError
from projects import findings
from projects.findings import Findings
from projects.plan import Source

FORMAT = 1


class Archive:
    """Findings kept in a folder.

    Parameters
    ----------
    folder
        Made with the first findings.
    fresh
        Whether what is there already does not count.
    """

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        self.folder = folder
        self.fresh = fresh
        self.issues: list[Issue] = []

    def path(self, source: Source) -> Path | None:
        """Return where the findings of a plan file are kept, by its content and row; None when it cannot be read."""
        try:
            with source.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256")
        except OSError:
            return None
        rows = [row for _, row in source.rows]
        digest.update(json.dumps([source.path.name, rows], ensure_ascii=False, sort_keys=True).encode())
        return self.folder / f"{digest.hexdigest()}.jsonl"

    def holds(self, path: Path) -> bool:
        """Return whether there are findings of this edition; what :meth:`get` finds may be damaged all the same."""
        if self.fresh:
            return False
        try:
            with path.open("rb") as file:
                head = json.loads(file.readline(1000))
        except (OSError, ValueError):
            return False
        return isinstance(head, dict) and (head.get("format"), head.get("edition")) == (FORMAT, edition.reading())

    def get(self, path: Path) -> list[Findings] | None:
        """Return the findings kept at a path, or None when they are damaged or gone."""
        try:
            head, _, body = path.read_bytes().partition(b"\n")
            if json.loads(head)["sha256"] != hashlib.sha256(body).hexdigest():
                return None
            return findings.from_lines(body.decode("utf-8").splitlines())
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def put(self, path: Path, found: Sequence[Findings]) -> None:
        """Keep findings, whole or not at all; a folder that cannot be written is told in :attr:`issues`, once."""
        if self.issues:
            return
        body = "".join(line + "\n" for line in findings.lines(found)).encode()
        head = {"format": FORMAT, "edition": edition.reading(), "sha256": hashlib.sha256(body).hexdigest()}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with whole.writing(path) as part:
                part.write_bytes(json.dumps(head).encode() + b"\n" + body)
        except OSError as error:
            self.issues.append(PlanError("plans.no_archive", why=error).issue(str(path.parent)))
