"""The address holds the view, and nonsense in it is ignored."""

from hypothesis import given
from hypothesis import strategies as st

from layers.view import Filter
from pages.map import address
from pages.map.address import View

CODES = {
    "district": ("历下", "槐荫", ""),
    "category": ("water", "rural"),
    "kind": ("area",),
    "plan": ("p-1",),
    "status": ("done", ""),
    "precision": ("exact",),
    "review": ("confirmed",),
}
LIMIT = st.none() | st.integers(0, 5000).map(float)
RANGE = st.none() | st.tuples(LIMIT, LIMIT).filter(lambda r: r != (None, None))
VIEWS = st.builds(
    View,
    filter=st.builds(
        Filter,
        **{name: st.lists(st.sampled_from(codes), unique=True).map(tuple) for name, codes in CODES.items()},
        search=st.text(st.characters(categories=("L", "N")), max_size=20),
        investment=RANGE,
        year=RANGE,
        against=st.sampled_from(["", "p-1"]),
    ),
    lang=st.sampled_from(["zh", "en"]),
    selected=st.none() | st.just("f1"),
    panel=st.sampled_from(address.PANELS),
)


@given(VIEWS)
def test_what_is_written_is_read_again(view: View) -> None:
    assert address.read(address.write(view, "zh"), CODES, {"f1"}, "zh") == view


@given(
    st.dictionaries(
        st.sampled_from([*CODES, "search", "lang", "feature", "panel", "investment", "year", "against"]), st.text()
    )
)
def test_any_address_gives_a_valid_view(params: dict[str, str]) -> None:
    view = address.read(params, CODES, {"f1"}, "zh")
    for name, codes in CODES.items():
        assert set(getattr(view.filter, name)) <= set(codes)
    assert view.selected in (None, "f1")
    assert view.filter.against in ("", "p-1")
    assert view.lang in ("zh", "en")
    assert view.panel in address.PANELS
    assert view.filter.search.isprintable()
    assert len(view.filter.search) <= address.LONGEST_SEARCH


def test_a_plain_view_has_a_plain_address() -> None:
    assert address.write(View(), "zh") == {}


def test_everything_chosen_can_be_taken_off_one_by_one() -> None:
    view = View(
        filter=Filter(district=("历下", "槐荫"), kind=("area",), search="园", year=(2025.0, None), against="p-1")
    )
    assert len(view.chosen) == 6
    for name, code in view.chosen:
        view = view.dropping(name, code)
    assert view == View()
