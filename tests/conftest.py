"""What tests of several rooms share: settings that are nobody's own, and short plans written for the tests."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).parent.parent

for name in [name for name in os.environ if name.startswith("PLANMAP_") and name != "PLANMAP_PLANS"]:
    del os.environ[name]
os.environ["PLANMAP_LANG"] = "zh"
os.environ["PLANMAP_ARCHIVE"] = tempfile.mkdtemp(prefix="planmap-tests-")
os.environ["PLANMAP_CONFIG"] = str(HOME / "tests" / "none.toml")

FIRST = """济南市槐荫区云岫片区建设规划
（2024—2028年）

第一章 总体要求
到2028年，建成云岫文化馆、湫水河湿地公园、阜台科技产业园等重点项目。
第二章 重点任务
一、产业
加快推进阜台科技产业园建设，总投资12亿元，占地300亩。依托济南西站，建设云岫总部大厦。
二、交通
实施云岫大道（经十路至湫水河段）改造工程，规划建设湫水河大桥。
"""
SECOND = """济南市长清区生态建设三年行动计划
（2024—2026年）

一、总体目标
提升长清大学城生态环境，建设湫水河湿地公园。
二、主要任务
开工建设岚坪水库扩容工程，推进岚坪植物园二期项目。
"""


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """Return a folder with two short plans and its ``plans.csv``."""
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "first.txt").write_text(FIRST, encoding="utf-8")
    (folder / "second.txt").write_text(SECOND, encoding="gb18030")
    (folder / "plans.csv").write_text(
        "id,file,number,title,issuer,published,from_year,to_year,district\n"
        "yunxiu,first.txt,,济南市槐荫区云岫片区建设规划（2024—2028年）,济南市槐荫区人民政府,2024,2024,2028,槐荫\n"
        "ecology,second.txt,,济南市长清区生态建设三年行动计划（2024—2026年）,济南市长清区人民政府,2024,2024,2026,长清\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Return a function that sets settings for one test."""
    import settings

    def put(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"PLANMAP_{name.upper()}", str(value))
        settings.load.cache_clear()

    yield put
    monkeypatch.undo()
    settings.load.cache_clear()


@pytest.fixture
def shared_plans() -> Path:
    """Return the folder of the five real plan files, or skip."""
    folder = Path(os.environ.get("PLANMAP_PLANS") or HOME.parent / "shared" / "plans")
    if not (folder / "plans.csv").is_file():
        pytest.skip(f"the plan files are not at {folder}; set PLANMAP_PLANS")
    return folder
