"""Many processes and many cities: the bytes of one process, one at a time; what dies or fails costs itself alone."""

import contextlib
import csv
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import edition
import pipeline
import placing
import planmap
import reading
from errors import CallError, Issue, PlanmapError
from geo.place import Placer
from layers import build as layer_build
from projects import plan
from projects.archive import Archive
from projects.plan import Source

pytest.importorskip("distributed", reason="needs requirements-scale.txt")

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import cluster as scale
from cluster import Cluster, Killed

# Dask leaves a socket open where a connection failed; Python says so whenever it comes across it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")

HOME = Path(__file__).parent.parent
ADCODE = "370100"
READ_SENT = reading.read_sent


@pytest.fixture(autouse=True)
def tidied() -> Iterator[None]:
    """Let Python come across it here, not in the tests of another module."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def workers() -> Iterator[Cluster]:
    with Cluster(2) as made:
        yield made


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def pids(workers: Cluster) -> set[int]:
    return set(workers.map(process, ((n,) for n in range(12))))


def process(_number: int) -> int:
    return os.getpid()


def told(name: str) -> str | None:
    return os.environ.get(name)


def half(number: int) -> float:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number / 2


def refuse(number: int) -> int:
    raise CallError("errors.unknown_city", adcode=number)


def deadly(source: Source, sent: bytes, wanted: str) -> Any:
    if source.path.name == "deadly.txt":
        os.kill(os.getpid(), signal.SIGKILL)
    return READ_SENT(source, sent, wanted)


def named(folder: Path, count: int) -> Path:
    """Return a folder of plans that differ in what they name."""
    folder.mkdir()
    for number, sign in zip(range(count), "岚岱峄崂嵖岈崮岵峤嶂", strict=False):
        text = f"济南市{sign}山片区规划\n一、任务\n建设{sign}山文化馆、{sign}水大桥、湫水河湿地公园。\n"
        (folder / f"plan{number}.txt").write_text(text, encoding="utf-8")
    return folder


def test_the_five_plans_give_the_same_bytes_in_workers(shared_plans: Path, tmp_path: Path, workers: Cluster) -> None:
    one = pipeline.build([shared_plans], tmp_path / "one", ADCODE)
    many = pipeline.build([shared_plans], tmp_path / "many", ADCODE, cluster=workers)
    assert content(one.folder) == content(many.folder)
    assert many.issues == one.issues


def at_home(folder: Path) -> Path:
    """Return the sample plans under titles that name the city built for: else they would be left out as another's."""
    shutil.copytree(HOME / "data" / "sample", folder, ignore=shutil.ignore_patterns("gold", "README.md"))
    table = folder / "plans.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with table.open("w", encoding="utf-8", newline="") as file:
        made = csv.DictWriter(file, list(rows[0]))
        made.writeheader()
        made.writerows(row | {"title": f"济南市样本{row['id']}", "issuer": "济南市人民政府"} for row in rows)
    return folder


def test_the_sample_plans_give_the_same_bytes_in_workers(tmp_path: Path, workers: Cluster) -> None:
    samples = at_home(tmp_path / "samples")
    archive = Archive(tmp_path / "archive")
    one = pipeline.build([samples], tmp_path / "one", ADCODE, archive=archive)
    for name, kept in (("many", None), ("kept", archive)):
        many = pipeline.build([samples], tmp_path / name, ADCODE, cluster=workers, archive=kept)
        assert content(one.folder) == content(many.folder)
        assert many.issues == one.issues == ()


