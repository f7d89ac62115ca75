"""Undo the layout of a page: from the text of a file to running text whose every character knows its offset.

A plan comes as lines: broken at the column's edge, in the middle of words, with page numbers and running
heads inside sentences, full-width digits, spaces for justification, remains of Markdown. The running text has
one paragraph a line, no space inside Chinese, one form of each punctuation mark.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

_LINE_END = re.compile(r"\r\n|[\n\r\f\v\x1c\x1d\x1e\x85\u2028\u2029]")
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_FORMS = {
    "«": "《", "»": "》", "「": "“", "」": "”", "『": "“", "』": "”", "〝": "“", "〞": "”", "＂": "“",
    "—": "—", "–": "—", "―": "—", "─": "—", "━": "—", "‐": "-", "‑": "-", "−": "-", "●": "", "■": "",
    "◆": "", "•": "·", "・": "·", "‧": "·", "∙": "·", "～": "~", "〜": "~", "○": "〇", "￭": "",
}  # fmt: skip


def _folded(char: str) -> str:
    """Return the one form of a character; circled numbers stay: they begin items."""
    form = char if "①" <= char <= "⑳" else unicodedata.normalize("NFKC", char)
    return "".join(_FORMS.get(c, c) for c in form)


# Runs of characters for which one stands, mostly the same: of these only full-width ones (！ to ～) have another form.
_PLAIN = re.compile(r"""[一-鿿㐀-䶿0-9A-Za-z、。《》“”〔〕—·‘’！-～!"$%&'(),./:;<=?@\[\\\]^`{}~]+""")
_WIDE = {code: _FORMS.get(chr(code)) or _folded(chr(code)) for code in range(ord("！"), ord("～") + 1)}
_SPACE = " \t　"
_CELL_GAP = re.compile(r"\t|\|| {3,}|　{3,}")
_MARKDOWN = re.compile(r"^\s*(?:#{1,6}\s+|[-*+]\s+|>\s+)|\*\*|__|^[\s:|]*-{3,}[\s:|-]*$")
_GAZETTE = re.compile(r"公报|第#期|\t")
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"[—\-·第\s]*\d{1,4}[—\-·页\s]*")
_TERMINAL = "。！？；;:!?"
_OPEN_END = "、,，(（“《"
HEADING = re.compile(
    r"第[一二三四五六七八九十百〇零\d]{1,4}[篇编章节部]|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)"
    r"|\d{1,2}[.、](?!\d)|\(\d{1,2}\)|专栏\d*|—{2,}|附[件表录]|[①-⑳]"
)
_FULL_STOP = re.compile(r"(?<=[^\x00-\x7f])\.(?!\.)|(?<=[)%])\.(?=[^\x00-\x7f]|$)")
_CHAPTER = re.compile(r"第[一二三四五六七八九十百〇零\d]{1,4}[篇编章节]|[一二三四五六七八九十]{1,3}、|专栏\d")
# Lines that are never part of a sentence: a document number, the word "contents", a date.
DOCUMENT_NUMBER = r"\(?([一-鿿]{2,10}[〔\[(]\d{4}[〕\])](?:第)?\d+号)\)?"
_CLAUSE_END = re.compile("[,。;:]")
_ALONE = re.compile(DOCUMENT_NUMBER + r"|目[录次]|20\d\d年\d{1,2}月(?:\d{1,2}日)?")


@dataclass(frozen=True, eq=False)
class Running:
    """Running text with the offset of every character in the file's decoded text.

    Attributes
    ----------
    text
        Paragraphs, one a line.
    offsets
        For each character of ``text``, its offset in the source (of a line break: that of the next character).
    """

    text: str
    offsets: array[int]

    def index(self, offset: int) -> int:
        """Return the index in ``text`` of the first character at or behind a source offset."""
        return bisect_left(self.offsets, offset)


@dataclass
class _Line:
    text: str
    offsets: array[int]
    first_on_page: bool = False


