"""A small made-up city plan and its layers, for the tests of the page; every sentence here is our own."""

import random
from pathlib import Path

from shapely.geometry import LineString, Point, Polygon

import city
from geo.place import Placement
from layers import build
from projects import plan
from projects.feature import CATEGORIES, Feature, Mention, feature_id

ADCODE = "370100"
HOSTILE = '<img src=x onerror="window.parent.hacked=1">`${window.parent.hacked=2}`</script>{{x}}园'
PARK, LINE, AREA, LOST = "样例科技园", "样例大道", "样例湿地公园", "样例无处馆"
HEAD = "样例市发展规划\n第一章 总则\n一、布局\n"
_SPOTS = {"历下": (117.07, 36.66), "槐荫": (116.88, 36.67), "长清": (116.75, 36.55), "章丘": (117.53, 36.71)}


def sentence(name: str) -> str:
    """Return the sentence of the made-up plan that names a thing."""
    return f"在本市建设{name}并完善配套。\n"


def names(count: int) -> list[str]:
    """Return the names of the plan: four of a kind of their own, one hostile, the rest numbered."""
    return [PARK, LINE, AREA, LOST, HOSTILE, *(f"样例园区{k}号" for k in range(count))]


def plans(folder: Path, count: int) -> Path:
    """Write the plan into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = HEAD + "".join(map(sentence, names(count)))
    (folder / "sample.txt").write_text(text, encoding="utf-8", newline="\n")
    (folder / "plans.csv").write_text(
        "id,file,number,title,issuer,published,from_year,to_year,district\n"
        "sample,sample.txt,,样例市发展规划,样例市人民政府,2024,2024,2030,\n",
        encoding="utf-8",
    )
    return folder


def features(folder: Path, count: int) -> list[Feature]:
    """Return the features of the plan in a folder."""
    text = (folder / "sample.txt").read_text(encoding="utf-8")
    found, districts = [], list(_SPOTS)
    for k, name in enumerate(names(count)):
        kind = "corridor" if name == LINE else "area" if name == AREA else "project"
        mention = Mention("sample", "第一章/一", text.index(name), len(name))
        found.append(
            Feature(
                id=feature_id(ADCODE, kind, name),
                name=name,
                kind=kind,
                category=CATEGORIES[k % len(CATEGORIES)],
                doc="sample",
                mentions=(mention,),
                aliases=("示范科技园",) if name == PARK else (),
                districts=(districts[k % len(districts)],),
                status=("planned", "building", "done", None)[k % 4],
                investment_yi=12.5 if name == PARK else None,
                part_of=AREA if name == PARK else None,
                members=(PARK, "别处的园") if name == AREA else (),
                by_year=2020 + k % 11,
            )
        )
    return found


def placements(found: list[Feature]) -> list[Placement]:
    """Return a placement of every precision; the same for the same features."""
    dice = random.Random(7)  # noqa: S311
    placed = []
    for k, feature in enumerate(found):
        x, y = _SPOTS[feature.districts[0]]
        at = Point(x + dice.uniform(-0.06, 0.06), y + dice.uniform(-0.05, 0.05))
        precision = ("exact", "near", "part", "district")[k % 4]
        radius = {"exact": 200.0, "near": 1500.0, "part": 5000.0, "district": 20000.0}[precision]
        geometry: Point | LineString | Polygon = Point(x, y) if precision == "district" else at
        if feature.name == LOST:
            placed.append(
                Placement(
                    geometry=None,
                    method="",
                    precision="unplaced",
                    radius_m=None,
                    source="",
                    licence="",
                    reason="no_place",
                )
            )
            continue
        if feature.name == PARK:
            precision, radius, geometry = "exact", 200.0, Point(117.07, 36.66)
        if feature.name == LINE:
            precision, radius, geometry = "near", 800.0, LineString([(116.9, 36.6), (117.0, 36.64), (117.1, 36.65)])
        if feature.name == AREA:
            precision, radius, geometry = "exact", 300.0, Point(116.8, 36.5).buffer(0.03, 8)
        placed.append(
            Placement(
                geometry=geometry,
                method="gazetteer",
                precision=precision,
                radius_m=radius,
                source="样例",
                licence="CC0",
            )
        )
    return placed


def make(folder: Path, count: int = 60) -> Path:
    """Build ``plans`` and ``layers`` of the made-up city in a folder; return the folder."""
    read, _ = plan.read([plans(folder / "plans", count)])
    found = features(folder / "plans", count)
    build.write(
        build.frame(found, placements(found)), [d.plan for d in read], city.load(ADCODE), folder / "layers" / ADCODE
    )
    return folder
