"""A PostgreSQL server with PostGIS that lives as long as the tests that need it, reached by a socket of its own."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg


def programs() -> Path | None:
    """Return the folder of the newest server that has PostGIS, or None."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True):
        share = Path("/usr/share/postgresql") / folder.parent.name
        if (folder / "initdb").exists() and (share / "extension" / "postgis.control").exists():
            return folder
    return None


def missing() -> str:
    """Return why there can be no server here, or the empty text."""
    if programs() is None:
        return "PostgreSQL with PostGIS is not installed (Debian: postgresql-postgis)"
    if os.getuid() == 0 and shutil.which("setpriv") is None:
        return "the server does not run as root, and there is no setpriv"
    return ""


@contextlib.contextmanager
def running() -> Iterator[str]:
    """Run a server; give the address of its database ``planmap``, with nothing in it."""
    binaries = programs()
    assert binaries is not None
    with tempfile.TemporaryDirectory(prefix="planmap-pg-") as name:
        folder, wanted = Path(name), []
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            wanted = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups", "--"]

        def call(program: str, *arguments: str) -> None:
            command = [*wanted, str(binaries / program), "-D", str(folder / "data"), *arguments]
            with (folder / f"{program}.txt").open("ab") as told:
                done = subprocess.run(command, cwd=folder, stdout=told, stderr=told, timeout=120)
            assert done.returncode == 0, (folder / f"{program}.txt").read_text(encoding="utf-8")

        call("initdb", "--username=planmap", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        call("pg_ctl", "start", "-w", "-o", f"-k {folder} -c listen_addresses= -c fsync=off")
        try:
            server = f"postgresql://planmap@/{{}}?host={folder}"
            with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE planmap")
            yield server.format("planmap")
        finally:
            call("pg_ctl", "stop", "-w", "-m", "immediate")
