"""The details of a feature as HTML; every text is escaped here."""

from collections.abc import Sequence

from language import text
from layers.markup import clean
from pages.map.facts import Fact, Passage


def head(name: str, tags: Sequence[str], colour: str) -> str:
    """Return the name of a feature with what it is."""
    marks = "".join(f"<span>{clean(tag)}</span>" for tag in tags if tag)
    return (
        f'<div class="pm-head" style="--mark: {clean(colour)}"><h2>{clean(name)}</h2>'
        f'<div class="pm-kind">{marks}</div></div>'
    )


def table(facts: Sequence[Fact]) -> str:
    """Return facts as a list of terms; links are left to the page."""
    rows = "".join(f"<dt>{clean(f.label)}</dt><dd>{clean(f.value)}</dd>" for f in facts if f.value)
    return f'<dl class="pm-facts">{rows}</dl>' if rows else ""


def passage(one: Passage) -> str:
    """Return where a plan names a feature, with the name marked in its sentence."""
    sentence = ""
    if one.name:
        sentence = f"<q>{clean(one.before)}<mark>{clean(one.name)}</mark>{clean(one.after)}</q>"
    return f'<div class="pm-passage"><b>{clean(one.plan)}</b><span>{clean(one.where)}</span>{sentence}</div>'


def around(one: Passage) -> str:
    """Return the text around a mention, with the name marked."""
    before, name, after = (clean(part).replace("\n", "<br>") for part in one.around)
    return f'<div class="pm-around">…{before}<mark>{name}</mark>{after}…</div>'


def facet(heading: str, count: int) -> str:
    """Return the heading of a filter with how many features it can tell apart."""
    return f'<div class="pm-facet">{clean(heading)}<span>{count}</span></div>'


def lines(texts: Sequence[str]) -> str:
    """Return texts as a list."""
    return f'<ul class="pm-lines">{"".join(f"<li>{clean(one)}</li>" for one in texts)}</ul>'


def title(heading: str) -> str:
    """Return a small heading."""
    return f'<div class="pm-title">{clean(heading)}</div>'


def bars(rows: Sequence[tuple[str, int, int, str]], lang: str, *, wide: bool = False) -> str:
    """Return bars of what is placed out of what there is.

    Parameters
    ----------
    rows
        Label, how many are placed, how many there are, colour.
    lang
        Language of the description read out.
    wide
        Leave more room for long labels.
    """
    most = max((total for _, _, total, _ in rows), default=0) or 1
    out = []
    for label, placed, total, colour in rows:
        said = text("page.bar", lang, label=label, placed=placed, total=total)
        share, part = 100 * total / most, 100 * placed / total if total else 0
        out.append(
            f'<div class="pm-bar" role="img" aria-label="{clean(said)}"><span class="pm-what">{clean(label)}</span>'
            f'<span class="pm-track"><i style="width:{share:.1f}%">'
            f'<b style="width:{part:.1f}%;background:{clean(colour)}"></b></i></span>'
            f'<span class="pm-n">{placed}<small> / {total}</small></span></div>'
        )
    widest = max((len(f"{placed} / {total}") for _, placed, total, _ in rows), default=0)
    style = f' style="--figures: {widest}ch"'
    return f'<div class="pm-bars{" pm-wide" if wide else ""}"{style}>{"".join(out)}</div>'
