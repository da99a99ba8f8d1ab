"""A letter on paper says what it says, the same everywhere, whatever somebody wrote in it."""

import re
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import InvalidInputError
from engine.writing import press, typesetting
from engine.writing.book import shipped_letters
from engine.writing.press import (
    LONGEST_PRINTED,
    Sheet,
    draw_letter,
    print_letter,
    print_letters,
)

BOOK = shipped_letters()
HOSTILE = (
    '#panic("x") *b* $x^2$ \\ @a <b> #import "x" `raw` = heading // comment',
    "x" * LONGEST_PRINTED,
    "a\N{COMBINING ACUTE ACCENT}" * 20_000,
    "a\N{ZERO WIDTH JOINER}" * 20_000,
    "\N{NO-BREAK SPACE}" * LONGEST_PRINTED,
    "\u202ea\u202d" * 10_000,
    "\"'" * 20_000,
    "日本 عربي \N{GRINNING FACE} \ue000\U0010fffd\u2028",
    "".join(map(chr, range(0x4E00, 0x4E00 + 300))),
    "\n".join("a" for _ in range(2_900)),
    "",
)


def sheet(body="Dear Jane,\n\nwe have looked into it.", **given):
    usual = {
        "language": BOOK.language("en"),
        "sender": "Northwind Utilities",
        "address": ("14 Harbour Road", "Bristol"),
        "contact": ("0117 496 0000",),
        "recipient": ("Jane Canary", "1 Okapi Lane"),
        "reference": "C-2026-000001",
        "on": date(2026, 3, 4),
        "subject": "Our decision",
        "body": body,
        "mark": "ab" * 32,
    }
    return Sheet(**(usual | given))


def test_the_same_letter_is_the_same_bytes():
    assert print_letter(sheet()) == print_letter(sheet())
    assert print_letter(sheet()) != print_letter(sheet(mark="cd" * 32))


def test_a_letter_is_made_to_be_kept_and_to_be_read_aloud():
    content = print_letter(sheet())

    assert content.startswith(b"%PDF-")
    for said in (b"<pdfaid:part>2<", b"<pdfaid:conformance>B<", b"<pdfuaid:part>1<"):
        assert said in content
    assert b"/StructTreeRoot" in content
    assert b"/Lang(en)" in content.replace(b" ", b"")
    assert b"http://" not in content.replace(b"http://ns.adobe.com", b"").replace(
        b"http://www.aiim.org", b""
    ).replace(b"http://purl.org", b"").replace(b"http://www.w3.org", b"")


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_somebody_wrote_is_printed_as_text(body):
    assert print_letter(sheet(body)).startswith(b"%PDF-")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_words_in_any_place_are_printed(said):
    everywhere = sheet(said, subject=said, recipient=(said, said), sender=said)

    assert print_letter(everywhere).startswith(b"%PDF-")


def test_a_long_letter_has_several_pages_which_are_numbered():
    pages = draw_letter(sheet("We have looked into it.\n\n" * 60), dots=40)

    assert len(pages) == 3
    assert all(page.startswith(b"\x89PNG") for page in pages)
    assert len(set(pages)) == 3


@pytest.mark.parametrize("body", ["x" * (LONGEST_PRINTED + 1), "\n" * 3_001])
def test_what_is_no_letter_any_more_is_refused_in_words(body):
    with pytest.raises(InvalidInputError, match="on C-2026-000001: cannot be printed; it has"):
        print_letter(sheet(body))


def stand_in(monkeypatch, program):
    """Let a program answer in the typesetter's place."""
    monkeypatch.setattr(typesetting, "_TYPESETTER", (sys.executable, "-I", "-c", program))


def test_a_typesetter_that_dies_of_a_letter_takes_nothing_with_it(monkeypatch):
    stand_in(monkeypatch, "import os; os.abort()")

    with pytest.raises(InvalidInputError, match="the typesetter does not take it"):
        print_letter(sheet())


def test_a_letter_that_takes_too_long_is_refused(monkeypatch):
    stand_in(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(typesetting, "_WITHIN", 0.2)

    with pytest.raises(InvalidInputError, match="too long"):
        print_letter(sheet())


def test_a_refusal_repeats_nothing_of_the_letter(monkeypatch):
    stand_in(monkeypatch, """print('{"problem": "PDF/A-2b error: the text `Canary` is odd"}')""")

    with pytest.raises(InvalidInputError, match="PDF/A-2b error: the text") as refusal:
        print_letter(sheet("Canary"))
    assert "Canary" not in str(refusal.value)


def test_the_typesetter_is_never_loaded_where_people_work():
    asked = "import sys, ui.serve, engine.writing.press; print('typst' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True)

    assert told.stdout.split() == [b"False"]


def test_a_logo_stands_on_the_letter(tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')

    assert print_letter(sheet(logo=logo)) != print_letter(sheet())


def test_nothing_beside_the_logo_can_be_read(tmp_path):
    (tmp_path / "secret.txt").write_text("x")
    outside = sheet('#read("/secret.txt")')

    assert len(print_letter(outside)) > 1_000


def test_a_text_that_is_read_as_markup_would_be_seen(monkeypatch):
    layout = press._layout().replace(
        b"par(lines(paragraph))", b'eval(paragraph.at(0), mode: "markup")'
    )
    monkeypatch.setattr(press, "_layout", lambda: layout)

    with pytest.raises(InvalidInputError):
        print_letter(sheet(HOSTILE[0]))


def _pages(content):
    """Return how many pages a PDF has."""
    return max(int(n) for n in re.findall(rb"/Count (\d+)", content))


def test_each_of_several_letters_begins_on_an_odd_page():
    short, long = sheet(), sheet("A sentence of some length that fills a line. " * 150)

    assert len(draw_letter(long)) == 2
    assert _pages(print_letters([short])) == 1
    assert _pages(print_letters([short, short])) == 3
    assert _pages(print_letters([short, long, short])) == 5
    assert print_letters([short, long]) == print_letters([short, long])


def test_one_letter_that_no_font_can_write_does_not_spoil_the_others():
    assert _pages(print_letters([sheet(), sheet(HOSTILE[7]), sheet()])) == 5


def test_a_letter_that_cannot_be_printed_is_named():
    far = sheet("x" * (LONGEST_PRINTED + 1), reference="C-2026-000009")

    with pytest.raises(InvalidInputError, match="C-2026-000009"):
        print_letters([sheet(), far])