def _characters(source: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Yield ``(replacement, start, end)`` for each character or plain run of ``source[start:end]``."""
    at = start
    while at < end:
        run = _PLAIN.match(source, at, end)
        if run:
            yield run.group().translate(_WIDE), at, run.end()
            at = run.end()
            continue
        char = source[at]
        if char in _FORMS:
            yield _FORMS[char], at, at + 1
        elif unicodedata.category(char) not in _DROPPED or char == "\t":
            yield _folded(char), at, at + 1
        at += 1


def _line(source: str, start: int, end: int) -> _Line:
    """Fold one line: forms unified, cells parted by a tab, other space dropped except between Latin words."""
    own = source[start:end].lstrip(_SPACE)
    begin = end - len(own)
    own = own.rstrip(_SPACE)
    if _PLAIN.fullmatch(own):  # most lines
        return _Line(_full_stops(own.translate(_WIDE)), array("I", range(begin, begin + len(own))))
    gaps = {m.start(): m.end() for m in _CELL_GAP.finditer(source, start, end)}
    marks = {m.start() + start: m.end() + start for m in _MARKDOWN.finditer(source[start:end])}
    out: list[str] = []
    offsets: array[int] = array("I")
    space_at = skip_to = -1
    for chars, at, stop in _characters(source, start, end):
        if at < skip_to:
            if stop <= skip_to:
                continue
            chars, at = chars[skip_to - at :], skip_to
        if at in marks:
            skip_to = marks[at]
            continue
        if at in gaps:
            skip_to = gaps[at]
            if out and out[-1] != "\t":
                out.append("\t")
                offsets.append(at)
            continue
        if chars.isspace():
            space_at = at
            continue
        if not chars:
            continue
        if space_at >= 0:
            last = out[-1][-1] if out else ""
            if last.isascii() and last.isalpha() and chars[0].isascii() and chars[0].isalpha():
                out.append(" ")
                offsets.append(space_at)
            space_at = -1
        out.append(chars)
        # What is folded into several (㎡ to m2) is one character of the source.
        offsets.extend(range(at, stop) if stop - at == len(chars) else [at] * len(chars))
    text = "".join(out)
    if text.endswith("\t"):
        text, offsets = text[:-1], offsets[:-1]
    return _Line(_full_stops(text), offsets)


def _full_stops(text: str) -> str:
    """Give Chinese sentences one full stop: ``.`` behind a Chinese character is one."""
    return _FULL_STOP.sub("。", text) if "." in text else text


def _lines(source: str) -> list[_Line]:
    lines = []
    start = 0
    for match in [*_LINE_END.finditer(source), None]:
        end = match.start() if match else len(source)
        if start < end and (line := _line(source, start, end)).text:
            # Some converters leave a form feed, others one space, where a page begins.
            line.first_on_page = source[start] == " " or (start > 0 and source[start - 1] == "\f")
            lines.append(line)
        start = match.end() if match else end
    return lines


def _without_page_furniture(lines: list[_Line]) -> list[_Line]:
    """Drop page numbers, and lines that recur beside page breaks (running heads)."""
    number = [bool(_PAGE_NUMBER.fullmatch(line.text)) for line in lines]
    form = [_DIGITS.sub("#", line.text) for line in lines]
    edge: Counter[str] = Counter()
    for i, line in enumerate(lines):
        near = number[max(0, i - 1) : i + 2]
        if (any(near) or line.first_on_page) and 4 <= len(line.text) <= 50 and line.text[-1] not in _TERMINAL:
            edge[form[i]] += 1
    heads = {text for text, count in edge.items() if count >= 3 or (count == 2 and _GAZETTE.search(text))}
    return [line for i, line in enumerate(lines) if not number[i] and form[i] not in heads]


def _wrap_width(lines: list[_Line]) -> int:
    """Return the width, in characters, at which the lines are broken; 0 when they are not."""
    widths = Counter(len(line.text) for line in lines if len(line.text) >= 10)
    if not widths:
        return 0
    mode = max(widths, key=lambda w: (widths[w], w))
    close = sum(n for w, n in widths.items() if abs(w - mode) <= 2)
    return mode if mode <= 60 and close >= 0.4 * widths.total() else 0


def _goes_on(line: str, following: str, width: int) -> bool:
    """Whether a paragraph goes on from one line to the next."""
    if _ALONE.fullmatch(line) or _ALONE.fullmatch(following):
        return False
    if line[-1] in _OPEN_END:
        return True
    if _CHAPTER.match(following):
        return False
    heading = HEADING.match(following)
    if width:
        if len(line) < width - 3:
            return False
        if _CHAPTER.match(line) and not _CLAUSE_END.search(line):
            # A heading as wide as the column: only the short rest of a heading belongs to it.
            return len(following) < width - 3 and not _CLAUSE_END.search(following) and not heading
        return not (heading and line[-1] in _TERMINAL)
    prose = len(line) >= 30 or (len(line) >= 12 and "。" in line)
    return prose and line[-1] not in _TERMINAL and not heading and not HEADING.match(line[-3:])


def run(source: str) -> Running:
    r"""Return the running text of a file's decoded text.

    Parameters
    ----------
    source
        The text as it stands in the file.

    Returns
    -------
    Running
        Its ``offsets`` count characters of ``source``.

    Examples
    --------
    >>> run("实施国道１０４、\n\n２１\n\n２２０线改扩建.").text
    '实施国道104、220线改扩建。'
    """
    lines = _without_page_furniture(_lines(source))
    width = _wrap_width(lines)
    parts: list[str] = []
    offsets: array[int] = array("I")
    for i, line in enumerate(lines):
        parts.append(line.text)
        offsets.extend(line.offsets)
        if i + 1 < len(lines) and not _goes_on(line.text, lines[i + 1].text, width):
            parts.append("\n")
            offsets.append(lines[i + 1].offsets[0])
    return Running("".join(parts), offsets)
