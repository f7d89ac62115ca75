"""The coverage panel: how many of each plan's features are on the map."""

import streamlit as st

from layers import style
from layers.view import Selection
from pages.map import cards, session
from pages.map.components.filters import label
from pages.map.coverage import shares
from pages.map.session import say
from pages.map.sources import Source

GROUPS = ("plan", "district", "category", "precision")
INK = "#1f5f8b"


def coverage(source: Source, found: Selection) -> None:
    """Show bars by plan, district, category and precision of what the filters leave."""
    lang = session.lang()
    categories = style.categories()
    columns = st.columns([1.25, 1, 1], gap="large")
    for column, names in zip(columns, (("plan", "precision"), ("district",), ("category",)), strict=True):
        with column:
            for name in names:
                rows = []
                for share in shares(source.index, found, name, source.codes[name]):
                    text = label(source, name, share.code, lang) if share.code else say("not_told")
                    colour = categories[share.code].colour if name == "category" else INK
                    rows.append((text, share.placed, share.total, colour))
                st.html(cards.title(say(f"by_{name}")) + cards.bars(rows, lang, wide=name == "plan"))
