"""The founding of a city's folder: its districts, its zone of projection, and tables to fill in."""

import csv
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import city
import settings
from city import City
from errors import CallError
from geo import corrections, corridor, datum, gazetteer
from geo.districts import Districts


@dataclass(frozen=True)
class Founded:
    """A folder that was made.

    Attributes
    ----------
    folder
        What is the city's own.
    town
        The city.
    epsg
        CGCS2000 3-degree Gauss-Krüger zone of its middle.
    missing
        Names of districts without a boundary, which lie nowhere until the setting ``boundaries`` says where.
    """

    folder: Path
    town: City
    epsg: int
    missing: tuple[str, ...]


def found(adcode: str, spell: Callable[[str], str]) -> Founded:
    """Make the folder of a city, all at once.

    Parameters
    ----------
    adcode
        Code of the city. What Planmap ships of it, if anything, is taken over.
    spell
        Writes a Chinese name in Latin letters.

    Raises
    ------
    CallError
        There is no such city, or a folder of it already, or it cannot be written.
    DataError
        There are no boundaries of the city.
    """
    town = city.load(adcode)
    config = settings.load()
    folder, shipped = config.cities_folder / adcode, config.city_folder(adcode)
    if folder.exists():
        raise CallError("geo.city_exists", adcode=adcode, city=town.name, path=str(folder))
    districts = Districts.load(town)
    west, _, east, _ = districts.outline.bounds
    epsg = datum.gauss_kruger_epsg((west + east) / 2)
    bounded = set(districts.frame["adcode"])
    missing = tuple(d.name for d in town.districts if d.adcode and d.adcode not in bounded)
    part = folder.with_name(f".{adcode}.{os.getpid()}.part")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        if shipped.is_dir():
            shutil.copytree(shipped, part)
        else:
            part.mkdir()
            _fill(part, town, epsg, spell)
        part.rename(folder)
    except OSError as error:
        raise CallError("geo.city_unwritable", path=str(folder), why=error) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    city.load.cache_clear()
    return Founded(folder, city.load(adcode), epsg, missing)


def _fill(folder: Path, town: City, epsg: int, spell: Callable[[str], str]) -> None:
    (folder / "city.toml").write_text(_toml(town, epsg, spell), encoding="utf-8", newline="\n")
    for name, columns in (("places.csv", gazetteer.COLUMNS), ("corrections.csv", corrections.COLUMNS)):
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(columns)
    corridor.write(folder / "lines.geojson", ())


def _toml(town: City, epsg: int, spell: Callable[[str], str]) -> str:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    def named(name: str) -> str:
        return quoted(spell(city.short_name(name)).capitalize())

    meridian = datum.meridian(epsg)
    lines = [
        f"# What is {town.name}'s own, beside its gazetteer. 本市自有的信息（地名库除外）。",
        f"adcode = {quoted(town.adcode)}",
        f"name = {quoted(town.name)}",
        f"en = {named(town.name)}",
        "",
        f"# Zone of projection: CGCS2000 / 3-degree Gauss-Kruger CM {meridian}E, EPSG:{epsg}.",
        f"# 三度带：中央经线 {meridian}°E，EPSG:{epsg}。",
        "",
        "# Districts in the official order, that of their codes. 区县，按行政区划代码排列。",
        "[districts]" if town.districts else "# None: the city is one district. 不设区县，全市作为一个区。",
        *(f"{d.adcode} = {quoted(d.name)}" for d in town.districts),
        "",
        "# English names by code, spelt in pinyin: check them. 英文名按拼音生成，请核对。",
        "[english]",
        *(f"{d.adcode} = {named(d.name)}" for d in town.districts),
        "",
        "# Functional zones that plans treat like districts: one block each, without the '#'.",
        "# 规划中与区县并列的功能区：每个一段，去掉行首的“#”。",
        "# [[zones]]",
        '# short = "高新"',
        '# name = "某某高新技术产业开发区"',
        '# aliases = ["高新区"]',
        '# en = "High-tech Zone"',
    ]
    return "\n".join(lines) + "\n"
