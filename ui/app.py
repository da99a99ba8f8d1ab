"""The script that Streamlit runs for each look at a page."""

import streamlit as st

from engine.errors import RedressError, SignInError
from ui.asset import FOLDER
from ui.parts.account import account
from ui.parts.finish import finish
from ui.parts.words import plain
from ui.place import pages_for, shut_for
from ui.session import actor, platform, sign_out_token
from ui.way import remember


def main() -> None:
    """Draw the frame and the page that was asked for."""
    mark = str(FOLDER / "mark.svg")
    st.set_page_config(page_title="Redress", page_icon=mark, layout="wide")
    st.logo(str(FOLDER / "logo.svg"), icon_image=mark, size="large")
    try:
        _draw()
    except SignInError as refusal:
        st.error(plain(str(refusal)), icon=":material/lock:")
        st.page_link("/login", label="Sign in")
    except RedressError as refusal:
        st.error(plain(str(refusal)), icon=":material/error:")


def _draw() -> None:
    person = actor()
    pages = pages_for(person)
    remember(pages)
    page = st.navigation([*pages, *shut_for(person)], expanded=True)
    st.set_page_config(page_title=f"{page.title} - {platform().policy.organisation.name}")
    with st.sidebar:
        account(person, token=sign_out_token())
        finish()
    page.run()


if __name__ == "__main__":
    main()
