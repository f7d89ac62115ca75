import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import pytest

import city
from geo import datum, online, services
from geo.online import Online
from geo.place import Placer
from geo.services import QuotaError

TOWN = city.load("370100")
LON, LAT = 116.9, 36.66


class Server:
    """A local server that answers what it is told to, in turn, the last for ever."""

    def __init__(self):
        self.answers, self.asked = [(200, b"{}")], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(parse_qs(urlparse(self.path).query))
                status, body = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                if status == 0:  # hang up without a word
                    self.connection.close()
                    return
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/q"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def will(self, *answers):
        self.answers = [a if isinstance(a, tuple) else (200, json.dumps(a).encode()) for a in answers]
        self.asked.clear()


@pytest.fixture(scope="module")
def server():
    server = Server()
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture
def open_online(server, tmp_path):
    opened = []

    def make(*offered, **given):
        slept = []
        one = Online(
            offered or (services.amap("secret", server.address),),
            tmp_path / "cache.sqlite",
            **({"sleep": slept.append, "timeout_s": 2.0} | given),
        )
        one.slept = slept
        opened.append(one)
        return one

    yield make
    for one in opened:
        one.close()


def amap(*places):
    pois = []
    for name, lon, lat in places:
        x, y = datum.convert(lon, lat, "wgs84", "gcj02")
        pois.append({"name": name, "location": f"{x:.6f},{y:.6f}"})
    return {"status": "1", "info": "OK", "infocode": "10000", "pois": pois}


def test_amap_answers_arrive_in_wgs84(server, open_online):
    server.will(amap(("新馆", LON, LAT)))
    [found] = open_online().find("新馆", TOWN)
    assert datum.distance(found.lon, found.lat, LON, LAT) < 1
    assert server.asked[0]["keywords"] == ["新馆"]
    assert server.asked[0]["city"] == ["370100"]


def test_tianditu_answers(server, open_online):
    where = {"score": 100, "level": "兴趣点", "lon": LON, "lat": LAT, "keyWord": "济南市新馆"}
    server.will({"msg": "ok", "status": "0", "location": where}, {"status": "0", "location": where | {"score": 60}})
    [found] = open_online(services.tianditu("secret", server.address)).find("新馆", TOWN)
    assert (found.lon, found.lat, found.radius_m) == (LON, LAT, 1000)
    assert json.loads(server.asked[0]["ds"][0])["keyWord"] == "济南市新馆"
    assert open_online(services.tianditu("secret", server.address)).find("某某", TOWN) == []


def test_nominatim_answers(server, open_online):
    server.will(
        [{"lat": str(LAT), "lon": str(LON), "display_name": "新馆, 济南市", "name": "新馆", "category": "amenity"}]
    )
    [found] = open_online(services.nominatim(server.address)).find("新馆", TOWN)
    assert (found.lon, found.lat, found.service) == (LON, LAT, "nominatim")


def test_the_public_nominatim_is_asked_once_a_second_at_most():
    assert services.nominatim("https://nominatim.openstreetmap.org").pause_s >= 1
    assert services.nominatim("http://intranet:8080").pause_s == 0


def test_an_answer_is_kept_on_disk_without_the_key(server, open_online, tmp_path):
    server.will(amap(("新馆", LON, LAT)))
    first = open_online().find("新馆", TOWN)
    assert open_online().find("新馆", TOWN) == first
    assert len(server.asked) == 1
    assert b"secret" not in (tmp_path / "cache.sqlite").read_bytes()


def test_a_busy_server_is_asked_again_with_growing_pauses(server, open_online):
    server.will((503, b""), (429, b""), amap(("新馆", LON, LAT)))
    one = open_online()
    assert one.find("新馆", TOWN)
    waits = [s for s in one.slept if s > 0.1]
    assert waits == sorted(waits)
    assert len(waits) == 2


