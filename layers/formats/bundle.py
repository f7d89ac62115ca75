"""The package: a selection in every format, with all that is needed to understand it."""

import csv
import hashlib
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import language
from layers import dictionary, schema
from layers.formats.job import Job
from layers.formats.text import guarded


def suits(name: str, job: Job) -> bool:
    """Say whether a format can hold the coordinate system of a job."""
    if name in ("kml", "kmz"):
        return name == "kmz" and job.grid.code == "4326"
    return name != "dxf" or job.grid.is_metric


def archive(job: Job, writers: Sequence[Callable[[Job], list[Path]]]) -> list[Path]:
    """Write the package as a ZIP."""
    by, job.rounds = job.by, len(writers)
    files: list[Path] = []
    for writer in writers:
        files += writer(job)
        if job.by != by:
            job.by = by
            job.__dict__.pop("groups", None)
    # What stands beside the package is of other exports.
    job.gone.clear()
    files = list(dict.fromkeys(files))
    files += [_dictionary(job), _schema(job), _sources(job)]
    files.append(_readme(job, files))
    sums = "".join(f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in files)
    (job.folder / "SHA256SUMS").write_text(sums, encoding="utf-8", newline="\n")
    path = job.path(".bundle.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in (*files, job.folder / "SHA256SUMS"):
            packed.write(file, f"{job.stem}/{file.name}")
    return [path]


def _dictionary(job: Job) -> Path:
    path = job.folder / "dictionary.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(dictionary.rows())
    return path


def _schema(job: Job) -> Path:
    path = job.folder / "schema.json"
    path.write_text(json.dumps(schema.json_schema(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _sources(job: Job) -> Path:
    path = job.folder / "sources.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["source", "licence"])
        writer.writerows([guarded(row["source"]), guarded(row["licence"])] for row in job.about()["sources"])
    return path


def _kind(path: Path) -> str:
    """Return what kind of file of the package a path is: its own name, or the format by its suffix."""
    if path.stem in ("dictionary", "schema", "sources"):
        return path.stem
    return "unplaced" if path.name.endswith(".unplaced.csv") else path.suffix.removeprefix(".")


def _readme(job: Job, files: list[Path]) -> Path:
    """Write what a reader must know first, in Chinese, then English."""
    lines: list[str] = []
    about = job.about()
    for lang in ("zh", "en"):

        def text(key: str, lang: str = lang, **values: object) -> str:
            return language.text(f"export.{key}", lang, **values)

        city = job.town.en if lang == "en" else job.town.name
        lines += [text("readme_title", city=city, n=about["features"]), ""]
        lines += [text("readme_crs", name=about["crs"], code=job.grid.code)]
        lines += [text("shifted", name=job.grid.name)] if job.grid.is_shifted else []
        lines += ["", text("readme_files")]
        lines += [f"  {p.name}: {text(f'file_{_kind(p)}')}" for p in files]
        lines += ["", text("readme_precision")]
        lines += [f"  {v.label(lang)} ({v.code}): {v.description(lang)}" for v in schema.values("precision").values()]
        lines += ["", text("readme_sources")]
        lines += [f"  {row['source']}: {row['licence']}" for row in about["sources"]]
        lines += ["", text("readme_plans")]
        lines += [
            f"  {row['title']} {row['number']} {row['issuer']} {row['published']}".rstrip() for row in about["plans"]
        ]
        issues = [issue.text(lang) for issue in job.issues]
        lines += ["", text("readme_losses"), *(f"  {issue}" for issue in issues[:200])] if issues else []
        lines += ["", ""]
    path = job.folder / "README.txt"
    # With a byte order mark and line ends of Windows, so that its editor shows it.
    path.write_text("\n".join(lines), encoding="utf-8-sig", newline="\r\n")
    return path
