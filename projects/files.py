"""The text of a plan file, whatever its format.

Offsets of the product count the characters of what :func:`read_text` returns, so a text file comes back exactly
as it is decoded: no line ending is translated, nothing is stripped but a byte order mark. The other formats
come back as plain text in reading order, one line a paragraph or table row. Their libraries are imported where
they are needed: most plans are text, and a command starts faster without them.
"""

import codecs
import io
import logging
import os
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from errors import PlanError

if TYPE_CHECKING:
    import pypdf
    from lxml import etree

MAX_BYTES = 256 * 2**20
"""Largest file that is read, and the most that a packed one may unpack to."""

MAX_CHARACTERS = 200_000
"""Longest text that is read: three times the longest gazette issue known, and some seconds of work."""

# Each costs 100 to 250 bytes once it is parsed, however few it took in the file.
_MOST_NODES = 2_000_000
MAX_PAGES = 20_000
_FAULTS_PER_CHARACTER = 0.01
_SCANNED_BELOW = 16

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    b"%PDF-", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8",
    b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\x7fELF", b"SQLite format 3",
)  # fmt: skip
_FAULT = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f\x80-\x84\x86-\x9f\ufffd-\uffff]")
_VISIBLE = re.compile(r"\w")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{2,40})""", re.IGNORECASE)


def read_text(path: Path, *, max_bytes: int = MAX_BYTES) -> str:
    r"""Return the text of a plan file.

    Parameters
    ----------
    path
        A file whose suffix is one of :data:`SUFFIXES`.
    max_bytes
        Refuse a larger file, and a packed one that unpacks to more.

    Returns
    -------
    str
        Text files: the decoded characters as they stand in the file (UTF-8, UTF-16 or UTF-32 with a byte order
        mark, which is left out; UTF-8, UTF-16 or GB18030 without one); where up to one character in a hundred
        cannot be decoded it is U+FFFD. PDF: the text of its pages, ``"\f"`` between two pages. DOCX and HTML: a
        line for each paragraph and table row, tabs between the cells of a row.

    Raises
    ------
    PlanError
        The file is missing, empty, too big or too long, no plan file by its suffix, binary, damaged, encrypted, or
        holds pictures of pages without text.
    """
    suffix = path.suffix.lower()
    if not path.is_file():
        raise PlanError("files.missing", path=str(path))
    if suffix not in SUFFIXES:
        raise PlanError("files.unknown_type", path=str(path), valid=" ".join(SUFFIXES))
    try:
        with path.open("rb") as file:
            # No more room than the file needs, and one byte more, should it be growing.
            data = file.read(min(os.fstat(file.fileno()).st_size, max_bytes) + 1)
    except OSError as error:
        raise PlanError("files.unreadable", path=str(path), why=error) from None
    if len(data) > max_bytes:
        raise PlanError("files.too_big", path=str(path), most=round(max_bytes / 2**20))
    if not data.strip():
        raise PlanError("files.empty", path=str(path))
    text = SUFFIXES[suffix](path, data, max_bytes)
    _check_length(path, len(text))
    if not _VISIBLE.search(text):
        raise PlanError("files.empty", path=str(path))
    return text


def _check_length(path: Path, length: int) -> None:
    if length > MAX_CHARACTERS:
        raise PlanError("files.too_long", path=str(path), most=MAX_CHARACTERS)


def _check_nodes(path: Path, data: bytes) -> None:
    """Refuse markup of very many elements and attributes, before they are parsed."""
    if data.count(b"<") + data.count(b"=") > _MOST_NODES:
        raise PlanError("files.too_long", path=str(path), most=MAX_CHARACTERS)


def _plain(path: Path, data: bytes, _max_bytes: int) -> str:
    if data.startswith(_SIGNATURES):
        raise PlanError("files.binary", path=str(path))
    return _decoded(path, data)


def _decoded(path: Path, data: bytes, declared: str = "") -> str:
    """Return the characters of ``data``, from the first encoding in which it is text."""
    encodings = [name for bom, name in _BOMS if data.startswith(bom)][:1]
    if not encodings:
        if b"\0" in data[: 1 << 16]:
            encodings = ["utf-16-le", "utf-16-be"]
        encodings += ["utf-8", *([declared] if declared else []), "gb18030"]
    best: tuple[float, str] = (1.0, "")
    for encoding in encodings:
        text = data.decode(encoding, errors="replace")
        if encoding in ("utf-16-le", "utf-16-be") and not _reads_as_text(text):
            continue
        faults = sum(1 for _ in _FAULT.finditer(text)) / max(len(text), 1)
        if faults < best[0]:
            best = (faults, text)
        if "\ufffd" not in text and faults <= _FAULTS_PER_CHARACTER:
            break
    if best[0] > _FAULTS_PER_CHARACTER:
        raise PlanError("files.binary", path=str(path))
    return best[1]


def _reads_as_text(text: str) -> bool:
    """Whether UTF-16 without a byte order mark was read in the right byte order: by its commonest characters."""
    head = text[: 1 << 14]
    common = sum(
        1 for c in head if c in "\r\n\t" or " " <= c <= "~" or "\u4e00" <= c <= "\u9fff" or c in "，。、；：（）"
    )
    return common >= 0.9 * len(head)


def _pdf(path: Path, data: bytes, _max_bytes: int) -> str:
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every oddity that it mended
    damaged = PlanError("files.damaged", path=str(path), kind="PDF")
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        locked = reader.is_encrypted and not reader.decrypt("")
    except pypdf.errors.DependencyError:
        locked = True
    except Exception:  # a damaged PDF makes pypdf raise almost anything
        raise damaged from None
    if locked:
        raise PlanError("files.encrypted", path=str(path))
    pages: list[str] = []
    size = 0
    try:
        for page in reader.pages:
            pages.append(page.extract_text().replace("\f", "\n"))
            size += len(pages[-1])
            _check_length(path, size)
            if len(pages) > MAX_PAGES:
                raise PlanError("files.too_long", path=str(path), most=MAX_CHARACTERS)
    except PlanError:
        raise
    except Exception:
        raise damaged from None
    visible = sum(len(_VISIBLE.findall(text)) for text in pages)
    if visible == 0 or (visible < _SCANNED_BELOW * len(pages) and _has_pictures(reader)):
        raise PlanError("files.scanned", path=str(path))
    return _without_surrogates("\f".join(pages))


def _has_pictures(reader: "pypdf.PdfReader") -> bool:
    try:
        return any(len(page.images) > 0 for page in reader.pages)
    except Exception:  # a picture that cannot be listed is a picture
        return True


def _docx(path: Path, data: bytes, max_bytes: int) -> str:
    import docx

    damaged = PlanError("files.damaged", path=str(path), kind="DOCX")
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # an OLE container: Word 97, or a DOCX under a password
        raise PlanError("files.old_word", path=str(path))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
            if sum(member.file_size for member in members) > max_bytes:
                raise PlanError("files.too_big", path=str(path), most=round(max_bytes / 2**20))
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _check_nodes(path, package.read(member))
    except PlanError:
        raise
    except Exception:  # zipfile raises what zlib, struct or an unknown method happen to raise
        raise damaged from None
    try:
        body = docx.Document(io.BytesIO(data)).element.body
    except Exception:  # python-docx raises what zipfile, lxml or a missing part happen to raise
        raise damaged from None
    return "".join(_docx_pieces(body))


def _docx_pieces(body: "etree._Element") -> Iterator[str]:
    """Yield text, tabs and line ends of a document body: also of text boxes and of insertions under review."""
    from lxml import etree

    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    fallback = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
    in_cell = 0
    walk = etree.iterwalk(body, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in (fallback, word + "del", word + "moveFrom"):
                walk.skip_subtree()
            elif tag == word + "tc":
                in_cell += 1
            elif tag == word + "t":
                yield _one_line(element.text or "")
            elif tag == word + "tab" and _tag_of_parent(element) == word + "r":  # elsewhere it is a tab stop
                yield "\t"
            elif tag == word + "noBreakHyphen":
                yield "-"
            elif tag in (word + "br", word + "cr"):
                yield "\n" if not in_cell else " "
        elif tag == word + "p":
            yield "\n" if not in_cell else " "
        elif tag == word + "tc":
            in_cell -= 1
            yield "\t"
        elif tag == word + "tr":
            yield "\n" if not in_cell else " "


def _tag_of_parent(element: "etree._Element") -> object:
    parent = element.getparent()
    return None if parent is None else parent.tag


_DECLARED = ("big5", "big5-hkscs", "iso-8859-1", "windows-1252")
"""What a page may declare and is believed in, beside the encodings that are tried anyway."""

_HTML_DROPPED = frozenset(
    ["head", "script", "style", "noscript", "template", "iframe", "object", "svg", "select", "textarea", "button"]
)
_HTML_BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hr", "html", "legend", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "tfoot", "thead", "tr", "ul",
])  # fmt: skip


def _html(path: Path, data: bytes, _max_bytes: int) -> str:
    import lxml.html
    from lxml import etree

    if data.startswith(_SIGNATURES):
        raise PlanError("files.binary", path=str(path))
    _check_nodes(path, data)
    meta = _META.search(data[:4096])
    declared = meta[1].decode("ascii").lower() if meta else ""
    text = _decoded(path, data, declared if declared in _DECLARED else "")
    # libxml2 ends the document at a NUL and takes a declaration of encoding in decoded text for an error
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\0", ""))
    parser = lxml.html.HTMLParser(huge_tree=True, encoding="utf-8")
    damaged = PlanError("files.damaged", path=str(path), kind="HTML")
    try:
        root = lxml.html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        raise damaged from None
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        raise damaged  # too deep for libxml2, which left out the rest without a word
    return "".join(_html_lines(root))


def _html_lines(root: "etree._Element") -> Iterator[str]:
    """Yield the lines of a document, each with its line end."""
    from lxml import etree

    line: list[str] = []
    preformatted = in_cell = 0

    def lines() -> Iterator[str]:
        if in_cell:
            line.append(" ")
            return
        text = "".join(line)
        line.clear()
        for row in text.split("\n"):
            if row.strip():
                yield row.strip(" ") + "\n"

    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _HTML_DROPPED:
                walk.skip_subtree()
                continue
            preformatted += tag == "pre"
            if tag in _HTML_BLOCKS:
                yield from lines()
            elif tag == "br":
                line.append(" " if in_cell else "\n")
            in_cell += tag in ("td", "th")
            text = element.text or ""
            line.append(_unbroken(text) if preformatted else _one_line(text))
        else:
            preformatted -= tag == "pre"
            in_cell -= tag in ("td", "th")
            if tag in _HTML_BLOCKS:
                yield from lines()
            elif tag in ("td", "th"):
                line.append("\t")
            tail = element.tail or ""
            line.append(_unbroken(tail) if preformatted else _one_line(tail))
    yield from lines()


def _unbroken(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


_SPACE = re.compile(r"[ \t\r\n\f\v]+")


def _one_line(text: str) -> str:
    """Return ``text`` with each run of white space as one space, none where it broke a line between two CJK characters.

    The rule is that of CSS Text Module Level 4, "Segment Break Transformation Rules".
    """

    def joined(space: re.Match[str]) -> str:
        before, after = text[space.start() - 1 : space.start()], text[space.end() : space.end() + 1]
        return "" if "\n" in space[0] and before and after and _wide(before) and _wide(after) else " "

    return _SPACE.sub(joined, text)


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def _without_surrogates(text: str) -> str:
    """Return ``text`` in a form that can be written as UTF-8: pypdf passes on what a broken font map says."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


SUFFIXES: dict[str, Callable[[Path, bytes, int], str]] = {
    ".txt": _plain,
    ".md": _plain,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _docx,
}
"""The reader of each kind of plan file, by suffix in lower case."""
