"""The store in a GeoPackage, a SQLite database that QGIS opens.

It is written in WAL mode, so that readers never wait for a writer; each call opens and closes a connection of its
own, so that after the last one the file stands alone, without ``-wal`` and ``-shm`` beside it. WAL needs a local
disk: not a network drive.
"""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, replace
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

import whole
from errors import CallError, DataError
from layers import build, geopackage, schema
from layers.review import Review
from layers.store import PATIENCE_S, PLAN, REVIEW, Contents, Entry, Store
from projects.plan import Plan

FORMAT = 1

# What SQLite says of a path that cannot be opened or written, or of a full disk: no fault of the data.
_UNWRITABLE = (
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR
)  # fmt: skip
_SQL = {"number": "REAL", "integer": "INTEGER", "boolean": "BOOLEAN"}
_AS_JSON = ("strings", "mentions", "extent")


class GeoPackageStore(Store):
    """A store in a GeoPackage.

    Parameters
    ----------
    path
        The file; it and its folder are made when they are not there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def save(self, frame: gpd.GeoDataFrame, plans: Sequence[Plan]) -> None:
        """See :meth:`Store.save`."""
        with self._writing() as connection:
            self._replace(connection, frame, plans)

    def _replace(self, connection: sqlite3.Connection, frame: gpd.GeoDataFrame, plans: Sequence[Plan]) -> None:
        names = list(schema.BUILT)
        columns = [_encoded(schema.field(name).type, frame[name]) for name in names]
        rows = zip(geopackage.encode(frame.geometry.to_numpy()), *columns, strict=True)
        connection.execute("DELETE FROM features")
        marks = ", ".join("?" * (len(names) + 1))
        connection.executemany(f"INSERT INTO features (geom, {', '.join(names)}) VALUES ({marks})", rows)  # noqa: S608
        connection.execute("DELETE FROM plans")
        marks = ", ".join("?" * len(PLAN))
        connection.executemany(
            f"INSERT INTO plans ({', '.join(PLAN)}) VALUES ({marks})",  # noqa: S608
            [tuple(getattr(plan, name) for name in PLAN) for plan in plans],
        )
        bounds = [None if b != b else float(b) for b in frame.total_bounds]
        connection.execute(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?, "
            "last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE table_name = 'features'",
            bounds,
        )
        connection.execute("UPDATE planmap SET value = value + 1 WHERE key = 'builds'")

    def built(self) -> tuple[gpd.GeoDataFrame, tuple[Plan, ...]]:
        """See :meth:`Store.built`."""
        with self._reading() as connection:
            return self._built(connection)

    def contents(self) -> Contents:
        """See :meth:`Store.contents`."""
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {', '.join(REVIEW)}, content FROM review_history ORDER BY seq")  # noqa: S608
            entries = tuple((_review(row[:-1]), row[-1]) for row in rows)
            return Contents(*self._built(connection), entries)

    def refill(self, contents: Contents) -> None:
        """See :meth:`Store.refill`."""
        with self._writing() as connection:
            if connection.execute("SELECT 1 FROM review_history").fetchone():
                raise CallError("layers.store_taken", path=str(self.path))
            self._replace(connection, contents.frame, contents.plans)
            ledger = _Ledger(connection)
            for entry in contents.entries:
                ledger.append(entry)

    def _built(self, connection: sqlite3.Connection) -> tuple[gpd.GeoDataFrame, tuple[Plan, ...]]:
        names = list(schema.BUILT)
        rows = connection.execute(f"SELECT geom, {', '.join(names)} FROM features ORDER BY fid").fetchall()  # noqa: S608
        plans = connection.execute(f"SELECT {', '.join(PLAN)} FROM plans ORDER BY rowid").fetchall()  # noqa: S608
        blobs, *columns = zip(*rows, strict=True) if rows else [()] * (len(names) + 1)
        try:
            values = {n: _decoded(schema.field(n).type, v) for n, v in zip(names, columns, strict=True)}
            frame = build.from_columns(values, geopackage.decode(blobs))
        except (ValueError, TypeError, KeyError) as error:
            raise DataError("layers.damaged", path=str(self.path), why=error) from None
        return frame, tuple(Plan(**dict(zip(PLAN, row, strict=True))) for row in plans)

    def builds(self) -> str:
        """See :meth:`Store.builds`."""
        return self.version().partition(".")[0]

    def ids(self) -> set[str]:
        """See :meth:`Store.ids`."""
        if not self.path.is_file():
            return set()
        with self._reading() as connection:
            return {key for (key,) in connection.execute("SELECT id FROM features")}

    def reviews(self) -> dict[str, Review]:
        """See :meth:`Store.reviews`."""
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {', '.join(REVIEW)} FROM reviews ORDER BY feature").fetchall()  # noqa: S608
        return {row[0]: _review(row) for row in rows}

    def history(self, feature: str) -> tuple[Review, ...]:
        """See :meth:`Store.history`."""
        with self._reading() as connection:
            return tuple(found for found, _ in _Ledger(connection).past(feature))

    def version(self) -> str:
        """See :meth:`Store.version`."""
        if not self.path.is_file():
            return ""
        with self._reading() as connection:
            [(builds,)] = connection.execute("SELECT value FROM planmap WHERE key = 'builds'").fetchall()
            [(last,)] = connection.execute("SELECT coalesce(max(seq), 0) FROM review_history").fetchall()
        return f"{builds}.{last}"

    @contextlib.contextmanager
    def reviewing(self) -> Iterator["_Ledger"]:
        """See :meth:`Store.reviewing`."""
        with self._writing() as connection:
            yield _Ledger(connection)

    def copy(self, path: Path) -> None:
        """Write a copy of the store as one closed file, also while others work in it."""
        try:
            with (
                whole.writing(path) as part,
                self._reading() as source,
                contextlib.closing(sqlite3.connect(part)) as target,
            ):
                source.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
        except OSError as error:
            raise CallError("layers.unwritable", path=str(path), why=error) from None

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if not self.path.is_file():
            raise CallError("layers.no_store", path=str(self.path))
        with self._connected(self._readable) as connection:
            connection.execute("BEGIN")
            yield connection
            connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Open the store for one transaction that is kept whole or not at all."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CallError("layers.unwritable", path=str(self.path), why=error) from None
        with _turn(self.path), self._connected() as connection:
            # Before anything changes: the file may be someone's own.
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            if tables and "planmap" not in tables:
                raise CallError("layers.foreign_store", path=str(self.path))
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            try:
                if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'planmap'").fetchone():
                    _create(connection)
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=PATIENCE_S, isolation_level=None)

    def _readable(self) -> sqlite3.Connection:
        """Open the store to read, also on a full or read-only disk, where ``-wal`` and ``-shm`` cannot be made."""
        connection = self._open()
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            connection.close()
            log = self.path.with_name(f"{self.path.name}-wal")
            # With something in the log the file is not all there is.
            if error.sqlite_errorcode & 0xFF not in _UNWRITABLE or (log.exists() and log.stat().st_size):
                raise
            address = f"{self.path.absolute().as_uri()}?immutable=1"
            return sqlite3.connect(address, uri=True, isolation_level=None)
        return connection

    @contextlib.contextmanager
    def _connected(self, opened: Callable[[], sqlite3.Connection] | None = None) -> Iterator[sqlite3.Connection]:
        connection = None
        try:
            connection = (opened or self._open)()
            connection.execute("PRAGMA synchronous = FULL")
            yield connection
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNWRITABLE:
                raise CallError("layers.store_unusable", path=str(self.path), why=error) from None
            raise DataError("layers.store_fault", path=str(self.path), why=error) from None
        finally:
            if connection is not None:
                connection.close()


@cache
def _turn(path: Path) -> threading.Lock:  # noqa: ARG001 (the path is the key)
    """Return the queue of this process's writers: SQLite lets them ask again and again, and the unlucky give up."""
    return threading.Lock()


