"""The store in a PostGIS database, for many people and machines at once.

Everything is in the schema ``planmap`` of the database, which numbered migrations under ``sql/`` make and bring up.
Each call is one transaction on a connection of its own, and every wait has an end.
"""

import contextlib
import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import psycopg
import shapely
from psycopg import IsolationLevel, conninfo, errors, sql

from errors import CallError, DataError
from layers import build, schema
from layers.review import Review
from layers.store import PATIENCE_S, PLAN, REVIEW, Contents, Entry, Store
from projects.plan import Plan

SQL = Path(__file__).parent / "sql"
# How long one statement may take, in seconds: loading a country, and everything else.
LOAD_S, STATEMENT_S = 1800, 60
CONNECT_S, ATTEMPTS = 10, 2
# What the address may say otherwise. A server that went away is noticed within half a minute.
_CONNECTION: dict[str, str | int | None] = {
    "connect_timeout": CONNECT_S, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3,
    "tcp_user_timeout": 30_000, "application_name": "planmap",
}  # fmt: skip
# Any constant: who migrates the schema holds the advisory lock of this number.
_MIGRATING = 0x706C616E

_Connection = psycopg.Connection[tuple[Any, ...]]


def _columns(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def _marks(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join([sql.Placeholder()] * len(names))


_TIME = sql.SQL("to_char(reviewed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
_TOLD = sql.SQL(", ").join(_TIME if name == "reviewed_at" else sql.Identifier(name) for name in REVIEW)


class PostGISStore(Store):
    """A store in a PostGIS database.

    Parameters
    ----------
    address
        ``postgresql://user:password@host:port/database?…``, as libpq understands it; what it leaves out comes from
        the ``PG…`` environment and the password file.

    Raises
    ------
    CallError
        The address cannot be understood.
    """

    def __init__(self, address: str) -> None:
        try:
            given = conninfo.conninfo_to_dict(address)
        except psycopg.ProgrammingError:
            raise CallError("layers.unknown_store", address="postgresql://…") from None
        self._address = conninfo.make_conninfo("", **{**_CONNECTION, **given, "client_encoding": "UTF8"})
        port = f":{given['port']}" if given.get("port") else ""
        # What people are told: no user, no password.
        self.place = f"postgresql://{given.get('host') or ''}{port}/{given.get('dbname') or ''}"

    def save(self, frame: gpd.GeoDataFrame, plans: Sequence[Plan]) -> None:
        """See :meth:`Store.save`."""
        with self._connected(IsolationLevel.READ_COMMITTED, LOAD_S) as connection:
            self._migrate(connection)
            self._replace(connection, frame, plans)

    def built(self) -> tuple[gpd.GeoDataFrame, tuple[Plan, ...]]:
        """See :meth:`Store.built`."""
        with self._reading() as connection:
            return self._built(connection)

    def contents(self) -> Contents:
        """See :meth:`Store.contents`."""
        every = sql.SQL("SELECT {}, content FROM planmap.review_history ORDER BY feature, revision").format(_TOLD)
        with self._reading() as connection:
            entries = tuple((_review(row[:-1]), row[-1]) for row in connection.execute(every))
            return Contents(*self._built(connection), entries)

    def refill(self, contents: Contents) -> None:
        """See :meth:`Store.refill`."""
        with self._connected(IsolationLevel.READ_COMMITTED, LOAD_S) as connection:
            self._migrate(connection)
            connection.execute("UPDATE planmap.counters SET value = value + 1 WHERE name = 'reviews'")
            if connection.execute("SELECT 1 FROM planmap.review_history LIMIT 1").fetchone():
                raise CallError("layers.store_taken", path=self.place)
            self._replace(connection, contents.frame, contents.plans)
            ledger = _Ledger(connection)
            for entry in contents.entries:
                ledger.append(entry)

    def _replace(self, connection: _Connection, frame: gpd.GeoDataFrame, plans: Sequence[Plan]) -> None:
        names = list(schema.BUILT)
        kinds = [schema.field(name).type for name in names]
        columns = [_encoded(kind, build.plain(kind, frame[name])) for name, kind in zip(names, kinds, strict=True)]
        wkb = shapely.to_wkb(shapely.set_srid(frame.geometry.to_numpy(), 4326), hex=True, include_srid=True)
        # First of all: another build waits for this row.
        connection.execute("UPDATE planmap.counters SET value = value + 1 WHERE name = 'builds'")
        connection.execute("DELETE FROM planmap.features")
        into = sql.SQL("COPY planmap.features (fid, geom, {}) FROM STDIN").format(_columns(names))
        with connection.cursor() as cursor, cursor.copy(into) as copy:
            for row in zip(range(1, len(frame) + 1), wkb, *columns, strict=True):
                copy.write_row(row)
        connection.execute("DELETE FROM planmap.plans")
        into = sql.SQL("COPY planmap.plans (position, {}) FROM STDIN").format(_columns(PLAN))
        with connection.cursor() as cursor, cursor.copy(into) as copy:
            for position, plan in enumerate(plans):
                copy.write_row((position, *(getattr(plan, name) for name in PLAN)))
        connection.execute("ANALYZE planmap.features")

    def _built(self, connection: _Connection) -> tuple[gpd.GeoDataFrame, tuple[Plan, ...]]:
        names = list(schema.BUILT)
        features = sql.SQL("SELECT ST_AsBinary(geom), {} FROM planmap.features ORDER BY fid").format(_columns(names))
        rows = connection.execute(features, binary=True).fetchall()
        documents = sql.SQL("SELECT {} FROM planmap.plans ORDER BY position").format(_columns(PLAN))
        plans = tuple(Plan(**dict(zip(PLAN, row, strict=True))) for row in connection.execute(documents))
        wkb, *columns = zip(*rows, strict=True) if rows else [()] * (len(names) + 1)
        values = dict(zip(names, columns, strict=True))
        return build.from_columns(values, shapely.from_wkb(np.array(wkb, dtype=object))), plans

    def builds(self) -> str:
        """See :meth:`Store.builds`."""
        return self.version().partition(".")[0]

    def ids(self) -> set[str]:
        """See :meth:`Store.ids`."""
        if not self.version():
            return set()
        with self._reading() as connection:
            return {key for (key,) in connection.execute("SELECT id FROM planmap.features")}

    def reviews(self) -> dict[str, Review]:
        """See :meth:`Store.reviews`."""
        with self._reading() as connection:
            rows = connection.execute(sql.SQL("SELECT {} FROM planmap.reviews ORDER BY feature").format(_TOLD))
            return {row[0]: _review(row) for row in rows}

    def history(self, feature: str) -> tuple[Review, ...]:
        """See :meth:`Store.history`."""
        with self._reading() as connection:
            return tuple(found for found, _ in _Ledger(connection).past(feature))

    def version(self) -> str:
        """See :meth:`Store.version`."""
        try:
            with self._reading() as connection:
                rows = connection.execute("SELECT value FROM planmap.counters ORDER BY name").fetchall()
        except CallError as error:
            if error.message != "layers.no_store":
                raise
            return ""
        return ".".join(str(value) for (value,) in rows)

    @contextlib.contextmanager
    def reviewing(self) -> Iterator["_Ledger"]:
        """See :meth:`Store.reviewing`."""
        with self._connected(IsolationLevel.READ_COMMITTED) as connection:
            self._check(connection)
            # First of all: other reviewers wait for this row, and then see what was kept here.
            connection.execute("UPDATE planmap.counters SET value = value + 1 WHERE name = 'reviews'")
            yield _Ledger(connection)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[_Connection]:
        # Features, plans and reviews of one moment.
        with self._connected(IsolationLevel.REPEATABLE_READ, read_only=True) as connection:
            self._check(connection)
            yield connection

    @contextlib.contextmanager
    def _connected(
        self, level: IsolationLevel, limit_s: int = STATEMENT_S, *, read_only: bool = False
    ) -> Iterator[_Connection]:
        """Open a connection for one transaction that is kept whole or not at all."""
        try:
            with self._connect() as connection:
                connection.isolation_level, connection.read_only = level, read_only
                connection.prepare_threshold = None  # a pooler between may give each transaction another server
                connection.execute(
                    "SELECT set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true)",
                    (f"{limit_s}s", f"{PATIENCE_S * 1000:.0f}ms"),
                )
                yield connection
        except (errors.UndefinedTable, errors.InvalidSchemaName):
            raise CallError("layers.no_store", path=self.place) from None
        except (psycopg.OperationalError, errors.InsufficientPrivilege, errors.ReadOnlySqlTransaction) as error:
            raise CallError("layers.store_unusable", path=self.place, why=_why(error)) from None
        except psycopg.Error as error:
            raise DataError("layers.store_fault", path=self.place, why=_why(error)) from None

    def _connect(self) -> _Connection:
        for _ in range(ATTEMPTS - 1):
            with contextlib.suppress(psycopg.OperationalError):
                return psycopg.connect(self._address)
        return psycopg.connect(self._address)

    def _migrate(self, connection: _Connection) -> None:
        """Make the schema, or bring it up to what this program knows."""
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATING,))
        found = "SELECT to_regnamespace('planmap'), to_regclass('planmap.migrations')"
        [(namespace, ledger)] = connection.execute(found).fetchall()
        done = 0
        if namespace is None:
            connection.execute("CREATE SCHEMA planmap")
        elif ledger is not None:
            done = self._number(connection)
        elif connection.execute("SELECT 1 FROM pg_class WHERE relnamespace = 'planmap'::regnamespace").fetchone():
            raise CallError("layers.foreign_store", path=self.place)
        for number, path in _migrations().items():
            if number > done:
                connection.execute(path.read_bytes())
                connection.execute("INSERT INTO planmap.migrations (number) VALUES (%s)", (number,))

    def _number(self, connection: _Connection) -> int:
        """Return the last migration that the schema has had."""
        [(number,)] = connection.execute("SELECT coalesce(max(number), 0) FROM planmap.migrations").fetchall()
        if number > max(_migrations()):
            raise DataError("layers.later_version", path=self.place, version=number, known=max(_migrations()))
        return int(number)

    def _check(self, connection: _Connection) -> None:
        if self._number(connection) < max(_migrations()):
            raise CallError("layers.earlier_store", path=self.place)


class _Ledger:
    """The reviews of a database; see :class:`layers.store.Ledger`."""

    def __init__(self, connection: _Connection) -> None:
        self.connection = connection

    def past(self, feature: str) -> list[Entry]:
        rows = self.connection.execute(
            sql.SQL("SELECT {}, content FROM planmap.review_history WHERE feature = %s ORDER BY revision").format(
                _TOLD
            ),
            (feature,),
        )
        return [(_review(row[:-1]), row[-1]) for row in rows]

    def name(self, feature: str) -> str | None:
        row = self.connection.execute("SELECT name FROM planmap.features WHERE id = %s", (feature,)).fetchone()
        return row[0] if row else None

    def append(self, entry: Entry) -> None:
        kept, content = entry
        changes = json.dumps(dict(kept.changes), ensure_ascii=False)
        values = [changes if name == "changes" else getattr(kept, name) for name in REVIEW]
        names = (*REVIEW, "content")
        into = sql.SQL("INSERT INTO planmap.review_history ({}) VALUES ({})").format(_columns(names), _marks(names))
        self.connection.execute(into, (*values, content))


@cache
def _migrations() -> dict[int, Path]:
    """Return the migrations by number, in order."""
    return {int(path.name[:4]): path for path in sorted(SQL.glob("[0-9][0-9][0-9][0-9]_*.sql"))}


def _review(row: Sequence[Any]) -> Review:
    return Review(**dict(zip(REVIEW, row, strict=True)))


def _encoded(kind: str, values: list[Any]) -> list[Any]:
    """Return values of a type of :data:`layers.schema.TYPES` as COPY takes them."""
    if kind not in ("mentions", "extent"):
        return values
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return [None if value is None else encode(value) for value in values]


def _why(error: psycopg.Error) -> str:
    """Return what the server says, in one line; it never says the password."""
    return error.diag.message_primary or next(iter(str(error).strip().splitlines()), type(error).__name__)
