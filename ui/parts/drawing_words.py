"""What diagrams and their editors say, in the language of the organisation."""

from collections.abc import Mapping

from ui.portal.catalogue import drawing_words
from ui.session import platform


def words_of(*sections: str) -> Mapping[str, str]:
    """Return what is said instead of the English that is built in; empty where that is said.

    Args:
        sections: Of the texts, such as ``diagram``; see ``drawing_words``.
    """
    return drawing_words(_language(), *sections)


def _language() -> str:
    return platform().policy.organisation.language
