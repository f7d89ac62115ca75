"""Plan files of every format come back as text, and everything else as one sentence."""

import io
import zipfile
from pathlib import Path

import docx
import matplotlib
import pypdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from errors import PlanError
from projects import files

TEXT = "第一章 总则\r\n加快建设阜台片区、云岫大道，投资１２亿元。\n\f 第 1 页\r\n“湫水河”治理工程；到2025年完成。"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def fault(path: Path, **limits: int) -> str:
    """Return the name of the message with which a file is refused; it must also be a sentence."""
    with pytest.raises(PlanError) as caught:
        files.read_text(path, **limits)
    for lang in ("zh", "en"):
        assert path.name in caught.value.text(lang)
        assert "\n" not in caught.value.text(lang)
    return caught.value.message


def put(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def pdf(folder: Path, *pages: str, name: str = "plan.pdf") -> Path:
    path = folder / name
    with matplotlib.rc_context({"pdf.fonttype": 42}), PdfPages(path) as book:
        for text in pages:
            figure = Figure()
            figure.text(0.1, 0.5, text)
            book.savefig(figure)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
@pytest.mark.parametrize("suffix", [".txt", ".md", ".TXT"])
def test_text_comes_back_exactly_as_decoded(tmp_path: Path, encoding: str, suffix: str) -> None:
    assert files.read_text(put(tmp_path, f"plan{suffix}", TEXT.encode(encoding))) == TEXT


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=80),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_characters_survive(tmp_path: Path, body: str, encoding: str) -> None:
    text = TEXT + body + TEXT
    assert files.read_text(put(tmp_path, "any.txt", text.encode(encoding))) == text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=2000), suffix=st.sampled_from(sorted(files.SUFFIXES)))
def test_any_bytes_give_text_or_one_sentence(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = put(tmp_path, f"any{suffix}", data)
    try:
        files.read_text(path).encode("utf-8")
    except PlanError as error:
        assert path.name in error.text("en")


def test_a_cut_character_costs_only_itself(tmp_path: Path) -> None:
    data = (TEXT * 5).encode("utf-8")[:-1]
    assert files.read_text(put(tmp_path, "cut.txt", data)) == data.decode("utf-8", "replace")


def test_a_stray_control_character_is_kept_and_counted(tmp_path: Path) -> None:
    text = "阜台片区" * 100 + "\0" + "\u202e云岫大道" * 100
    assert files.read_text(put(tmp_path, "stray.txt", text)) == text


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"PK\x03\x04" + b"word" * 50,
        b"%PDF-1.7 text",
        b"\x7fELF" + bytes(range(1, 100)) * 10,
        bytes(4000) + b"x",
    ],
)
def test_a_binary_renamed_is_refused(tmp_path: Path, data: bytes) -> None:
    assert fault(put(tmp_path, "plan.txt", data)) == "files.binary"
    assert fault(put(tmp_path, "plan.html", data)) == "files.binary"


@pytest.mark.parametrize("suffix", sorted(files.SUFFIXES))
@pytest.mark.parametrize("data", [b"", b" \n\r\n\t"])
def test_a_file_without_text_is_empty(tmp_path: Path, suffix: str, data: bytes) -> None:
    assert fault(put(tmp_path, f"plan{suffix}", data)) == "files.empty"


def test_what_is_no_plan_file_is_named_with_what_would_be(tmp_path: Path) -> None:
    assert fault(put(tmp_path, "plan.xlsx", TEXT)) == "files.unknown_type"
    assert fault(tmp_path / "none.txt") == "files.missing"
    folder = tmp_path / "folder.txt"
    folder.mkdir()
    assert fault(folder) == "files.missing"


def test_a_file_over_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = put(tmp_path, "plan.txt", TEXT)
    size = path.stat().st_size
    assert files.read_text(path, max_bytes=size) == TEXT
    assert fault(path, max_bytes=size - 1) == "files.too_big"


def test_pdf_pages_are_parted_by_form_feeds(tmp_path: Path) -> None:
    text = files.read_text(pdf(tmp_path, "Cloud Hill Avenue renewal", "Long River park phase two"))
    first, second = text.split("\f")
    assert "Cloud Hill Avenue renewal" in first
    assert "Long River park phase two" in second


def test_a_pdf_in_chinese_is_read(tmp_path: Path) -> None:
    from matplotlib.font_manager import FontProperties
    from pylopdf_fonts_zh_cn import sans_path

    path = tmp_path / "plan.pdf"
    figure = Figure()
    figure.text(0.1, 0.5, "建设云岫大道和阜台片区文化馆", fontproperties=FontProperties(fname=str(sans_path())))
    with matplotlib.rc_context({"pdf.fonttype": 42}):
        figure.savefig(path)
    assert "建设云岫大道和阜台片区文化馆" in files.read_text(path)


def test_a_scanned_pdf_is_told_from_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    figure = Figure()
    figure.figimage([[0, 1], [1, 0]], resize=False)
    figure.text(0.5, 0.1, "7")
    figure.savefig(path)
    assert fault(path) == "files.scanned"