def test_faults_of_files_are_told_the_same_by_workers(plans: Path, tmp_path: Path, workers: Cluster) -> None:
    (plans / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    (plans / "blank.txt").write_bytes(b"")
    (plans / "broken.pdf").write_bytes(b"%PDF-1.4 nothing more")
    one = pipeline.build([plans], tmp_path / "one", ADCODE)
    many = pipeline.build([plans], tmp_path / "many", ADCODE, cluster=workers)
    assert len(one.issues) == 3
    assert many.issues == one.issues


def test_a_worker_killed_in_the_middle_costs_a_retry_and_nothing_else(tmp_path: Path, workers: Cluster) -> None:
    folder = named(tmp_path / "plans", 8)
    whole = pipeline.build([folder], tmp_path / "one", ADCODE)
    before = pids(workers)
    assert len(before) == 2
    killed = min(before)
    seen: list[int] = []

    def kill(step: str, done: int, _of: int) -> None:
        seen.append(done)
        if (step, done) == ("read", 1):
            os.kill(killed, signal.SIGKILL)

    again = pipeline.build([folder], tmp_path / "many", ADCODE, kill, cluster=workers)
    with pytest.raises(ProcessLookupError):
        os.kill(killed, 0)
    assert max(seen) == 8
    assert again.issues == whole.issues == ()
    assert content(again.folder) == content(whole.folder)
    assert killed not in pids(workers)


def test_a_plan_that_kills_every_worker_is_an_issue_and_the_others_are_done(
    tmp_path: Path, workers: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = named(tmp_path / "plans", 5)
    whole = pipeline.build([folder], tmp_path / "one", ADCODE)
    (folder / "deadly.txt").write_text("济南市规划", encoding="utf-8")
    monkeypatch.setattr(reading, "read_sent", deadly)
    archive = Archive(tmp_path / "archive")
    report = pipeline.build([folder], tmp_path / "many", ADCODE, cluster=workers, archive=archive)
    assert report.issues == (Issue("deadly.txt", "plans.killed"),)
    assert content(report.folder) == content(whole.folder)
    assert len(list((tmp_path / "archive").iterdir())) == 5


def test_results_come_in_order_and_a_fault_is_the_callers(workers: Cluster) -> None:
    results = list(workers.map(half, ((n,) for n in range(7))))
    assert [type(r) if isinstance(r, Killed) else r for r in results] == [0, 0.5, 1, Killed, 2, 2.5, 3]
    with pytest.raises(CallError) as caught:
        list(workers.map(refuse, [(7,)]))
    assert caught.value.values == {"adcode": 7}
    with pytest.raises(CallError) as caught:
        list(workers.map(len, [(7,)]))
    assert caught.value.message == "errors.cluster"


def test_workers_have_the_environment_in_which_they_are_started(
    workers: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLANMAP_CITY", "370200")  # the process of which workers are copies may be older
    with Cluster(1) as later:
        assert list(later.map(told, [("PLANMAP_CITY",)])) == ["370200"]
        assert list(later.map(told, [("PLANMAP_LANG",)])) == ["zh"]


def test_calls_are_taken_as_the_work_goes_on(workers: Cluster) -> None:
    taken: list[int] = []

    def calls() -> Iterator[tuple[int]]:
        for n in range(100):
            taken.append(n)
            yield (n,)

    results = workers.map(process, calls())
    next(results)
    assert len(taken) <= 2 * scale.AHEAD + 2
    results.close()  # type: ignore[attr-defined]


def test_a_worker_of_another_edition_refuses(plans: Path, workers: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition, "reading", lambda: "0" * 64)
    with pytest.raises(CallError) as caught:
        pipeline.build([plans], plans.parent / "layers", ADCODE, cluster=workers)
    assert caught.value.message == "errors.other_edition"
    monkeypatch.undo()
    with pytest.raises(CallError) as caught:
        placing.place(ADCODE, [], "0" * 64)
    assert caught.value.message == "errors.other_edition"


def test_the_edition_of_placing_follows_the_tables_of_the_city(tmp_path: Path, setting: Callable[..., None]) -> None:
    shutil.copytree(HOME / "data", tmp_path / "data", ignore=shutil.ignore_patterns("layers", "sample"))
    setting(data=tmp_path / "data")
    before, other = edition.placing(ADCODE), edition.placing("370200")
    with (tmp_path / "data" / "cities" / ADCODE / "places.csv").open("a", encoding="utf-8") as table:
        table.write("\n")
    assert edition.placing(ADCODE) != before
    assert edition.placing("370200") == other


def test_a_running_cluster_does_the_same(plans: Path, tmp_path: Path) -> None:
    one = pipeline.build([plans], tmp_path / "one", ADCODE)
    with running(tmp_path) as address, Cluster(scheduler=address) as joined:
        many = pipeline.build([plans], tmp_path / "many", ADCODE, cluster=joined)
        assert len(pids(joined)) == 1
    assert content(one.folder) == content(many.folder)


def test_when_the_scheduler_dies_the_call_ends_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "CONNECT_S", 5)
    with running(tmp_path) as address, Cluster(scheduler=address) as joined:
        results = joined.map(process, ((n,) for n in range(1000)))
        next(results)
        os.kill(int((tmp_path / "scheduler.pid").read_text()), signal.SIGKILL)
        with pytest.raises(CallError) as caught:
            list(results)
    assert caught.value.message == "errors.cluster"


def test_a_cluster_with_certificates_lets_only_those_in_who_have_one(plans: Path, tmp_path: Path) -> None:
    ca, cert, key = certificate(tmp_path)
    one = pipeline.build([plans], tmp_path / "one", ADCODE)
    own = {
        "DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(ca),
        "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT": str(cert),
        "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY": str(key),
    }
    tls = ["--tls-ca-file", str(ca), "--tls-cert", str(cert), "--tls-key", str(key)]
    with running(tmp_path, ["--protocol", "tls", *tls], tls) as address:
        assert address.startswith("tls://")
        call = [sys.executable, "planmap.py", "build", str(plans), "--scheduler", address, "-o", str(tmp_path / "many")]
        subprocess.run(call, cwd=HOME, env=os.environ | own, check=True, capture_output=True)
        refused = subprocess.run(call, cwd=HOME, capture_output=True, text=True)
    assert content(one.folder) == content(tmp_path / "many" / ADCODE)
    assert refused.returncode == 2
    assert "DASK_DISTRIBUTED__COMM__TLS__CA_FILE" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def certificate(folder: Path) -> tuple[Path, Path, Path]:
    """Make a certificate that signs itself, and return the files of the authority, the certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "planmap")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    own, secret = folder / "cert.pem", folder / "key.pem"
    own.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return own, own, secret


@contextlib.contextmanager
def running(folder: Path, scheduler: Sequence[str] = (), worker: Sequence[str] = ()) -> Iterator[str]:
    """Start a scheduler and a worker by their commands and further options, as docs/scale.md shows."""
    told = folder / "scheduler.json"
    command = [sys.executable, "-m", "dask"]
    options = {"cwd": HOME, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with contextlib.ExitStack() as started:
        for part in (
            [
                "scheduler",
                "--host",
                "127.0.0.1",
                "--port",
                "0",
                "--no-dashboard",
                "--scheduler-file",
                str(told),
                *scheduler,
            ],
            ["worker", "--scheduler-file", str(told), "--nthreads", "1", "--nworkers", "1", "--no-dashboard", *worker],
        ):
            one = started.enter_context(subprocess.Popen([*command, *part], **options))
            started.callback(one.terminate)
            if part[0] == "scheduler":
                (folder / "scheduler.pid").write_text(str(one.pid))
            address = ""
            while not address:
                assert one.poll() is None
                with contextlib.suppress(OSError, ValueError):  # not there yet, or not yet whole
                    address = json.loads(told.read_text())["address"]
                with contextlib.suppress(subprocess.TimeoutExpired):
                    one.wait(0.05)
        yield address


def test_without_a_scheduler_the_call_ends_and_says_so(
    plans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "CONNECT_S", 1)
    call = ["build", str(plans), "-o", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:1"]
    assert planmap.main(call) == 2
    assert "tcp://127.0.0.1:1" in capsys.readouterr().err


WITHOUT = "import sys; sys.modules['distributed'] = None; import planmap; sys.exit(planmap.main(sys.argv[1:]))"


def test_without_dask_one_process_works_and_more_are_refused_by_name(plans: Path, tmp_path: Path) -> None:
    call = [sys.executable, "-c", WITHOUT, "build", str(plans), "-o", str(tmp_path / "out")]
    assert subprocess.run(call, cwd=HOME, capture_output=True).returncode == 0
    refused = subprocess.run([*call, "--workers", "2"], cwd=HOME, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "requirements-scale.txt" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_what_was_read_is_not_read_again(plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(reading, "read", lambda source, own=reading.read: read.append(source.path.name) or own(source))
    kept = tmp_path / "archive"

    def built(archive: Archive) -> dict[str, bytes]:
        read.clear()
        return content(pipeline.build([plans], tmp_path / "layers", ADCODE, archive=archive).folder)

    first = built(Archive(kept))
    assert read == ["first.txt", "second.txt"]
    assert built(Archive(kept)) == first
    assert read == []
    assert built(Archive(kept, fresh=True)) == first
    assert read == ["first.txt", "second.txt"]
    table = plans / "plans.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("ecology,", "green,"), encoding="utf-8")
    assert built(Archive(kept)) != first
    assert read == ["second.txt"]
    with (plans / "first.txt").open("a", encoding="utf-8") as file:
        file.write("建设岚山文化馆。\n")
    built(Archive(kept))
    assert read == ["first.txt"]
    monkeypatch.setattr(edition, "reading", lambda: "0" * 64)
    built(Archive(kept))
    assert read == ["first.txt", "second.txt"]


def test_a_build_that_was_stopped_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = named(tmp_path / "plans", 4)
    archive = Archive(tmp_path / "archive")

    def stop(step: str, done: int, _of: int) -> None:
        if (step, done) == ("read", 3):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.build([folder], tmp_path / "layers", ADCODE, stop, archive=archive)
    read: list[str] = []
    monkeypatch.setattr(reading, "read", lambda source, own=reading.read: read.append(source.path.name) or own(source))
    assert pipeline.build([folder], tmp_path / "layers", ADCODE, archive=archive).plans == 4
    assert read == ["plan3.txt"]


def test_plans_are_read_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources, _ = plan.sources([named(tmp_path / "plans", 3)])
    read: list[str] = []
    monkeypatch.setattr(reading, "read", lambda source, own=reading.read: read.append(source.path.name) or own(source))
    results = reading.told(sources, lambda done: None)
    next(results)
    assert read == ["plan0.txt"]


def test_a_plan_on_which_reading_fails_is_an_issue(
    plans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(source: Source, own: Callable[[Source], Any] = Source.documents) -> Any:
        if source.path.name == "second.txt":
            raise RecursionError("too deep")
        return own(source)

    monkeypatch.setattr(Source, "documents", fail)
    report = pipeline.build([plans], tmp_path / "layers", ADCODE)
    assert report.plans == 1
    assert [(i.where, i.message) for i in report.issues] == [("second.txt", "plans.failed")]
    assert "too deep" in report.issues[0].text("en")


def cities(folder: Path) -> Path:
    for adcode, name in (("370100", "济南市"), ("370200", "青岛市"), ("370300", "淄博市")):
        (folder / adcode).mkdir(parents=True)
        text = f"{name}云岫片区规划\n一、任务\n建设云岫文化馆、阜台科技产业园。\n"
        (folder / adcode / "plan.txt").write_text(text, encoding="utf-8")
    (folder / "370300" / "plan.txt").write_bytes(b"")
    (folder / "notes").mkdir()
    (folder / "123456").mkdir()
    return folder


@pytest.mark.parametrize("spread", [False, True])
def test_cities_are_built_each_as_by_itself_and_one_fault_stops_no_other(
    tmp_path: Path, workers: Cluster, spread: bool
) -> None:
    folder = cities(tmp_path / "country")
    found = {
        place.adcode: result
        for place, result in pipeline.build_cities(
            folder, tmp_path / "out", stores=lambda adcode: str(tmp_path / f"{adcode}.gpkg"),
            cluster=workers if spread else None,
        )
    }  # fmt: skip
    assert list(found) == ["370100", "370200", "370300"]
    assert getattr(found["370300"], "message", "") == "files.empty"
    for adcode in ("370100", "370200"):
        alone = pipeline.build([folder / adcode], tmp_path / "alone", adcode)
        assert content(tmp_path / "out" / adcode) == content(alone.folder)
        assert (tmp_path / f"{adcode}.gpkg").is_file()
    with pytest.raises(CallError):
        list(pipeline.build_cities(folder / "notes", tmp_path / "out"))


def test_an_error_of_the_program_in_one_city_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load = Placer.load

    def fail(adcode: str) -> Placer:
        if adcode == "370100":
            raise AttributeError("no coords")
        return load(adcode)

    monkeypatch.setattr(Placer, "load", fail)
    found = dict(pipeline.build_cities(cities(tmp_path / "country"), tmp_path / "out"))
    told = {
        place.adcode: result.text("en") if isinstance(result, PlanmapError) else "" for place, result in found.items()
    }
    assert told["370100"].startswith(
        "The program failed, and this city was not built: AttributeError: no coords (test_"
    )
    assert told["370200"] == ""


def test_the_command_tells_a_line_for_each_city(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = cities(tmp_path / "country")
    call = ["build", str(folder), "--cities", "-o", str(tmp_path / "out")]
    assert planmap.main(call) == 1
    said = capsys.readouterr()
    assert [line[:6] for line in said.out.splitlines()] == ["370100", "370200"]
    assert "370300" in said.err
    shutil.rmtree(folder / "370300")
    assert planmap.main([*call, "--json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(r["city"], r["plans"]) for r in records] == [("370100", 1), ("370200", 1)]
    assert len(layer_build.read(tmp_path / "out" / "370200").frame) == records[1]["features"]
    for wrong in (["--city", "370100"], ["--store", str(tmp_path / "one.gpkg")], [str(folder)], ["--workers", "0"]):
        with contextlib.suppress(SystemExit) as _:
            assert planmap.main([*call, *wrong]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
