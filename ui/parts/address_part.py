"""A part of the address that says what was chosen on a page, and is changed by going back."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.parts.words import plain

_REFUSED = "address.refused"


@dataclass(frozen=True, slots=True)
class AddressPart:
    """The names in an address that belong to one choice.

    Attributes:
        key: Where it is kept what the address said when it was looked at last.
        names: All of them are written at once: what is written in two steps is left in two.
    """

    key: str
    names: frozenset[str]

    def said(self) -> dict[str, str]:
        """Return what the address says of the choice."""
        every = st.query_params.to_dict()
        return {name: value for name, value in every.items() if name in self.names}

    def say(self, choice: Mapping[str, str]) -> None:
        """Let the address say a choice, in place of the one before; what else it says stays."""
        st.session_state[self._before] = self.said()
        every = st.query_params.to_dict()
        others = {name: value for name, value in every.items() if name not in self.names}
        st.query_params.from_dict({**others, **choice})
        self.see()

    def see(self) -> None:
        """Keep what the address says now."""
        st.session_state[self.key] = self.said()

    def is_another(self) -> bool:
        """Tell whether the address names another choice than when it was looked at last.

        One that names none leaves what was chosen: pages are also opened without an address. One
        that a browser still showed when somebody clicked the next thing names no other choice.
        """
        said, seen = self.said(), st.session_state.get(self.key)
        if not said or said == seen:
            return False
        if said == st.session_state.get(self._before) and not _is_gone_back():
            # The next click came before the browser had heard of the choice: it is said again.
            self.say(seen or {})
            return False
        return True

    def refuse(self, why: str, *, say: Mapping[str, str] | None = None) -> None:
        """Keep what is wrong with the address, and let it say a choice that can be shown.

        Args:
            why: One or two sentences.
            say: The choice; None for none.
        """
        st.session_state.setdefault(_REFUSED, []).append(why)
        self.say(say or {})

    @property
    def _before(self) -> str:
        """Return where it is kept what the address said before the last choice."""
        return f"{self.key}.before"


def draw_refused() -> None:
    """Draw what was wrong with the address, once, where the page has room for it."""
    for why in st.session_state.pop(_REFUSED, []):
        st.warning(plain(why))


def _is_gone_back() -> bool:
    """Tell whether somebody went back or forward in the browser, and clicked nothing."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
