"""A letter with a decision has what it must have, and what it lacks is named with what to do."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import completeness
from engine.domain.completeness import DraftedDecision, judge
from engine.domain.readability import readability
from engine.domain.regime import MustSay
from engine.writing.book import shipped_letters

ENGLISH, GERMAN = (shipped_letters().language(code) for code in ("en", "de"))
LETTER = """Dear Jane,

We have finished looking into your complaint. You are right: the meter was read on two days, and
nobody compared the two readings, so that you were charged twice. We are sorry.

2. Nobody called you back, since your message was put aside by mistake.

We pay you £1,250.00 by 1 June 2026.

You can reply to this letter, and somebody else looks at your complaint again. You may turn to the
Utilities   Ombudsman within twelve months.
"""
BRIEF = """Guten Tag Jane,

wir haben Ihre Beschwerde geprüft. Sie haben recht: Der Zähler wurde an zwei Tagen abgelesen, und
niemand hat die beiden Werte verglichen. Deshalb wurde Ihnen der Betrag doppelt berechnet. Das tut
uns leid. Wir zahlen Ihnen 1.250 Euro bis zum 1. Juni 2026.

Bitte antworten Sie uns, wenn Sie das anders sehen. Sie können sich an den Utilities Ombudsman
wenden, und zwar innerhalb von zwölf Monaten.
"""
WHOLE = DraftedDecision(
    letter=LETTER,
    language=ENGLISH,
    blanks=("[Say why, in plain words.]",),
    issues=((1, "Charged twice"), (2, "Nobody called back")),
    is_upheld=True,
    reasons="The meter was read twice.",
    remedy="Refund",
    amount=Decimal(1250),
    is_final=False,
    body="the Utilities Ombudsman",
    limits=("within twelve months of the date of this letter", "twelve months"),
    must=(),
)
MUST = MustSay(
    code="leaflet",
    title="The leaflet",
    words={"en": ("leaflet",), "de": ("Merkblatt",)},
    text={"en": "We enclose the leaflet."},
    source="DISP 1.6.2R",
)
FIRST = "1. Charged twice"


def missing(**changed):
    draft = replace(WHOLE, **({"letter": f"{FIRST}\n{LETTER}"} | changed))
    return [each.title for each in judge(draft).missing]


@pytest.mark.iso("7.8", "7.9")
def test_a_letter_that_has_everything_lacks_nothing():
    assert missing() == []
    german = {"letter": BRIEF, "language": GERMAN, "issues": WHOLE.issues[:1]}
    assert missing(**german, body="Utilities Ombudsman", limits=("zwölf Monaten",)) == []


@pytest.mark.iso("7.8")
@pytest.mark.parametrize(
    ("gone", "title"),
    [
        ("by 1 June 2026", "What is still to be done, and until when"),
        ("£1,250.00", "The amount"),
        ("You can reply to this letter, and somebody else looks at your complaint again.",
         "How to have it reviewed"),
        ("Utilities   Ombudsman", "Whom to turn to outside"),
        ("within twelve months", "Until when to turn there"),
        ("2. Nobody", "Every issue is answered"),
    ],
)  # fmt: skip
def test_each_thing_that_is_taken_out_is_missed_and_nothing_else(gone, title):
    letter = f"{FIRST}\n{LETTER}".replace("\n", " \n").replace(gone, "")
    if gone.startswith("You can"):
        letter = letter.replace(
            "You can reply to this letter, and somebody else looks at your complaint again.", ""
        )

    assert missing(letter=letter.replace(" \n", "\n")) == [title]


@pytest.mark.parametrize(
    ("changed", "titles"),
    [
        ({"reasons": " "}, ["Reasons"]),
        ({"remedy": "", "amount": Decimal(0)}, ["The remedy, or why there is none"]),
        ({"remedy": "", "amount": Decimal(0), "is_upheld": False}, []),
        ({"must": (MUST,)}, ["The leaflet"]),
        ({"must": (MUST,), "letter": f"{FIRST}\n{LETTER} The LEAFLET is enclosed."}, []),
        ({"amount": Decimal("1250.50")}, ["The amount"]),
        ({"amount": Decimal(125)}, ["The amount"]),
        ({"amount": Decimal(250)}, ["The amount"]),
        ({"limits": ()}, []),
        ({"issues": WHOLE.issues[:1]}, []),
    ],
)
def test_what_the_case_is_like_decides_what_is_asked(changed, titles):
    assert missing(**changed) == titles


def test_a_blank_of_the_template_is_missed_and_what_somebody_put_in_brackets_is_not():
    assert missing(letter=f"{FIRST} [sic]\n{LETTER}") == []
    assert missing(letter=f"{FIRST}\n{LETTER}[say  why, in plain words.]") == [
        "Nothing is left to fill in"
    ]


def test_the_last_stage_needs_no_further_review():
    letter = f"{FIRST}\n{LETTER}".replace("You can reply to this letter, and somebody else", "")

    assert missing(letter=letter.replace("looks at your complaint again", ""), is_final=True) == []


def test_a_short_letter_gives_no_reasons():
    assert missing(letter="No.")[0] == "Reasons"


def test_what_to_do_is_said_of_everything_that_is_missed():
    found = judge(replace(WHOLE, letter="", must=(MUST,)))

    assert len(found.missing) == len(found.requirements) - 2
    assert all(each.todo.endswith((".", "”")) and each.source for each in found.missing)
    assert found.missing[-1].todo == "Say: “We enclose the leaflet.”"


@given(
    amount=st.decimals(min_value=1, max_value=10**9, places=2),
    language=st.sampled_from([ENGLISH, GERMAN]),
)
def test_an_amount_is_found_as_a_letter_spells_it_and_no_other_is(amount, language):
    spelt = f"We pay {language.money(amount)} today."

    assert completeness._names_amount(amount, spelt)
    assert not completeness._names_amount(amount + 1, spelt)


@given(letter=st.text(max_size=400))
def test_any_text_is_judged(letter):
    found = judge(replace(WHOLE, letter=letter))

    assert found.missing
    assert found.ease is None or 0 <= found.ease.ease <= 100


def test_a_gate_that_looks_at_nothing_would_be_seen(monkeypatch):
    monkeypatch.setattr(completeness, "_has_any", lambda _said, _words: True)

    assert "Whom to turn to outside" not in missing(letter=f"{FIRST}\n{LETTER[:400]}")


EASY = "We are sorry. We made a mistake. You paid twice. We pay it back now. Please call us. " * 3
HARD = (
    "Notwithstanding the aforementioned contractual stipulations, reimbursement of the erroneously "
    "collected remuneration is predicated upon satisfactory substantiation of the underlying "
    "circumstances by the complainant within the applicable limitation period. "
) * 2
SCHWER = (
    "Unbeschadet der vorgenannten vertraglichen Bestimmungen setzt die Rückerstattung der "
    "irrtümlich vereinnahmten Vergütung die zufriedenstellende Glaubhaftmachung der zugrunde "
    "liegenden Sachverhaltsumstände durch den Beschwerdeführer voraus. "
) * 2


@pytest.mark.iso("4.3")
def test_plain_words_read_more_easily_than_those_of_an_office():
    easy, hard = readability(EASY, "flesch"), readability(HARD, "flesch")
    schwer = readability(SCHWER, "amstad")

    assert easy is not None
    assert hard is not None
    assert schwer is not None
    assert easy.ease > 80
    assert hard.ease < 20
    assert easy.hint == "Easy to read."
    assert "shorter sentences and everyday words help" in hard.hint
    assert schwer.ease < 30
    assert readability("Too short.", "flesch") is None
    assert readability(EASY, "none") is None


def test_a_text_of_one_syllable_words_has_the_figure_that_was_counted_by_hand():
    found = readability("We pay the bill by hand now. " * 4, "flesch")

    # 28 words of one syllable in 4 sentences.
    assert found is not None
    assert found.words_per_sentence == 7
    assert found.ease == 100.0
    german = readability("Wir sehen uns das noch einmal an. " * 4, "amstad")
    # 28 words in 4 sentences, 10 syllables each.
    assert german is not None
    assert german.ease == pytest.approx(180 - 7 - 58.5 * 9 / 7, abs=0.1)
