import pytest
from shapely.geometry import LineString, Point

from geo import corrections
from geo.corrections import Correction, Corrections
from geo.place import Placer

HEADER = ",".join(corrections.COLUMNS) + "\n"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "corrections.csv"


def test_a_correction_wins_over_the_gazetteer(ground, feature):
    fix = Correction(name="山东省立医院", geometry=Point(116.9, 36.66), radius_m=50, source="surveyor")
    found = Placer(ground, Corrections([fix])).place([feature("山东省立医院")])[0]
    assert (found.method, found.precision, found.radius_m, found.source) == ("correction", "exact", 50, "surveyor")
    assert found.geometry.equals(Point(116.9, 36.66))


def test_the_id_decides_when_given_and_the_later_wins(ground, feature):
    thing = feature("山东省立医院")
    rows = [
        Correction(id=thing.id, geometry=Point(116.9, 36.66), radius_m=50, source="first"),
        Correction(id="other", name="山东省立医院", geometry=Point(117, 36.6), radius_m=50, source="other"),
        Correction(id=thing.id, geometry=Point(116.91, 36.66), radius_m=50, source="second"),
    ]
    assert Corrections(rows).find(thing).source == "second"


def test_the_district_tells_homonyms_apart(feature):
    rows = Corrections(
        [Correction(name="第一中学", districts=("长清",), geometry=Point(116.75, 36.55), radius_m=50, source="x")]
    )
    assert rows.find(feature("第一中学", districts=("长清",)))
    assert rows.find(feature("第一中学", districts=("槐荫",))) is None


def test_what_the_plans_no_longer_hold_is_reported(ground, feature, path):
    path.write_text(HEADER + ",甲,,117,36.6,,100,人工,,\n,乙,,117,36.6,,100,人工,,\n", encoding="utf-8-sig")
    rows, issues = corrections.read(path)
    assert not issues
    placer = Placer(ground, Corrections(rows))
    [issue] = placer.issues([feature("甲")])
    assert issue.where == "corrections.csv:3"
    assert "乙" in issue.text("zh")
    assert "乙" in issue.text("en")


def test_a_line_may_be_given_as_text(path, feature):
    path.write_text(HEADER + ',甲,,,,"LINESTRING (117 36.6, 117.1 36.6)",100,人工,,\n', encoding="utf-8")
    [row] = corrections.read(path)[0]
    assert row.geometry.equals(LineString([(117, 36.6), (117.1, 36.6)]))
    assert row.placement().method == "correction"


@pytest.mark.parametrize(
    "row",
    [
        ",甲,,abc,36.6,,100,人工,,",
        ",甲,,,,,100,人工,,",
        ",甲,,117,36.6,,,人工,,",
        ",甲,,117,36.6,,-5,人工,,",
        ",甲,,117,96.6,,100,人工,,",
        ",甲,,117,36.6,,100,,,",
        ",,,117,36.6,,100,人工,,",
        ",甲,,,,POINT EMPTY,100,人工,,",
        ",甲,,,,NONSENSE,100,人工,,",
    ],
)
def test_a_faulty_row_is_named_and_the_rest_goes_on(path, row):
    path.write_text(HEADER + row + "\n,乙,,117,36.6,,100,人工,,\n", encoding="utf-8")
    rows, issues = corrections.read(path)
    assert [r.name for r in rows] == ["乙"]
    assert [i.where for i in issues] == ["corrections.csv:2"]
    assert issues[0].text("en")


def test_no_file_means_no_corrections(path):
    assert corrections.read(path) == ([], [])


def test_a_correction_outside_the_city_is_named_and_holds(ground, feature, path):
    path.write_text(HEADER + ",甲,,121.5,31.2,,100,人工,,\n,乙,,36.6,17,,100,人工,,\n", encoding="utf-8")
    rows, issues = corrections.read(path)
    assert not issues
    placer = Placer(ground, Corrections(rows))
    things = [feature("甲"), feature("乙")]
    assert [(i.where, i.message) for i in placer.issues(things)] == [
        ("corrections.csv:2", "geo.row_outside"),
        ("corrections.csv:3", "geo.row_outside"),
    ]
    assert placer.place(things)[0].method == "correction"
