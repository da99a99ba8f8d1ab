"""How packs of the management review and meetings about them are used; see ``commands``."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from config.routine import ManagementReviewPolicy
from engine.domain.review import Decided, Meeting, PackForm, PackKind
from engine.services.reviews import review_meeting, review_pack

Act = Callable[[Any], object]


def meeting(platform: Any, **other: Any) -> Meeting:
    """Return a meeting that was held today, as it is handed in."""
    usual = {"number": 0, "pack": 0, "held_on": platform.calendar.day_of(platform.now())}
    usual |= {"present": ("mara",), "guests": "", "minutes": "We looked at all of it."}
    usual |= {"record": 0, "recorded_by": "", "recorded_at": platform.now()}
    return Meeting(**(usual | other))


def decided(platform: Any, **other: Any) -> Decided:
    """Return what was decided, to be done within a month."""
    due_on = platform.calendar.day_of(platform.now() + timedelta(days=30))
    usual = {"title": "Train intake", "text": "Two days.", "owner": "mara", "due_on": due_on}
    return Decided(**(usual | other))


def made(office: Any, kind: PackKind = PackKind.MONTHLY, **other: Any) -> int:
    """Let Mara make the pack of the latest month, and return its number."""
    return review_pack.make_review_pack(
        office.platform, actor=office.staff["mara"], kind=kind, **other
    )


def sending(platform: Any, url: str) -> Any:
    """Return a platform with a mail server, and two people to whom its packs go."""
    policy = ManagementReviewPolicy(send_to=("ines@example.org", "rune@example.org"))
    said = platform.policy.model_copy(update={"management_review": policy})
    return replace(platform, policy=said, smtp_url=url)


def held(platform: Any, actor: Any, number: int, **other: Any) -> int:
    """Let somebody record the meeting about a pack, with one decision."""
    known = {"meeting": meeting(platform), "decisions": (decided(platform),)}
    return review_meeting.record_review_meeting(
        platform, actor=actor, number=number, **(known | other)
    )


def _hold(desk: Any) -> Act:
    number, mara = made(desk.office), desk.office.staff["mara"]
    known = {"meeting": meeting(desk.office.platform)}
    known |= {"decisions": (decided(desk.office.platform),)}
    return lambda p: review_meeting.record_review_meeting(p, actor=mara, number=number, **known)


def _make(desk: Any) -> Act:
    mara = desk.office.staff["mara"]
    return lambda p: review_pack.make_review_pack(p, actor=mara, kind=PackKind.MONTHLY)


ALL: Mapping[str, Any] = {"review_meeting.record_review_meeting": _hold}

PIECEWISE: Mapping[str, Any] = {
    "review_pack.make_review_pack": _make,
    "review_pack.make_due_packs": lambda _desk: (
        lambda p: review_pack.make_due_packs(p, kind=PackKind.QUARTERLY)
    ),
}
"""What has changed is counted, much is read, then the pack is kept."""

ASKS: Mapping[str, Act] = {
    "review_meeting.record_review_meeting": lambda a: held(a.platform, a.actor, 1),
    "review_pack.make_due_packs": lambda a: review_pack.make_due_packs(
        a.platform, kind=PackKind.MONTHLY, actor=a.actor
    ),
    "review_pack.make_review_pack": lambda a: review_pack.make_review_pack(
        a.platform, actor=a.actor, kind=PackKind.MONTHLY
    ),
    "review_pack.review_pack_file": lambda a: review_pack.review_pack_file(
        a.platform, actor=a.actor, number=1, form=PackForm.PDF
    ),
    "review_pack.reviews_view": lambda a: review_pack.reviews_view(a.platform, actor=a.actor),
}
"""How each is asked for by anybody."""

PERMISSIONS = """
                                   int han inv tea app saf fin man rep dat qua own aud adm sys
    review_meeting.record_review_meeting - - - - - - - h h - - - - - -
    review_pack.make_due_packs      -   -   -   -   -   -   -   h   h   -   -   -   -   -   h
    review_pack.make_review_pack    -   -   -   -   -   -   -   h   h   -   -   -   -   -   h
    review_pack.review_pack_file    -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
    review_pack.reviews_view        -   -   -   -   -   -   -   h   h   -   -   -   h   -   h
"""
"""Who may look and write; see ``permission_table``."""

OF_TOP_MANAGEMENT = frozenset(ASKS)
"""What top management may besides."""
