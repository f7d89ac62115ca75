"""Text of plans made safe as a part of a page, of Markdown or of a script in it."""

import html
import json
import re

# Characters that end or bend a script, a template or a text direction; the rest html.escape() does.
_SPECIAL = {ord(c): f"&#{ord(c)};" for c in "`{}\\"} | dict.fromkeys(
    [*range(0x09), *range(0x0B, 0x20), 0x7F, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)


def clean(text: object) -> str:
    """Return text made safe as HTML, in an attribute, and in a script's string.

    Examples
    --------
    >>> clean("<b>`{x}`</b>")
    '&lt;b&gt;&#96;&#123;x&#125;&#96;&lt;/b&gt;'
    """
    return html.escape(str(text), quote=True).translate(_SPECIAL)


def plain(text: object) -> str:
    r"""Return text that Markdown shows as it is: no picture, link, formula or colour comes of it.

    Examples
    --------
    >>> plain("![x](//example.org) $a$")
    '!\\[x\\](//example.org) \\$a\\$'
    """
    return re.sub(r"[\\`*_\[\]<>$~:#|]", r"\\\g<0>", str(text))


def script_json(value: object) -> str:
    """Return JSON that may stand in a script element: no ``<``, ``>``, ``&`` or line separator in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for c in "<>&\u2028\u2029":
        text = text.replace(c, f"\\u{ord(c):04x}")
    return text
