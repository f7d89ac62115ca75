"""Plan files gone wrong, made from the sample plans: the same number gives the same file, on any machine.

A case is a text of a sample plan, spoilt as text, put into a format, and spoilt as bytes; or one of the files that
are known to break readers (bombs, depths, lines without end).
"""

import io
import random
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from projects import files

SAMPLE = Path(__file__).parent.parent.parent / "data" / "sample"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "big5", "shift_jis")
# Every so many cases one of the files that are large or slow to make.
HEAVY_EVERY = 100
_NASTY = (
    "\0", "\x01", "\x08", "\x0b", "\x0c", "\x1a", "\x1b[31m", "\x7f", "\x85", "\u00ad", "\u200b", "\u200f", "\u202e",
    "\u2028", "\u2066", "\ufeff", "\ufffd", "\uffff", "\ue000", "\U000e0001", "\U0001f600", "\u0301" * 9, "𠮷", "㎡",
    "ﷺ", "①", "〔", "“", "”", "《", "》", "（", "）", "、", "；", "。", "\t", "\r", "|", "#" * 9, "- [ ] ", "<b>",
    "&e8;", "]]>", "{{x}}", "%s", "'; DROP TABLE features; --", "=SUM(A1)", "第一章", "一、", "（一）", "专栏1", "1.",
    "—" * 40, "9" * 400, "亿元", "至", "等", "和",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A spoilt plan file.

    Attributes
    ----------
    kind
        How it was spoilt.
    name
        Of the file, with its suffix.
    content
        The bytes.
    table
        A ``plans.csv`` beside it; empty for none.
    """

    kind: str
    name: str
    content: bytes
    table: bytes = b""


def case(number: int, seed: int = 0) -> Case:
    """Return the case with a number."""
    dice = random.Random(f"{seed}/{number}")  # noqa: S311
    if number % HEAVY_EVERY == 0:
        kinds = sorted(HEAVY)
        kind = kinds[number // HEAVY_EVERY % len(kinds)]
        name, content = HEAVY[kind](dice)
        return Case(kind, name, content)
    text, how = _spoilt(_passage(dice), dice)
    suffix = dice.choice((".txt", ".txt", ".md", ".html", ".docx", ".pdf"))
    content = FORMATS[suffix](text, dice)
    if dice.random() < 0.6:
        content, more = _broken(content, dice)
        how += f"+{more}"
    if dice.random() < 0.05:
        suffix = dice.choice((".txt", ".html", ".docx", ".pdf", ".htm", ".TXT"))
        how += "+suffix"
    table = _table(f"plan{suffix}", dice) if dice.random() < 0.1 else b""
    return Case(f"{suffix[1:].lower()} {how}", f"plan{suffix}", content, table)


@cache
def _plans() -> tuple[str, ...]:
    paths = sorted(p for p in SAMPLE.iterdir() if p.suffix in (".txt", ".md") and p.stem != "README")
    return tuple(p.read_text(encoding="utf-8") for p in paths)


def _passage(dice: random.Random) -> str:
    plan = dice.choice(_plans())
    start = dice.choice((0, dice.randrange(len(plan))))
    return plan[start : start + dice.choice((3, 200, 1500, 4000))]


def _spoilt(text: str, dice: random.Random) -> tuple[str, str]:
    """Return a text spoilt in one to three ways, and how."""
    chosen = [dice.choice(sorted(TEXTS)) for _ in range(dice.choice((0, 1, 1, 2, 3)))]
    for name in chosen:
        text = TEXTS[name](text, dice)[:60_000]
    return text, "+".join(chosen) or "whole"


def _nasty(text: str, dice: random.Random) -> str:
    pieces = list(text)
    for _ in range(dice.choice((1, 5, 60))):
        pieces.insert(dice.randrange(len(pieces) + 1), dice.choice(_NASTY) * dice.choice((1, 1, 1, 30)))
    return "".join(pieces)


def _spliced(text: str, dice: random.Random) -> str:
    other = _passage(dice)
    cut, into = dice.randrange(len(text) + 1), dice.randrange(len(other) + 1)
    return text[:cut] + other[into:] + text[cut:]


def _repeated(text: str, dice: random.Random) -> str:
    start = dice.randrange(len(text) + 1)
    piece = text[start : start + dice.choice((1, 2, 7, 40))]
    return text[:start] + piece * dice.choice((50, 400, 2000)) + text[start:]


def _shuffled(text: str, dice: random.Random) -> str:
    lines = text.split("\n")
    dice.shuffle(lines)
    return "\n".join(lines)


def _chopped(text: str, dice: random.Random) -> str:
    width = dice.choice((1, 2, 5, 33))
    return "\n".join(text[k : k + width] for k in range(0, len(text), width))


TEXTS: dict[str, Callable[[str, random.Random], str]] = {
    "nasty": _nasty,
    "splice": _spliced,
    "repeat": _repeated,
    "shuffle": _shuffled,
    "chop": _chopped,
    "one line": lambda text, _: text.replace("\n", ""),
    "no stops": lambda text, _: "".join(c for c in text if c not in "。；，、\n"),
    "all commas": lambda text, dice: "".join(dice.choice("、，") if dice.random() < 0.2 else c for c in text),
    "mojibake": lambda text, _: text.encode("utf-8").decode("gb18030", "replace"),
    "right to left": lambda text, _: "\u202e" + text[::-1] + "\u2069",
    "wide": lambda text, _: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "cut": lambda text, dice: text[: dice.randrange(len(text) + 1)],
}


def _bits(data: bytes, dice: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(dice.choice((1, 4, 60))):
        if spoilt:
            spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
    return bytes(spoilt)


def _inserted(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + dice.randbytes(dice.choice((1, 3, 300))) + data[at:]


def _holed(data: bytes, dice: random.Random) -> bytes:
    at, size = dice.randrange(len(data) + 1), dice.choice((1, 3, 500))
    return data[:at] + dice.choice((b"", bytes(size))) + data[at + size :]


BYTES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "bits": _bits,
    "insert": _inserted,
    "hole": _holed,
    "truncate": lambda data, dice: data[: dice.randrange(len(data) + 1)],
    "head": lambda data, dice: data[dice.randrange(len(data) + 1) :],
    "doubled": lambda data, _: data + data,
    "zeros": lambda data, _: data + bytes(5000),
}


def _broken(data: bytes, dice: random.Random) -> tuple[bytes, str]:
    name = dice.choice(sorted(BYTES))
    return BYTES[name](data, dice), name


def _table(name: str, dice: random.Random) -> bytes:
    """Return a ``plans.csv`` with a sound row and bad ones, spoilt."""
    rows = (
        "id,file,number,title,issuer,published,from_year,to_year,district",
        f"one,{name},,某规划（2021—2025年）,某政府,2021-02-30,2021,9999999999999999999999,槐荫",
        "../../two,../../etc/passwd,,,,,,,",
        f'"=1+1",{name},〔2021〕1号,"<script>alert(1)</script>",,,-5,x,',
        f"one,{name},,,,,,",
    )
    text = "\n".join(dice.sample(rows, k=len(rows)) if dice.random() < 0.3 else rows)
    data = _nasty(text, dice).encode(dice.choice(("utf-8", "gb18030")), "replace")
    return _broken(data, dice)[0] if dice.random() < 0.5 else data


def _text(text: str, dice: random.Random) -> bytes:
    return text.encode(dice.choice(ENCODINGS), "replace")


def _html(text: str, dice: random.Random) -> bytes:
    rows = "".join(f"<p>{line}<div><td>{line}</span>" for line in text.split("\n"))
    declared = dice.choice((*ENCODINGS, "x-unknown", "utf-7"))
    return f"<html><head><meta charset={declared}></head><body>{rows}".encode(dice.choice(ENCODINGS), "replace")


def _document(body: str, **members: bytes) -> bytes:
    """Return a DOCX of an XML body."""
    kinds = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in (("[Content_Types].xml", kinds), ("_rels/.rels", relations), ("word/document.xml", body)):
            package.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
        for name, data in members.items():
            package.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _body(inner: str, head: str = "") -> str:
    return f'{head}<w:document xmlns:w="{WORD}"><w:body>{inner}</w:body></w:document>'


def _paragraphs(text: str) -> str:
    from xml.sax.saxutils import escape

    kept = "".join(c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff"))
    return "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in kept.split("\n"))


def _docx(text: str, dice: random.Random) -> bytes:
    body = _body(_paragraphs(text))
    if dice.random() < 0.3:
        # Spoilt before it is packed: behind the checksum.
        body = _broken(body.encode("utf-8"), dice)[0].decode("utf-8", "replace")
    return _document(body)


def _pdf(text: str, dice: random.Random) -> bytes:
    """Return a PDF that shows the text in a font with a map to Unicode, as word processors write it."""
    lines = [line for line in text.split("\n") if line][:60]
    shown = "\n".join(f"<{line.encode('utf-16-be', 'replace').hex()}> Tj 0 -14 Td" for line in lines)
    packed = zlib.compress(f"BT /F1 10 Tf 50 800 Td {shown} ET".encode("ascii"))
    ranges = "1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0000> <ffff> <0000> endbfrange"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R]"
        b" /ToUnicode 7 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (A) /Ordering (I) >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(ranges), ranges.encode("ascii")),
    ]
    return _assembled(parts, dice.random() < 0.8)


def _assembled(parts: list[bytes], sound: bool = True) -> bytes:
    out, at = bytearray(b"%PDF-1.7\n"), []
    for number, part in enumerate(parts, 1):
        at.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = len(out) if sound else 7
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in at)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, table)
    return bytes(out)


FORMATS: dict[str, Callable[[str, random.Random], bytes]] = {
    ".txt": _text,
    ".md": _text,
    ".html": _html,
    ".docx": _docx,
    ".pdf": _pdf,
}


def _laughs(dice: random.Random) -> tuple[str, bytes]:
    levels = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 20}">' for i in range(1, 9))
    head = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "x">{levels}]>'
    body = _body("<w:p><w:r><w:t>&e8;</w:t></w:r></w:p>", head)
    if dice.random() < 0.5:
        return "plan.html", (head + "<html><body>&e8;").encode()
    return "plan.docx", _document(body)


def _outside(dice: random.Random) -> tuple[str, bytes]:
    head = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return "plan.docx", _document(_body("<w:p><w:r><w:t>云岫大道&e;</w:t></w:r></w:p>", head))


def _stream_bomb(size: int) -> bytes:
    stream = zlib.compress(bytes(size), 9)
    contents = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream)
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return _assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", pages, b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>", contents]
    )


def _page_loop(dice: random.Random) -> tuple[str, bytes]:
    kids = dice.choice((b"[2 0 R]", b"[3 0 R 2 0 R]", b"[3 0 R " + b"3 0 R " * 50_000 + b"]"))
    count = dice.choice((b"1", b"999999999", b"-1"))
    return "plan.pdf", _assembled(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids %s /Count %s /Parent 2 0 R >>" % (kids, count),
            b"<< /Type /Page /Parent 2 0 R >>",
        ]
    )


def _long(piece: str) -> Callable[[random.Random], tuple[str, bytes]]:
    """Return a file of one piece over and over, as long as may be."""
    return lambda _: ("plan.txt", (piece * (files.MAX_CHARACTERS // len(piece) + 1))[: files.MAX_CHARACTERS].encode())


def _one_line(dice: random.Random) -> tuple[str, bytes]:
    text = "".join(_plans()).replace("\n", "").encode("utf-8")
    return "plan.txt", text * (20_000_000 // len(text) + 1)


def _many_lines(dice: random.Random) -> tuple[str, bytes]:
    text = "".join(_plans()).encode("utf-8")
    return dice.choice(("plan.txt", "plan.md")), text * (20_000_000 // len(text) + 1)


def _operators(_: random.Random) -> tuple[str, bytes]:
    packed = zlib.compress(b"BT /F1 10 Tf " + b"1 0 0 1 5 5 Tm (a) Tj " * 100_000 + b"ET")
    contents = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    page = b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>"
    return "plan.pdf", _assembled(
        [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, contents]
    )


def _pages(_: random.Random) -> tuple[str, bytes]:
    count = 20_001
    kids = b" ".join(b"%d 0 R" % k for k in range(3, count + 3))
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)]
    return "plan.pdf", _assembled([*parts, *[b"<< /Type /Page /Parent 2 0 R >>"] * count])


def _html_of(piece: str, times: int) -> Callable[[random.Random], tuple[str, bytes]]:
    return lambda _: ("plan.html", ("<html><body>" + piece * times + "建设云岫大道").encode("utf-8"))


def _docx_of(piece: str, times: int) -> Callable[[random.Random], tuple[str, bytes]]:
    return lambda _: ("plan.docx", _document(_body(piece * times)))


HEAVY: dict[str, Callable[[random.Random], tuple[str, bytes]]] = {
    "20 MB in one line": _one_line,
    "many attributes": _docx_of("<w:p a='1' b='2' c='3'/>", 490_000),
    "many elements": _docx_of("<w:p/>", 1_900_000),
    "many elements of HTML": _html_of("<b>", 1_900_000),
    "20 MB in lines": _many_lines,
    "one character": _long("建"),
    "brackets": _long("（"),
    "list": _long("云岫大道、"),
    "figures": _long("12.5亿元，"),
    "quotes": _long("“云岫"),
    "headings": _long("第一章 总则\n"),
    "dashes": _long("—"),
    "digits": _long("9"),
    "spaces": _long("云 "),
    "table": _long("|云岫大道"),
    "empty lines": _long("\n"),
    "one number": lambda dice: _long("建设云岫大道、湫水河公园，总投资" + "9" * 190_000)(dice),
    "dots without end": lambda dice: _long("建设云岫大道、湫水河公园" + "." * 190_000)(dice),
    "sentences": _long("建设云岫大道。\n"),
    "longest text in one line": lambda dice: _long("".join(_plans()).replace("\n", ""))(dice),
    "longest text": lambda dice: _long("".join(_plans()))(dice),
    "deep HTML": _html_of("<div>", 500_000),
    "deep HTML tables": _html_of("<table><tr><td>", 100_000),
    "wide HTML": _html_of("<p>云岫大道</p>", 300_000),
    "HTML attributes": _html_of('<a b="c" ' + 'x="y" ' * 50 + ">", 20_000),
    "deep DOCX": _docx_of("<w:tbl><w:tr><w:tc>", 100_000),
    "wide DOCX": _docx_of("<w:p/>", 8_000_000),
    "long DOCX": _docx_of("<w:p><w:r><w:t>建设云岫大道。</w:t></w:r></w:p>", 500_000),
    "laughs": _laughs,
    "outside": _outside,
    "zip bomb": lambda _: ("plan.docx", _document(_body("<w:p/>"), **{"word/media/x.bin": bytes(300_000_000)})),
    "zip bomb inside": lambda _: ("plan.docx", _document("<a>" + " " * 250_000_000 + "</a>")),
    "zip bomb below the limit": lambda _: (
        "plan.docx",
        _document(_body("<w:p/>"), **{"word/media/x.bin": bytes(250_000_000)}),
    ),
    "long attributes": lambda _: ("plan.docx", _document(_body('<w:p w:x="' + "y" * 200_000_000 + '"/>'))),
    "PDF of operators": _operators,
    "PDF of pages": _pages,
    "PDF bomb": lambda _: ("plan.pdf", _stream_bomb(300_000_000)),
    "PDF small bomb": lambda _: ("plan.pdf", _stream_bomb(50_000_000)),
    "page loop": _page_loop,
}
"""The files that are large, deep or boundless, by what they are."""
