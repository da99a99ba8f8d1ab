"""What letters are told: plain texts about a case, in the language of its complainant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.bootstrap import Platform
from engine.domain.case import Case, Statement
from engine.domain.deadline import Clock, ClockState
from engine.domain.issue import here
from engine.domain.language import Language, in_language
from engine.domain.regime import MustSay, Rights
from engine.services.clocks import regimes
from engine.store.transaction import Transaction

Told = dict[str, str | list[dict[str, str]]]
"""Facts as templates take them."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Whom a complainant may turn to when dissatisfied, and what is to be said of that.

    Attributes:
        body: Its name, in the language of the letter.
        limit: Until when, as the letter says it; empty where there is no time limit.
        rights: Of every regime of the case that says something.
    """

    body: str
    limit: str
    rights: tuple[Rights, ...]

    @property
    def must(self) -> tuple[MustSay, ...]:
        """Return what else a letter with a decision says."""
        return tuple(must for each in self.rights for must in each.must)

    def limits(self, language: str) -> tuple[str, ...]:
        """Return texts of which any one says until when; none where there is no time limit."""
        words = [text for each in self.rights for text in each.limit_words.get(language, ())]
        return (self.limit, *words) if self.limit else ()


def language_of(platform: Platform, *, case: Case) -> Language:
    """Return the language of the letters of a case: the complainant's, else the organisation's."""
    return platform.letters.language(case.complaint.language, platform.policy.organisation.language)


def outside(platform: Platform, tx: Transaction, case: Case, language: Language) -> Outside:
    """Return whom the complainant may turn to, by the first regime that names somebody."""
    policy, own = (
        platform.policy.organisation,
        language.code == platform.policy.organisation.language,
    )
    profiles = [profile for _regime, profile in regimes.under(platform, tx, case)]
    rights = tuple(profile.rights for profile in profiles if profile.rights != Rights())
    for profile in profiles:
        if profile.external_body:
            body = in_language(profile.rights.body, language.code, otherwise=profile.external_body)
            return Outside(body, profile.rights.limit.get(language.code, ""), rights)
    otherwise = "" if own else policy.external_body_in.get(language.code, "")
    limit = policy.external_limit.get(language.code, "")
    return Outside(otherwise or policy.external_body, limit, rights)


def common(platform: Platform, tx: Transaction, case: Case, language: Language) -> Told:
    """Return what every letter is told."""
    complaint, help_ = case.complaint, outside(platform, tx, case, language)
    return {
        "complainant": complaint.complainant_name,
        "summary": complaint.summary,
        "reference": case.reference,
        "received": language.day(complaint.received_at, platform.policy.calendar.zone),
        "organisation": platform.policy.organisation.name,
        "external_body": help_.body,
        "external_limit": help_.limit,
    }


def answer_by(platform: Platform, *, language: Language, clocks: Sequence[Clock]) -> Told:
    """Return until when the complainant has an answer; empty where nothing promises it."""
    running = [clock.due_at for clock in clocks if clock.state is ClockState.RUNNING]
    last = max(running or [clock.due_at for clock in clocks], default=None)
    return {"final_response": language.day(last, platform.policy.calendar.zone) if last else ""}


def decided(
    platform: Platform,
    tx: Transaction,
    case: Case,
    language: Language,
    statements: Sequence[Statement],
) -> Told:
    """Return what a letter with a decision is told: each issue with what was found, and rights."""
    found = latest_findings(statements)
    issues = here(tx.issues.of(case.id))
    said = [
        {
            "number": str(issue.number),
            "title": issue.titled(case.complaint.summary),
            "result": language.result(issue.result.value) if issue.result else "",
            "reasons": str(found.get(issue.number, {}).get("reasons", "")),
        }
        for issue in issues
    ]
    rights = [
        {"text": must.text[language.code]}
        for must in outside(platform, tx, case, language).must
        if must.text.get(language.code)
    ]
    return {"issues": said, "several": "yes" if len(issues) > 1 else "", "rights": rights}


def latest_findings(statements: Sequence[Statement]) -> Mapping[int, Mapping[str, object]]:
    """Return what was stated last on each issue, by its number."""
    return {
        int(statement.content.get("issue", 1)): statement.content
        for statement in statements
        if statement.form == "finding"
    }
