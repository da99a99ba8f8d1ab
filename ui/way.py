"""The way from one page to another."""

from collections.abc import Sequence
from typing import NoReturn
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page

from engine.errors import NotFoundError

_PAGES = "ways"


def remember(pages: Sequence[Page]) -> None:
    """Keep the pages that are open to this person in this run."""
    st.session_state[_PAGES] = {page.url_path: page for page in pages}


def go(path: str, **query: str) -> NoReturn:
    """Leave this page for another at once.

    Raises:
        NotFoundError: There is no such page, or it is not open to this person.
    """
    pages: dict[str, Page] = st.session_state.get(_PAGES, {})
    if path not in pages:
        raise NotFoundError("page", path)
    st.switch_page(pages[path], query_params=query)


def is_open(path: str) -> bool:
    """Tell whether a page is open to this person."""
    return path in st.session_state.get(_PAGES, {})


def link(path: str, label: str, *, icon: str | None = None, **query: str) -> None:
    """Draw a link to another page; nothing when that page is not open to this person."""
    page = st.session_state.get(_PAGES, {}).get(path)
    if page is not None:
        st.page_link(page, label=label, icon=icon, query_params=query or None, width="content")


def address(path: str, **query: str) -> str:
    """Return the address of a page, for a link: ``/case?ref=C-1``."""
    return f"/{path}?{urlencode(query)}" if query else f"/{path}"
