import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from errors import CallError
from geo import datum

LON, LAT = st.floats(73.6, 135.0), st.floats(4.0, 53.5)


@given(LON, LAT, st.sampled_from(datum.DATUMS), st.sampled_from(datum.DATUMS))
def test_there_and_back_is_within_a_millimetre(lon, lat, source, target):
    x, y = datum.convert(*datum.convert(lon, lat, source, target), target, source)
    assert datum.distance(lon, lat, x, y) < 1e-3


@pytest.mark.parametrize(
    ("target", "low", "high"), [("gcj02", 480, 580), ("bd09", 1240, 1375), ("cgcs2000", 0, 0), ("wgs84", 0, 0)]
)
def test_shift_in_jinan_is_as_measured(target, low, high):
    lon, lat = np.meshgrid(np.linspace(116.3, 117.9, 20), np.linspace(36.1, 37.5, 20))
    shift = datum.distance(lon, lat, *datum.convert(lon, lat, "wgs84", target))
    assert shift.min() >= low
    assert shift.max() <= high


def test_forward_and_inverse_agree_with_another_implementation():
    oracle = pytest.importorskip("geocoordinates_ffi", reason="geocoordinates-rs is not installed")
    for lon, lat in [(117.0, 36.65), (87.6, 43.8), (121.47, 31.23), (110.3, 20.0)]:
        there = oracle.wgs84_to_gcj02(oracle.Wgs84(lat=lat, lon=lon))
        assert datum.distance(there.lon, there.lat, *datum.convert(lon, lat, "wgs84", "gcj02")) < 1e-3
        baidu = oracle.wgs84_to_bd09(oracle.Wgs84(lat=lat, lon=lon))
        assert datum.distance(baidu.lon, baidu.lat, *datum.convert(lon, lat, "wgs84", "bd09")) < 1e-3
        back = oracle.gcj02_to_wgs84_refined(oracle.Gcj02(lat=lat, lon=lon))
        back = getattr(back, "value", back)
        assert datum.distance(back.lon, back.lat, *datum.convert(lon, lat, "gcj02", "wgs84")) < 1e-3


def test_outside_china_nothing_moves():
    assert [float(v) for v in datum.convert(2.35, 48.86, "wgs84", "gcj02")] == [2.35, 48.86]


def test_arrays_keep_their_shape():
    lon, lat = datum.convert(np.full((2, 3), 117.0), np.full((2, 3), 36.6), "bd09", "epsg:4490")
    assert lon.shape == lat.shape == (2, 3)


def test_unknown_datum_names_the_valid_ones():
    with pytest.raises(CallError, match="gcj02") as error:
        datum.convert(117.0, 36.6, "wgs84", "nad27")
    assert "nad27" in str(error.value)


@pytest.mark.parametrize(
    ("lon", "code"),
    [(73.5, 4534), (115.5, 4548), (117.0, 4548), (118.4999, 4548), (118.5, 4549), (136.49, 4554)],
)
def test_zone_is_that_of_the_nearest_meridian(lon, code):
    assert datum.gauss_kruger_epsg(lon) == code
    east = Transformer.from_crs(4490, code, always_xy=True).transform(lon, 36.0)[0]
    assert abs(east - 500_000) < 136_000


def test_zone_outside_china_is_refused():
    with pytest.raises(CallError):
        datum.gauss_kruger_epsg(10.0)


def test_check_point_in_4548():
    east, north = Transformer.from_crs(4490, 4548, always_xy=True).transform(117.0009, 36.6758)
    assert (round(east, 3), round(north, 3)) == (500_080.449, 4_060_533.007)
