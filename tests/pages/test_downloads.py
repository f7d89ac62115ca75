"""Map sheets to take away from the page."""

import zipfile
from io import BytesIO

import pytest

import city
from layers import sheet
from pages.map import downloads
from tests.layers import sheet_sample

JINAN = city.load("370100")


@pytest.mark.parametrize(("format_", "first"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_no_page_of_a_keyed_list_is_lost(format_: str, first: bytes) -> None:
    wanted = {"city": JINAN, "lang": "zh", "size": "A5", "labels": "numbers", "dpi": 50}
    frame = sheet_sample.sample(260)
    pages = len(sheet.compose(frame, city=JINAN, look=sheet.Look(size="A5", labels="numbers")).pages)
    assert pages > 1
    assert downloads.sheet_name(JINAN, format_, pages) == f"planmap-370100-{format_}.zip"
    with zipfile.ZipFile(BytesIO(downloads.sheet(frame, format_, **wanted))) as packed:
        assert len(packed.namelist()) == pages
        assert all(packed.read(name).startswith(first) for name in packed.namelist())


def test_a_single_page_and_a_pdf_are_one_file() -> None:
    few = sheet_sample.sample(8)
    assert downloads.sheet(few, "png", city=JINAN, dpi=50).startswith(b"\x89PNG")
    assert downloads.sheet(few, "pdf", city=JINAN).startswith(b"%PDF")
    assert downloads.sheet_name(JINAN, "png", 1) == "planmap-370100.png"
    assert downloads.sheet_name(JINAN, "pdf", 3) == "planmap-370100.pdf"
