"""The letters that can be written: ours in two languages, and an organisation's own."""

from datetime import UTC, datetime
from decimal import Decimal
from importlib.resources import files

import pytest

from engine.domain.letter import LetterKind
from engine.errors import InvalidInputError
from engine.writing.book import shipped_letters
from engine.writing.template import sample_facts

BOOK = shipped_letters()
OWN = "Subject: Hello {{ reference }}\n\nDear {{ complainant }}, we read “{{ summary }}”.\n"


def own(folder, text=OWN, *, language="en", name="closing.txt"):
    (folder / language).mkdir(exist_ok=True)
    (folder / language / name).write_text(text, "utf-8")
    return folder


@pytest.mark.iso("7.4")
@pytest.mark.parametrize("kind", LetterKind)
@pytest.mark.parametrize("code", ["en", "de"])
def test_each_letter_says_to_whom_it_goes_which_complaint_it_is_and_who_writes(code, kind):
    facts = sample_facts(kind)
    found = BOOK.write(kind, BOOK.language(code), facts)

    assert "(reference)" in found.subject
    for fact in ("complainant", "summary", "organisation"):
        assert f"({fact})" in found.body
    assert "{" not in found.subject + found.body
    assert "\n\n\n" not in found.body


@pytest.mark.parametrize("kind", LetterKind)
def test_both_languages_tell_the_same_facts_and_leave_the_same_open(kind):
    english, german = (BOOK.write(kind, BOOK.language(c), sample_facts(kind)) for c in ("en", "de"))

    def facts(text):
        return sorted(f"({name})" for name in sample_facts(kind) if f"({name})" in text)

    assert facts(english.body) == facts(german.body)
    assert len(english.blanks) == len(german.blanks)
    assert english.body != german.body


@pytest.mark.iso("7.9")
@pytest.mark.parametrize("kind", [kind for kind in LetterKind if kind is not LetterKind.WITHDRAWAL])
@pytest.mark.parametrize("code", ["en", "de"])
def test_whom_to_turn_to_stands_in_every_letter_but_that_to_somebody_who_withdrew(code, kind):
    assert "(external_body)" in BOOK.write(kind, BOOK.language(code), sample_facts(kind)).body


def test_the_organisations_own_letter_stands_instead_of_ours(tmp_path):
    book = BOOK.with_own(own(tmp_path))
    english, closing = book.language("en"), LetterKind.CLOSING

    assert book.write(closing, english, sample_facts(closing)).subject == "Hello (reference)"
    assert book.blanks(LetterKind.DECISION, english) == BOOK.blanks(LetterKind.DECISION, english)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": "Dear Jane"}, "en/closing.txt: begins with a line"),
        ({"text": OWN + "{{ explanation }}"}, "names “explanation” in line 4"),
        ({"name": "farewell.txt"}, "en/farewell.txt: is named like no letter"),
        ({"name": "closing.html"}, "en/closing.html: is named like no letter"),
        ({"language": "fr"}, "Letters in fr: there is no fr/words.toml"),
        ({"name": "words.toml", "text": "months = 3"}, "en/words.toml"),
        ({"name": "words.toml", "text": "= ="}, "en/words.toml: is no TOML"),
    ],
)
def test_an_own_letter_that_is_broken_is_refused_in_words(tmp_path, given, said):
    with pytest.raises(InvalidInputError, match=said.replace("(", r"\(")):
        BOOK.with_own(own(tmp_path, **given))


def test_every_broken_letter_is_named_at_once(tmp_path):
    own(own(tmp_path, "x"), "y", language="de")

    with pytest.raises(InvalidInputError) as refusal:
        BOOK.with_own(tmp_path)

    assert sorted(refusal.value.problems) == ["Letter de/closing.txt", "Letter en/closing.txt"]


def test_a_letter_that_is_no_text_is_refused(tmp_path):
    (own(tmp_path) / "en" / "decision.txt").write_bytes(b"Subject: \xff\xfe")

    with pytest.raises(InvalidInputError, match="UTF-8"):
        BOOK.with_own(tmp_path)


def test_a_further_language_has_every_kind_or_is_refused(tmp_path):
    words = files("config") / "letters" / "en" / "words.toml"
    own(tmp_path, words.read_text("utf-8"), language="fr", name="words.toml")

    with pytest.raises(InvalidInputError, match="there is none for acknowledgement, holding"):
        BOOK.with_own(tmp_path)


def test_a_language_nobody_writes_falls_back_on_the_organisations():
    assert BOOK.language("ja", "de").code == "de"
    assert BOOK.language("", "en").code == "en"
    with pytest.raises(InvalidInputError, match="de, en"):
        BOOK.language("ja")


def test_days_and_money_read_as_in_their_language():
    late = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)

    assert BOOK.language("en").day(late, "Europe/London") == "1 April 2026"
    assert BOOK.language("de").day(late, "UTC") == "31. März 2026"
    assert BOOK.language("en").money(Decimal(1250)) == "1,250.00"
    assert BOOK.language("de").money(Decimal("1250.5")) == "1.250,50"
