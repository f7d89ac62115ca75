"""Plans dropped in: from files to a source of its own; :mod:`pages.map.accepted` puts it into the layers."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pipeline
from city import City
from errors import Issue, PlanError
from geo.place import Placer
from layers import build
from layers.build import Layers
from pages.map.sources import Source
from projects import files, merge
from projects.feature import Feature
from projects.plan import Document, Plan
from projects.region import elsewhere, home

Progress = Callable[[str], None]
STEPS = ("read", "find", "place")
# In bytes: file systems allow 255, and a mark comes before it.
LONGEST_NAME = 200
MOST_FILES = 20


@dataclass(frozen=True, eq=False)
class Addition:
    """What was found in files that someone added; nobody else sees it until it is accepted.

    Attributes
    ----------
    features
        One for each thing.
    plans
        The plans read.
    source
        Them alone, as the page shows them.
    issues
        Faults of the files that did not stop the work.
    known
        Names that features have in the layers already, by id: the plans add to these, the others are new.
    files
        Name and content of each file that was read.
    """

    features: tuple[Feature, ...]
    plans: tuple[Plan, ...]
    source: Source
    issues: tuple[Issue, ...]
    known: Mapping[str, str]
    files: tuple[tuple[str, bytes], ...]


def safe_name(name: str) -> str:
    """Return a file's name without folders and characters that file systems or people stumble over.

    Examples
    --------
    >>> safe_name("../a/规划 <b>.TXT")
    '规划 b.txt'
    """
    plain = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in plain if c.isprintable() and c not in '<>:"|?*`{}[]')
    stem, dot, suffix = kept.rpartition(".")
    stem, suffix = (stem, suffix.lower()[:10]) if dot else (kept, "")
    stem = stem.strip(". ").encode("utf-8", "ignore")[:LONGEST_NAME].decode("utf-8", "ignore")
    return f"{stem.strip() or 'plan'}{dot}{suffix}"


def read(
    uploads: Sequence[tuple[str, bytes]], town: City, base: Source | None, placer: Placer, progress: Progress, most: int
) -> Addition:
    """Read added files, find and place their features.

    Parameters
    ----------
    uploads
        Name and content of each file.
    town
        The city.
    base
        The layers there are, or None.
    placer
        Of the city.
    progress
        Called with each of :data:`STEPS` as it begins.
    most
        Largest size of a file in bytes.

    Raises
    ------
    PlanError
        A file is too large, there are too many, or none can be read.
    """
    if len(uploads) > MOST_FILES:
        raise PlanError("page.too_many", most=MOST_FILES)
    for name, content in uploads:
        if len(content) > most:
            raise PlanError("page.too_large", name=safe_name(name), most=most // 2**20)
    progress("read")
    documents, issues = contents(uploads)
    documents = distinct(_of(town, documents, issues), base.plans if base else {})
    progress("find")
    features = merge.across(merge.extract(documents))
    progress("place")
    frame = build.frame(features, placer.place(features))
    plans = tuple(d.plan for d in documents)
    mark = "added:" + ",".join(p.sha256[:12] for p in plans)
    source = Source(Layers(frame, plans, {}), town, mark, {d.plan.id: d for d in documents})
    known = {f.id: base.row(f.id).name for f in features if f.id in base.by_id} if base else {}
    read_ = {p.sha256 for p in plans}
    kept = [(name, content) for name, content in uploads if hashlib.sha256(content).hexdigest() in read_]
    return Addition(tuple(features), plans, source, tuple(issues), known, tuple(kept))


def contents(uploads: Sequence[tuple[str, bytes]]) -> tuple[list[Document], list[Issue]]:
    """Return the plans in files that are given by name and content, and the faults that did not stop the reading.

    Raises
    ------
    PlanError
        None can be read.
    """
    with tempfile.TemporaryDirectory(prefix="planmap-") as folder:
        paths = []
        for k, (name, content) in enumerate(uploads):
            # A folder each: two files of one name are two plans.
            path = Path(folder) / str(k) / safe_name(name)
            path.parent.mkdir()
            path.write_bytes(content)
            paths.append(path)
        try:
            documents, issues = pipeline.read(paths)
        except PlanError as error:
            raise PlanError(error.message, **_plain(error.values)) from None
    return documents, [Issue(_name(i.where), i.message, tuple(_plain(dict(i.values)).items())) for i in issues]


def _name(path: object) -> str:
    """Return the name of a file: where the server keeps it for a moment concerns nobody."""
    return str(path).replace("\\", "/").rsplit("/", 1)[-1]


def _plain(values: Mapping[str, object]) -> dict[str, str]:
    return {key: _name(value) if key == "path" else str(value) for key, value in values.items()}


def _of(town: City, documents: Sequence[Document], issues: list[Issue]) -> list[Document]:
    """Return the plans that are not another region's; the others become issues, and a fault where none is left."""
    found = []
    for document in documents:
        if issue := elsewhere(document.plan, home(document).code, town):
            values = (("file", document.plan.file), *issue.values)
            issues.append(Issue(document.plan.file, "page.elsewhere", values))
        else:
            found.append(document)
    if documents and not found:
        raise PlanError(issues[-1].message, **dict(issues[-1].values))
    return found


def distinct(documents: Sequence[Document], known: Mapping[str, Plan]) -> list[Document]:
    """Return documents with ids that no *other* plan has; the very same plan keeps its id."""
    taken = {key: one.sha256 for key, one in known.items()}
    found = []
    for document in documents:
        name, k = document.plan.id, 2
        while taken.get(name, document.plan.sha256) != document.plan.sha256:
            name, k = f"{document.plan.id}-{k}", k + 1
        taken[name] = document.plan.sha256
        found.append(document if name == document.plan.id else replace(document, plan=replace(document.plan, id=name)))
    return found


def suffixes() -> list[str]:
    """Return the kinds of files that can be added, without the dot."""
    return sorted(s.lstrip(".") for s in files.SUFFIXES)
