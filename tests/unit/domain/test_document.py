"""Names of files do nothing, and of a closed document others learn nothing but its copies."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.document import (
    LONGEST_NAME,
    Document,
    DocumentFile,
    FileState,
    Kind,
    Origin,
    Purpose,
    safe_name,
)
from ui.api.document import attachment

NOW = datetime(2026, 1, 5, tzinfo=UTC)
FILE = DocumentFile(1, 1, False, "a.exe", Kind.PDF, 9, "x", "x", FileState.KEPT, "", "s", "u", NOW)
COPY = replace(FILE, id=2, is_redacted=True, name="copy.pdf")
DOCUMENT = Document(
    *(1, 1, Purpose.EVIDENCE, Origin.COMPLAINANT, "What Jane wrote", True),
    *("u", NOW, "", None, "", (FILE, COPY)),
)
HOSTILE = [
    ("../../../../etc/cron.d/x", "x"),
    ("..\\..\\evil\x00.exe", "evil.exe"),
    ("\u200b.htaccess", "htaccess"),
    ("invoice\u202efdp.exe", "invoicefdp.exe"),
    ("CON", "CON_"),
    ("nul.txt", "nul_.txt"),
    ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie x=1.pdf"),
    ('"; filename="evil.html', "; filename= evil.html"),
    ("<img src=x onerror=alert(1)>.pdf", "img src=x onerror=alert(1).pdf"),
    ("", "document"),
    ("...", "document"),
    ("\ud800.pdf", ".pdf"),
]


@pytest.mark.parametrize(("given_name", "kept"), HOSTILE)
def test_a_hostile_name_is_made_harmless(given_name, kept):
    name = safe_name(given_name)

    assert name == kept or (kept.startswith(".") and name.endswith("pdf"))


def _dangers(name):
    """Return what in a name could do something."""
    signs = {c for c in name if unicodedata.category(c) in {"Cc", "Cf", "Cs"} or c in '/\\<>:"|?*'}
    return signs | ({name[0]} & {"."}) | ({"long"} if len(name) > LONGEST_NAME else set())


@given(st.text(st.characters(), max_size=400))
def test_whatever_a_file_is_called_its_name_does_nothing(text):
    name = safe_name(text)

    assert name
    assert _dangers(name) == set()
    assert safe_name(name) == name


def test_a_name_that_is_taken_as_it_comes_is_noticed():
    """Plant the bug: nothing is taken out."""
    assert all(_dangers(given_name) for given_name, _ in HOSTILE[:4])


@given(st.text(st.characters(), max_size=60))
def test_a_header_names_one_file_and_says_nothing_else(text):
    header = attachment(safe_name(text))

    assert header.isascii()
    assert header.isprintable()
    plain = header.removeprefix('attachment; filename="').partition("\"; filename*=UTF-8''")
    assert '"' not in plain[0] + plain[2]
    assert ";" not in plain[0] + plain[2]


def test_the_ending_says_what_a_file_is_whatever_it_was_called():
    assert FILE.download_name == "a.pdf"
    assert replace(FILE, name="march.2026.invoice").download_name == "march.2026.pdf"
    assert replace(FILE, kind=None, name="x.html").download_name == "x.html.held"


@pytest.mark.iso("4.10")
def test_of_a_closed_document_others_see_copies_only():
    seen = DOCUMENT.seen(sees_originals=False)

    assert seen.files == (COPY,)
    assert seen.description == ""
    assert seen.newest == COPY
    assert seen.file(1, is_redacted=False) is None
    assert DOCUMENT.seen(sees_originals=True) == DOCUMENT
    assert replace(DOCUMENT, is_closed=False).seen(sees_originals=False).files == (FILE, COPY)