def test_a_pdf_under_a_password_says_so(tmp_path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=pdf(tmp_path, "Cloud Hill Avenue renewal"))
    writer.encrypt("secret", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)
    assert fault(path) == "files.encrypted"
    writer = pypdf.PdfWriter(clone_from=tmp_path / "plan.pdf")
    writer.encrypt("", "owner", algorithm="RC4-128")
    writer.write(path)
    assert "Cloud Hill" in files.read_text(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_broken_pdf_or_docx_gives_text_or_one_sentence(tmp_path: Path, data: st.DataObject) -> None:
    whole = tmp_path / "whole.docx"
    if not whole.exists():
        document = docx.Document()
        document.add_paragraph(TEXT.replace("\f", ""))
        document.save(str(whole))
        pdf(tmp_path, "Cloud Hill Avenue renewal", name="whole.pdf")
    suffix = data.draw(st.sampled_from([".pdf", ".docx"]))
    content = bytearray((tmp_path / f"whole{suffix}").read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = put(tmp_path, f"broken{suffix}", bytes(content[: data.draw(st.integers(1, len(content)))]))
    try:
        files.read_text(path)
    except PlanError as error:
        assert path.name in error.text("en")


def test_docx_paragraphs_and_tables_come_in_reading_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("第一章 总则")
    table = document.add_table(2, 2)
    for cell, text in zip((c for row in table.rows for c in row.cells), "甲乙丙丁", strict=True):
        cell.text = text
    paragraph = document.add_paragraph("云岫大道")
    paragraph.add_run().add_break()
    paragraph.add_run("二期\t工程")
    path = tmp_path / "plan.docx"
    document.save(str(path))
    lines = [line.rstrip() for line in files.read_text(path).splitlines()]
    assert lines == ["第一章 总则", "甲 \t乙", "丙 \t丁", "云岫大道", "二期\t工程"]


def test_docx_text_under_review_reads_as_if_accepted(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("建设")._p
    for tag, run in (("ins", "<w:t>阜台片区</w:t>"), ("del", "<w:delText>旧名</w:delText>")):
        paragraph.append(docx.oxml.parse_xml(f'<w:{tag} xmlns:w="{WORD}"><w:r>{run}</w:r></w:{tag}>'))
    path = tmp_path / "plan.docx"
    document.save(str(path))
    assert files.read_text(path) == "建设阜台片区\n"


def test_a_docx_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", bytes(5_000_000))
    path = put(tmp_path, "bomb.docx", packed.getvalue())
    assert path.stat().st_size < 10_000
    assert fault(path, max_bytes=1_000_000) == "files.too_big"


def test_entities_in_a_docx_do_not_multiply(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("云岫大道")
    path = tmp_path / "whole.docx"
    document.save(str(path))
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 20}">' for i in range(1, 9))
    head = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "x">{levels}]>'
    bomb = f'{head}<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>&e8;</w:t></w:r></w:p></w:body></w:document>'
    target = tmp_path / "laughs.docx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as package:
        for member in source.infolist():
            package.writestr(member, bomb if member.filename == "word/document.xml" else source.read(member))
    assert fault(target) in ("files.damaged", "files.empty")


def test_an_old_word_file_and_a_wrong_zip_are_named(tmp_path: Path) -> None:
    assert fault(put(tmp_path, "old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))) == "files.old_word"
    assert fault(put(tmp_path, "text.docx", TEXT)) == "files.damaged"
    assert fault(put(tmp_path, "text.pdf", TEXT)) == "files.damaged"


def test_html_blocks_are_lines_and_scripts_are_gone(tmp_path: Path) -> None:
    page = """<!doctype html><html><head><title>T</title><style>p{}</style></head><body><h1>第一章</h1>
    <script>document.write("脚本")</script><div>建设<b>阜台
    片区</b>和<a href="x">云岫大道</a><br>二行</div><!-- 注 -->尾
    <table><tr><td><p>甲</p><p>乙</p></td><td>丙</td></tr></table><noscript>无</noscript></body></html>"""
    lines = [line.rstrip() for line in files.read_text(put(tmp_path, "plan.html", page)).splitlines()]
    assert lines == ["第一章", "建设阜台片区和云岫大道", "二行", "尾", "甲  乙 \t丙"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "big5"])
def test_html_is_read_in_its_encoding(tmp_path: Path, encoding: str) -> None:
    page = f'<html><head><meta charset="{encoding}"></head><body><p>雲岫大道與阜臺公園的建設工程</p></body></html>'
    assert files.read_text(put(tmp_path, "plan.htm", page.encode(encoding))) == "雲岫大道與阜臺公園的建設工程\n"


@pytest.mark.parametrize("depth", [10, 255, 300, 2000, 3000, 50_000])
def test_html_of_any_depth_is_read_whole_or_refused_at_once(tmp_path: Path, depth: int) -> None:
    path = put(tmp_path, "deep.html", "<p>阜台公园</p>" + "<div>" * depth + "云岫大道")
    if depth <= 2000:
        assert files.read_text(path) == "阜台公园\n云岫大道\n"
    else:
        assert fault(path) == "files.damaged"


@pytest.mark.parametrize("suffix", [".txt", ".html"])
def test_a_text_over_the_limit_is_refused(tmp_path: Path, suffix: str) -> None:
    text = "建" * (files.MAX_CHARACTERS - 1)
    assert files.read_text(put(tmp_path, f"long{suffix}", text)).strip() == text
    assert fault(put(tmp_path, f"longer{suffix}", text + "设施")) == "files.too_long"


def test_markup_of_very_many_elements_is_refused_before_it_is_parsed(tmp_path: Path) -> None:
    assert fault(put(tmp_path, "plan.html", "<b>" * 2_000_001)) == "files.too_long"
    document = docx.Document()
    path = tmp_path / "whole.docx"
    document.save(str(path))
    target = tmp_path / "many.docx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for member in source.infolist():
            package.writestr(member, source.read(member))
        package.writestr("word/more.xml", "<w:p/>" * 2_000_001)
    assert fault(target) == "files.too_long"


def test_spaces_break_no_chinese_word() -> None:
    assert files._one_line("云岫\n  大道 north\n road \t 二期") == "云岫大道 north road 二期"
