import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import psycopg
import pytest
from psycopg import conninfo

from city import City
from errors import CallError, DataError
from layers import build, store
from layers.review import Review
from layers.services.source import Source
from layers.stores import postgis
from layers.stores.postgis import PostGISStore
from pages.map import reviews
from projects.plan import Plan


@pytest.fixture
def kept(frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], database: str) -> PostGISStore:
    made = PostGISStore(database)
    made.save(frame, plans)
    return made


def ask(address: str, query: str) -> list[tuple]:
    with psycopg.connect(address) as connection:
        found = connection.execute(query)  # type: ignore[arg-type]
        return found.fetchall() if found.description else []


def somebody(address: str, role: str) -> PostGISStore:
    """Return the store as someone in a role sees it."""
    name = f"test_{role}"
    ask(address, f"DROP ROLE IF EXISTS {name}")
    ask(address, f"CREATE ROLE {name} LOGIN IN ROLE {role}")
    return PostGISStore(conninfo.make_conninfo(address, user=name))


@pytest.fixture
def roles(kept: PostGISStore, database: str) -> None:
    statements = (postgis.SQL / "roles.sql").read_text(encoding="utf-8")
    for _ in range(2):  # again after an update
        ask(database, statements)


def test_geometry_and_names_are_found_by_their_indexes(kept: PostGISStore, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("SET LOCAL enable_seqscan = off")
        for where, index in (
            ("geom && ST_MakeEnvelope(116, 36, 117.5, 37, 4326)", "features_geom"),
            ("name LIKE '%大学城%'", "features_name"),
        ):
            query = f"EXPLAIN (FORMAT JSON) SELECT id FROM planmap.features WHERE {where}"  # noqa: S608
            [(told,)] = connection.execute(query).fetchall()  # type: ignore[arg-type]
            assert index in json.dumps(told)
    near = "SELECT name FROM planmap.features WHERE ST_Covers(geom, ST_SetSRID(ST_MakePoint(117.05, 36.65), 4326))"
    assert ("长清大学城",) in ask(database, near)
    # Words of Chinese have trigrams: the database is not of the C locale.
    assert ask(database, "SELECT name FROM planmap.features WHERE name % '长清大学成'") == [("长清大学城",)]


def test_readers_may_read_and_no_more(kept: PostGISStore, roles: None, frame: gpd.GeoDataFrame, database: str) -> None:
    reader = somebody(database, "planmap_reader")
    assert len(reader.load().frame) == len(frame) and reader.version() == kept.version()
    with pytest.raises(CallError, match="permission denied") as error:
        reader.record(Review(feature=str(frame["id"][0]), state="confirmed", reviewer="甲"), seen=0)
    assert error.value.message == "layers.store_unusable"
    with pytest.raises(CallError):
        reader.save(frame, ())


def test_reviewers_may_add_reviews_and_nothing_else(
    kept: PostGISStore, roles: None, frame: gpd.GeoDataFrame, database: str
) -> None:
    reviewer, it = somebody(database, "planmap_reviewer"), str(frame["id"][0])
    reviewer.record(Review(feature=it, state="confirmed", reviewer="甲"), seen=0)
    assert reviewer.undo(it, "甲", seen=1).revision == 2
    with pytest.raises(CallError, match="permission denied"):
        reviewer.save(frame, ())
    with reviewer.reviewing() as ledger:
        for statement in ("DELETE FROM planmap.review_history", "UPDATE planmap.review_history SET reviewer = '乙'"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), ledger.connection.transaction():
                ledger.connection.execute(statement)  # type: ignore[call-overload]
    assert [found.reviewer for found in kept.history(it)] == ["甲", "甲"]


def test_build_holds_up_neither_readers_nor_reviewers(
    kept: PostGISStore, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...]
) -> None:
    it = str(frame["id"][0])

    def slow():  # asked for when the features are already replaced, and not yet to be seen
        assert len(kept.built()[0]) == len(frame)
        kept.record(Review(feature=it, state="confirmed", reviewer="甲"), seen=0)
        yield from plans

    kept.save(frame.iloc[:2], slow())  # type: ignore[arg-type]
    assert len(kept.built()[0]) == 2 and kept.reviews()[it].reviewer == "甲"


def test_wait_for_another_build_ends(
    kept: PostGISStore, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgis, "PATIENCE_S", 0.1)

    def held():
        with pytest.raises(CallError, match="lock timeout"):
            kept.save(frame.iloc[:1], plans)
        yield from plans

    kept.save(frame, held())  # type: ignore[arg-type]
    assert len(kept.built()[0]) == len(frame)


