"""Hostile words of those who say which complaints belong together, for ``hostile_services``."""

from functools import partial
from typing import Any

from engine.domain.kinship import LinkKind
from engine.domain.regime import Ground
from engine.services.handling import extensions
from engine.services.investigation import issues
from engine.services.links import linking, merging, splitting
from engine.services.post import referring
from tests.e2e.hostile import ROLF, WANDA, lodged


def about_kin(pen: Any, reference: str) -> None:
    """Link a complaint to two others in hostile words, and undo one of the links."""
    known = {"actor": WANDA, "reference": reference, "reason": pen.reason}
    for _ in range(2):
        other = pen.office.lodge(**lodged(pen.text))
        pen.write(linking.link, other=other, kind=LinkKind.RELATED, **known)
    first, *_ = linking.of_case(pen.site.platform, actor=WANDA, reference=reference)
    pen.write(linking.unlink, number=first.number, **known)
    for _ in range(2):
        twin = {"actor": ROLF, "reference": pen.office.lodge(**lodged(pen.text))}
        said = {"into": reference, "reason": pen.reason, "though": pen.reason}
        pen.write(merging.merge, answers=said, **twin)
    pen.write(merging.unmerge, reason=pen.reason, **twin)
    whole = pen.office.lodge(**lodged(pen.text))
    pen.answer(issues.add, whole, text=pen.text[:200], category="Price", product=pen.text[:200])
    pen.write(splitting.split, issues=[2], **known | {"reference": whole})


def about_a_referral(pen: Any, reference: str) -> None:
    """Take a complaint to a body with a hostile name, which decides in hostile words."""
    today = pen.site.platform.now().date().isoformat()
    body = {"body": pen.text[:200], "their_reference": pen.text[:100], "referred_on": today}
    pen.answer(referring.refer, reference, **body)
    said = {"decision": "upheld", "decided_on": today, "summary": pen.reason}
    award = {"award": pen.text[:1_000], "owner": WANDA.username, "comply_by": "2099-01-31"}
    pen.answer(partial(referring.keep_decision, number=1), reference, **said, **award)


def ask_for_more_time(pen: Any, reference: str) -> None:
    """Ask for more time in hostile words: declined, taken back, granted, and asked for again."""
    wanted = {"ground": Ground.EVIDENCE, "reason": pen.reason}
    known = {"actor": WANDA, "reference": reference}
    leader = {"actor": ROLF, "reference": reference}
    ends = (
        (extensions.decline_extension, leader | {"reason": pen.reason}),
        (extensions.withdraw_extension, known | {"reason": pen.reason}),
        (extensions.grant_extension, leader),
    )
    for number, (end, by) in enumerate(ends, 1):
        extensions.ask_extension(pen.site.platform, code="final_response", answers=wanted, **known)
        pen.write(end, number=number, **by)
