"""A part of the address that says what was chosen on a page, and is changed by going back."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st


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
        every = st.query_params.to_dict()
        others = {name: value for name, value in every.items() if name not in self.names}
        st.query_params.from_dict({**others, **choice})
        self.see()

    def see(self) -> None:
        """Keep what the address says now."""
        st.session_state[self.key] = self.said()

    def is_another(self) -> bool:
        """Tell whether the address names another choice than when it was looked at last.

        One that names none leaves what was chosen: pages are also opened without an address.
        """
        said = self.said()
        return bool(said) and said != st.session_state.get(self.key)
