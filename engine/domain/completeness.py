"""What a letter with a decision must have before anybody approves it (ISO 10002:2018, 7.8, 7.9).

Words are compared without regard to capitals, spaces and line breaks. What cannot be judged by
words, such as whether reasons are good ones, is left to whoever approves.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.authority import AuthorityState
from engine.domain.language import Language
from engine.domain.readability import Readability, readability
from engine.domain.regime import MustSay

_FEWEST_WORDS = 40
"""A letter with fewer gives no reasons that somebody could follow."""
_NUMERIC_DAY = re.compile(r"\b(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{4})\b")
_SPACES = re.compile(r"\s+")
_QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'"} | dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"')
)
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a letter must have.

    Attributes:
        title: What it is.
        is_met: Whether the letter has it.
        todo: What to do about it, in one sentence.
        source: Where it is demanded.
        is_advice: A letter without it is complete; whoever writes it is told all the same.
    """

    title: str
    is_met: bool
    todo: str
    source: str
    is_advice: bool = False


@dataclass(frozen=True, slots=True)
class Completeness:
    """What a letter has of what it must have, and how easy it is to read."""

    requirements: tuple[Requirement, ...]
    ease: Readability | None

    @property
    def missing(self) -> tuple[Requirement, ...]:
        """Return what the letter lacks."""
        return tuple(each for each in self.requirements if not (each.is_met or each.is_advice))

    @property
    def advice(self) -> tuple[Requirement, ...]:
        """Return what the letter could have besides, and has not."""
        return tuple(each for each in self.requirements if each.is_advice and not each.is_met)

    @property
    def is_complete(self) -> bool:
        """Tell whether it lacks nothing."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class DraftedDecision:
    """A decision as it was drafted.

    Attributes:
        letter: As it would be sent.
        blanks: What its template left to be filled in, with its brackets.
        issues: Number and title of each issue.
        is_upheld: In whole or in part.
        reasons: As they are kept on the case.
        remedy: What is done; may say that nothing is, and why.
        amount: In major units; 0 for none.
        is_final: It ends the organisation's own procedure.
        body: Whom the complainant may turn to.
        limits: Texts of which any one says until when; none where there is no time limit.
        must: What the regimes of the case demand besides.
    """

    letter: str
    language: Language
    blanks: Sequence[str]
    issues: Sequence[tuple[int, str]]
    is_upheld: bool
    reasons: str
    remedy: str
    amount: Decimal
    is_final: bool
    body: str
    limits: Sequence[str]
    must: Sequence[MustSay]


def judge(draft: DraftedDecision) -> Completeness:
    """Return what a drafted decision has of what it must have."""
    said = _plain(draft.letter)
    found = (
        *_text(draft, said),
        *_answers(draft, said),
        *_remedy(draft, said),
        *_rights(draft, said),
    )
    return Completeness(found, readability(draft.letter, draft.language.readability))


def of_representative(
    state: AuthorityState | None, *, is_sent_to_them: bool
) -> Iterator[Requirement]:
    """Yield that somebody checked by what authority a representative speaks for the complainant.

    A letter that goes to the representative waits for it: what was told to somebody who had no
    right to know cannot be taken back. One that goes to the complainant does not, since nobody
    learns anything by it who does not know it already; whoever writes it is told all the same.

    Args:
        state: Where the authority stands; None where nobody speaks for the complainant.
        is_sent_to_them: Whether the letter goes to the representative.

    Source: ISO 10002:2018, 4.10.
    """
    if state is None:
        return
    yield Requirement(
        "Authority of the representative",
        state is AuthorityState.IN_FORCE,
        state.todo,
        "4.10",
        is_advice=not is_sent_to_them,
    )


def of_evidence(missed: Sequence[tuple[int, str]], *, is_required: bool) -> Iterator[Requirement]:
    """Yield that each finding rests on something.

    Args:
        missed: Number and title of each issue whose finding rests on nothing.
        is_required: Whether no decision waits for approval without; otherwise it is advice, since
            a finding can rest on what the complaint itself says.

    Source: ISO 10002:2018, 7.6.
    """
    named = "; ".join(f"{number}. {title[:_SHOWN]}" for number, title in missed)
    yield Requirement(
        "Evidence for each finding",
        not missed,
        f"Choose on the tab “Issues” what was found rests on: {named}.",
        "7.6",
        is_advice=not is_required,
    )


def _text(draft: DraftedDecision, said: str) -> Iterator[Requirement]:
    left = [blank for blank in draft.blanks if _plain(blank) in said]
    yield Requirement(
        "Nothing is left to fill in",
        not left,
        f"Fill in, or take out: {'; '.join(left)}.",
        "7.8",
    )
    yield Requirement(
        "Reasons",
        bool(draft.reasons.strip()) and len(said.split()) >= _FEWEST_WORDS,
        f"Say in the letter why; it has fewer than {_FEWEST_WORDS} words.",
        "7.8",
    )


def _answers(draft: DraftedDecision, said: str) -> Iterator[Requirement]:
    """Yield that each of several issues is spoken of, by its number or its name."""
    if len(draft.issues) < 2:
        return
    begins = {line.strip().partition(" ")[0].rstrip(".):") for line in draft.letter.splitlines()}
    silent = [
        f"{number}. {title[:_SHOWN]}"
        for number, title in draft.issues
        if str(number) not in begins and _plain(title) not in said
    ]
    yield Requirement(
        "Every issue is answered",
        not silent,
        f"Begin a line with the number of each, or name it: {'; '.join(silent)}.",
        "7.8",
    )


def _remedy(draft: DraftedDecision, said: str) -> Iterator[Requirement]:
    is_owed = bool(draft.remedy.strip()) or draft.amount > 0
    if draft.is_upheld:
        yield Requirement(
            "The remedy, or why there is none",
            is_owed,
            "Fill in the field “Remedy”: what is done, or that nothing is, and why.",
            "7.8",
        )
    if draft.amount > 0:
        yield Requirement(
            "The amount",
            _names_amount(draft.amount, said),
            f"Name the amount in the letter: {draft.language.money(draft.amount)}.",
            "7.8",
        )
    if is_owed:
        yield Requirement(
            "What is still to be done, and until when",
            _names_day(draft, said),
            "Name the day by which each thing is done, or say that it has been done.",
            "7.8",
        )


def _rights(draft: DraftedDecision, said: str) -> Iterator[Requirement]:
    if not draft.is_final and draft.language.review:
        yield Requirement(
            "How to have it reviewed",
            _has_any(said, draft.language.review),
            "Say that somebody else looks at it again, and how to ask for that.",
            "7.8",
        )
    yield Requirement(
        "Whom to turn to outside",
        _has_any(said, [draft.body, draft.body.removeprefix("the ")]),
        f"Name {draft.body}.",
        "7.9",
    )
    if draft.limits:
        yield Requirement(
            "Until when to turn there",
            _has_any(said, draft.limits),
            f"Say: {draft.limits[0]}.",
            "7.9",
        )
    for must in draft.must:
        words = must.words.get(draft.language.code, ())
        if words:
            text = must.text.get(draft.language.code, words[0])
            yield Requirement(must.title, _has_any(said, words), f"Say: “{text}”", must.source)


def _names_amount(amount: Decimal, said: str) -> bool:
    """Tell whether an amount stands in a text, however it is spelt."""
    whole, cents = divmod(int(amount * 100), 100)
    # Thousands may be set apart by a comma, a full stop, a space or an apostrophe.
    digits = r"[,.' ]?".join(re.findall(r"\d{1,3}(?=(?:\d{3})*$)", str(whole)))
    ending = rf"[.,]{cents:02}" if cents else r"(?:[.,](?:00|-))?"
    return re.search(rf"(?<![\d.,]){digits}{ending}(?![\d]|[.,]\d)", said) is not None


def _names_day(draft: DraftedDecision, said: str) -> bool:
    """Tell whether a day stands in a text, or that what was promised has been done."""
    months = "|".join(re.escape(_plain(month)) for month in draft.language.months)
    worded = rf"\b\d{{1,2}}\.? (?:{months})\b|\b(?:{months}) \d{{1,2}}\b"
    is_named = re.search(worded, said) or _NUMERIC_DAY.search(said)
    return is_named is not None or _has_any(said, draft.language.done)


def _has_any(said: str, words: Sequence[str]) -> bool:
    return any(_plain(each) in said for each in words if each.strip())


def _plain(text: str) -> str:
    """Return a text in which capitals, spaces and kinds of quotation marks make no difference."""
    return _SPACES.sub(" ", text.translate(_QUOTES)).strip().casefold()
