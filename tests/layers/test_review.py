import geopandas as gpd
import geopandas.testing
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, mapping

from errors import CallError
from geo.placement import precision
from layers import review, schema
from layers.review import Review

values = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=3)


def test_states_are_the_coded_values():
    assert tuple(schema.values("review")) == review.STATES


def test_applying_no_review_changes_no_value_and_not_the_frame_given(frame: gpd.GeoDataFrame):
    before = frame.copy()
    reviewed = review.apply(frame, {})
    geopandas.testing.assert_geodataframe_equal(reviewed[frame.columns], frame)
    geopandas.testing.assert_geodataframe_equal(frame, before)


def test_applying_keeps_the_frame_given_as_it_was(frame: gpd.GeoDataFrame):
    before = frame.copy()
    changes = {"geometry": mapping(Point(117, 36.7)), "radius_m": 900, "category": "water"}
    moved = Review(feature=frame["id"][0], state="corrected", reviewer="甲", changes=changes)
    review.apply(frame, {moved.feature: moved})
    geopandas.testing.assert_geodataframe_equal(frame, before)


@pytest.mark.parametrize("radius", [0, 500, 900, 5000, 50_000])
def test_place_of_a_person_has_the_precision_of_its_radius(frame: gpd.GeoDataFrame, radius: float):
    changes = {"geometry": mapping(Point(117, 36.7)), "radius_m": radius}
    moved = Review(feature=frame["id"][5], state="corrected", reviewer="甲", changes=changes)
    row = review.apply(frame, {moved.feature: moved}).iloc[5]
    assert row["precision"] == precision(radius) and row["method"] == "correction" and row["reason"] == ""


@given(name=st.sampled_from(review.CHANGEABLE) | st.text(max_size=8), value=values)
def test_whatever_is_sent_is_taken_or_refused_in_a_sentence(name: str, value: object):
    try:
        review.check(Review(feature="x", state="corrected", reviewer="甲", changes={name: value}))
    except CallError as error:
        assert error.text("en") and error.text("zh")


@given(st.floats(allow_nan=True), st.floats(allow_nan=True))
def test_coordinates_that_are_none_are_refused(lon: float, lat: float):
    changes = {"geometry": {"type": "Point", "coordinates": [lon, lat]}, "radius_m": 5}
    sound = -180 <= lon <= 180 and -90 <= lat <= 90
    if sound:
        review.check(Review(feature="x", state="corrected", reviewer="甲", changes=changes))
        assert np.isfinite([lon, lat]).all()
    else:
        with pytest.raises(CallError):
            review.check(Review(feature="x", state="corrected", reviewer="甲", changes=changes))
