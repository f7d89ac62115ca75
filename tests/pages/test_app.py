"""The page as a script: it runs, in both languages, with and without layers; every module can be imported."""

import importlib
import shutil
import tomllib
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.map import downloads
from pages.map.components import header
from tests.pages import town

ROOT = Path(__file__).parents[2]
MODULES = sorted(
    ".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for p in (ROOT / "pages").rglob("*.py")
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town.make(tmp_path_factory.mktemp("town"), 20)


@pytest.fixture
def app(folder: Path, tmp_path: Path, setting: Callable[..., None]) -> AppTest:
    setting(layers=folder / "layers", plans=folder / "plans", store=tmp_path / "store.gpkg")
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)


def test_the_server_is_for_this_machine_and_guards_its_forms() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["address"] == "localhost"
    assert config["server"]["enableXsrfProtection"]
    assert not config["browser"]["gatherUsageStats"]
    assert config["client"]["showErrorDetails"] == "none"
    assert not config["client"]["showErrorLinks"]


def texts(app: AppTest) -> str:
    return " ".join(str(e.value) for e in app.get("html")) + " ".join(str(e.value) for e in app.markdown)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_of_the_pages_can_be_imported(module: str) -> None:
    importlib.import_module(module)


def test_the_page_runs(app: AppTest) -> None:
    app.run()
    assert not app.exception
    assert {"district", "category", "kind", "plan", "precision"} <= {p.key.removeprefix("facet-") for p in app.pills}


def test_a_choice_narrows_the_other_facets_and_stays_when_counts_change(app: AppTest) -> None:
    app.run()
    app.pills(key="facet-kind").set_value(["corridor"]).run()
    assert not app.exception
    assert app.session_state["view"].filter.kind == ("corridor",)
    app.pills(key="facet-kind").set_value(["area", "corridor"]).run()
    assert app.session_state["view"].filter.kind == ("area", "corridor")


def test_a_search_that_is_too_long_is_cut_and_it_is_said_so(app: AppTest) -> None:
    app.run()
    app.text_input(key="search").set_value("样例" + "长" * 70).run()
    assert app.session_state["view"].filter.search == "样例" + "长" * 58
    assert any("只按前 60 字" in c.value for c in app.caption)
    app.text_input(key="search").set_value("样例").run()
    assert not any("只按前 60 字" in c.value for c in app.caption)


def test_a_search_that_finds_nothing_is_offered_to_be_taken_off_in_single_marks(app: AppTest) -> None:
    app.run()
    app.text_input(key="search").set_value("不存在的名字").run()
    [offer] = [b for b in app.button if (b.key or "").startswith("loosen-")]
    assert offer.label.startswith("去掉“不存在的名字”（")


def test_clear_takes_everything_off(app: AppTest) -> None:
    app.query_params["kind"] = "corridor"
    app.query_params["search"] = "样例"
    app.run()
    assert app.session_state["view"].filter.active == ("kind", "search")
    app.button(key="clear").click().run()
    assert app.session_state["view"].filter.active == ()
    assert "kind" not in app.query_params


def test_english_by_the_switch(app: AppTest) -> None:
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception
    assert app.pills(key="facet-kind").label == "Kind"


def test_without_layers_it_says_what_to_do(setting: Callable[..., None], tmp_path: Path) -> None:
    setting(layers=tmp_path / "none", plans=tmp_path / "none", store=tmp_path / "store.gpkg")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert "build" in app.info[0].value


def test_damaged_layers_are_said_to_be_so(setting: Callable[..., None], folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "layers" / town.ADCODE
    shutil.copytree(folder / "layers" / town.ADCODE, target)
    (target / "all.geojson").write_text("{", encoding="utf-8")
    setting(layers=tmp_path / "layers", plans=tmp_path / "none", store=tmp_path / "store.gpkg")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert len(app.error) == 1


@pytest.mark.parametrize("short", [0, 1])
def test_more_features_than_the_server_makes_files_of_are_refused_with_the_command(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, short: int
) -> None:
    app.run()
    found = len(app.session_state["table-ids"])
    monkeypatch.setattr(downloads, "MOST", found - short)
    monkeypatch.setattr(header.st, "popover", lambda *_, **__: _Open())
    app.run()
    assert not app.exception
    said = [info.value for info in app.info if "planmap.py export" in info.value]
    assert len(said) == short
    assert bool(app.get("download_button")) != bool(short)


class _Open(nullcontext["_Open"]):
    """A popover that is open."""

    open = True

    def __enter__(self) -> "_Open":
        return self