def _create(connection: sqlite3.Connection) -> None:
    geopackage.create(connection)
    built = [f for f in schema.FIELDS if f.group != "review"]
    columns = ", ".join(f"{f.name} {_SQL.get(f.type, 'TEXT')}" for f in built)
    connection.execute(f"CREATE TABLE features (fid INTEGER PRIMARY KEY, geom GEOMETRY, {columns}, UNIQUE (id))")
    years = ("from_year", "to_year")
    columns = ", ".join(f"{name} {'INTEGER' if name in years else 'TEXT'}" for name in PLAN if name != "id")
    connection.execute(f"CREATE TABLE plans (id TEXT PRIMARY KEY, {columns})")
    columns = "state TEXT, reviewer TEXT, reviewed_at TEXT, note TEXT, changes TEXT, revision INTEGER, name TEXT"
    connection.execute(f"CREATE TABLE reviews (feature TEXT PRIMARY KEY, {columns})")
    connection.execute(
        f"CREATE TABLE review_history (seq INTEGER PRIMARY KEY AUTOINCREMENT, feature TEXT, {columns}, content INTEGER,"
        " UNIQUE (feature, revision))"
    )
    connection.execute("CREATE TABLE planmap (key TEXT PRIMARY KEY, value)")
    connection.execute("INSERT INTO planmap VALUES ('format', ?), ('builds', 0)", (FORMAT,))
    geopackage.register(connection, "features", spatial=True)
    for table in ("plans", "reviews", "review_history", "planmap"):
        geopackage.register(connection, table, spatial=False)


class _Ledger:
    """The reviews of a GeoPackage; see :class:`layers.store.Ledger`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def past(self, feature: str) -> list[Entry]:
        rows = self.connection.execute(
            f"SELECT {', '.join(REVIEW)}, content FROM review_history WHERE feature = ? ORDER BY seq",  # noqa: S608
            (feature,),
        )
        return [(_review(row[:-1]), row[-1]) for row in rows]

    def name(self, feature: str) -> str | None:
        row = self.connection.execute("SELECT name FROM features WHERE id = ?", (feature,)).fetchone()
        return row[0] if row else None

    def append(self, entry: Entry) -> None:
        kept, content = entry
        changes = json.dumps(dict(kept.changes), ensure_ascii=False)
        values = astuple(replace(kept, changes={}))
        values = tuple(changes if name == "changes" else v for name, v in zip(REVIEW, values, strict=True))
        columns, marks = ", ".join(REVIEW), ", ".join("?" * len(REVIEW))
        self.connection.execute(f"INSERT OR REPLACE INTO reviews ({columns}) VALUES ({marks})", values)  # noqa: S608
        self.connection.execute(
            f"INSERT INTO review_history ({columns}, content) VALUES ({marks}, ?)",  # noqa: S608
            (*values, content),
        )


def _review(row: Sequence[Any]) -> Review:
    values = dict(zip(REVIEW, row, strict=True))
    return Review(**{**values, "changes": json.loads(values["changes"])})


def _encoded(kind: str, column: pd.Series) -> list[Any]:
    values = build.plain(kind, column)
    if kind not in _AS_JSON:
        return values
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return [None if v is None else encode(v) if v else "[]" for v in values]


def _decoded(kind: str, column: Sequence[Any]) -> Sequence[Any]:
    if kind not in _AS_JSON:
        return column
    decode = json.JSONDecoder().decode
    return [None if text is None else decode(text) if text != "[]" else () for text in column]