def test_connection_lost_in_the_middle_of_a_build_leaves_the_old_features(
    kept: PostGISStore, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...], database: str
) -> None:
    def cut():
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'planmap'"
        assert ask(database, others) == [(True,)]
        yield from plans

    with pytest.raises(CallError) as error:
        kept.save(frame.iloc[:1], cut())  # type: ignore[arg-type]
    assert error.value.message == "layers.store_unusable"
    assert len(kept.built()[0]) == len(frame) and kept.built()[1] == plans


def test_two_first_builds_at_once_make_one_store(
    database: str, frame: gpd.GeoDataFrame, plans: tuple[Plan, ...]
) -> None:
    gate, faults = threading.Barrier(3), []

    def first() -> None:
        gate.wait()
        try:
            PostGISStore(database).save(frame, plans)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=first) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert ask(database, "SELECT value FROM planmap.counters WHERE name = 'builds'") == [(3,)]


def test_migrations_are_numbered_without_gaps() -> None:
    assert list(postgis._migrations()) == list(range(1, len(postgis._migrations()) + 1))


def test_build_brings_a_store_of_an_earlier_version_up_and_keeps_its_reviews(
    kept: PostGISStore,
    frame: gpd.GeoDataFrame,
    plans: tuple[Plan, ...],
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    it, known = str(frame["id"][0]), postgis._migrations()
    kept.record(Review(feature=it, state="confirmed", reviewer="甲"), seen=0)
    step = tmp_path / "step.sql"
    step.write_text("ALTER TABLE planmap.plans ADD COLUMN pages integer;", encoding="utf-8")
    later = {**known, len(known) + 1: step}
    monkeypatch.setattr(postgis, "_migrations", lambda: later)
    for do in (kept.reviews, lambda: kept.undo(it, "乙", seen=1)):
        with pytest.raises(CallError, match=r"planmap\.py build"):
            do()
    kept.save(frame, plans)
    assert kept.reviews()[it].reviewer == "甲"
    assert ask(database, "SELECT pages FROM planmap.plans LIMIT 1") == [(None,)]
    # The program of before leaves the newer store alone.
    monkeypatch.setattr(postgis, "_migrations", lambda: known)
    for do in (kept.built, lambda: kept.save(frame, plans), lambda: kept.undo(it, "乙", seen=1)):
        with pytest.raises(DataError) as error:
            do()
        assert error.value.message == "layers.later_version"


def test_schema_of_someone_else_is_told_and_left_as_it_is(database: str, frame: gpd.GeoDataFrame) -> None:
    ask(database, "CREATE SCHEMA planmap")
    ask(database, "CREATE TABLE planmap.mine (x integer)")
    with pytest.raises(CallError) as error:
        PostGISStore(database).save(frame, ())
    assert error.value.message == "layers.foreign_store"
    tables = "SELECT relname FROM pg_class WHERE relnamespace = 'planmap'::regnamespace"
    assert ask(database, tables) == [("mine",)]


def test_server_that_is_not_there_is_told_without_the_password() -> None:
    with pytest.raises(CallError) as error:
        store.open("postgresql://user:secret@127.0.0.1:1/x?connect_timeout=2").load()
    assert error.value.message == "layers.store_unusable"
    assert "secret" not in str(error.value) and "127.0.0.1:1/x" in str(error.value)


def test_without_psycopg_the_file_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "layers.stores.postgis")
    with pytest.raises(CallError, match=r"requirements-postgis\.txt"):
        store.open("postgresql://host/x")


def test_page_and_service_show_the_reviews_of_a_database(
    database: str,
    frame: gpd.GeoDataFrame,
    plans: tuple[Plan, ...],
    town: City,
    tmp_path: Path,
    setting: Callable[..., None],
) -> None:
    folder, it = tmp_path / "layers" / town.adcode, str(frame["id"][0])
    build.write(frame, plans, town, folder)
    served = Source(folder, database, town)
    assert reviews.version(database) == "" and set(served.index().frame["review"]) == {"unreviewed"}
    reviews.prepared(database, build.read(folder)).record(Review(feature=it, state="confirmed", reviewer="甲"), seen=0)
    assert reviews.latest(database)[it].reviewer == "甲" and len(reviews.history(database, it)) == 1
    assert served.index().frame.set_index("id").loc[it, "review"] == "confirmed"