@pytest.mark.parametrize(
    "answer",
    [
        (500, b""),
        (0, b""),
        (200, b"<html>login</html>"),
        (200, b"[]"),
        (200, b"\xff\xfe"),
        (200, b'{"status":"1","pois":[{}]}'),
    ],
)
def test_failures_are_noted_bounded_and_do_not_raise(server, open_online, answer):
    server.will(answer)
    one = open_online()
    for name in ("甲", "乙", "丙", "丁", "戊"):
        assert one.find(name, TOWN) == []
    assert len(server.asked) <= 3 * online.TRIES
    assert [i.message for i in one.issues] == ["geo.service_failed"] * 3
    assert all("secret" not in i.text(lang) for i in one.issues for lang in ("zh", "en"))


def test_a_server_that_hangs_is_given_up(open_online):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/q"
        one = open_online(services.amap("secret", address), timeout_s=0.05)
        assert one.find("甲", TOWN) == []
        assert one.issues


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        (services.amap, {"status": "0", "info": "DAILY_QUERY_OVER_LIMIT", "infocode": "10003"}),
        (services.tianditu, {"code": 301, "msg": "权限类型错误"}),
        (services.amap, (403, b"")),
    ],
)
def test_a_used_up_quota_stops_the_service(server, open_online, service, answer):
    server.will(answer)
    one = open_online(service("secret", server.address))
    assert [one.find(n, TOWN) for n in ("甲", "乙", "丙")] == [[], [], []]
    assert len(server.asked) == 1
    assert [i.message for i in one.issues] == ["geo.service_quota"]


def test_the_daily_budget_holds_over_runs_and_ends_with_the_day(server, open_online):
    server.will(amap())
    day = ["2026-01-01"]
    open_online(budget=2, today=lambda: day[0]).find("甲", TOWN)
    one = open_online(budget=2, today=lambda: day[0])
    one.find("乙", TOWN)
    one.find("丙", TOWN)
    assert len(server.asked) == 2
    assert [i.message for i in one.issues] == ["geo.service_budget"]
    day[0] = "2026-01-02"
    open_online(budget=2, today=lambda: day[0]).find("丙", TOWN)
    assert len(server.asked) == 3


def test_a_proposal_counts_only_with_the_name_and_in_the_district(server, open_online, ground, feature):
    thing = feature("泉城新展览馆", districts=("槐荫",))
    server.will(amap(("泉城路停车场", LON, LAT), ("泉城新展览馆", 117.66, 36.2), ("泉城新展览馆", LON, LAT)))
    placed = open_online().place(thing, ground)
    assert (placed.method, placed.precision, placed.source) == ("online:amap", "exact", "amap")
    assert datum.distance(placed.geometry.x, placed.geometry.y, LON, LAT) < 1
    server.will(amap(("泉城新展览馆", 117.66, 36.2)))
    assert open_online(services.amap("other", server.address + "2")).place(thing, ground) is None


def test_only_what_is_else_placed_vaguely_is_asked_for(server, open_online, ground, feature):
    server.will(amap(("泉城新展览馆", LON, LAT)))
    placer = Placer(ground, online=open_online())
    known, asked = placer.place([feature("山东省立医院"), feature("泉城新展览馆")])
    assert (known.method, asked.method) == ("gazetteer", "online:amap")
    assert len(server.asked) == 1
    assert [m.how for m in placer.locate("泉城新展览馆")] == ["amap"]


def test_nothing_is_asked_unless_set(monkeypatch):
    for name in ("TIANDITU_KEY", "AMAP_KEY", "NOMINATIM_URL"):
        monkeypatch.delenv(f"PLANMAP_{name}", raising=False)
    assert Online.load() is None


def test_other_schemes_are_not_opened(open_online):
    one = open_online(services.Service("amap", "file:///etc/passwd", "k", 0, ""))
    assert one.find("甲", TOWN) == []
    assert one.issues


def test_garbage_never_becomes_a_candidate():
    with pytest.raises(ValueError, match="no list"):
        services.nominatim("http://x").read(b'{"error": "x"}')
    with pytest.raises(QuotaError):
        services.amap("k").read(b'{"status": "0", "infocode": "10001", "info": "INVALID_USER_KEY"}')
    assert services.amap("k").read(b'{"status": "0", "infocode": "20003"}') == []
    assert services.tianditu("k").read(b'{"status": "404", "msg": "none"}') == []
