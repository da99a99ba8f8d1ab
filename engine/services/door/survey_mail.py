"""The mails by which somebody is asked how a complaint was handled, and the link in them.

A link holds a code of a hundred bits that opens the survey of one case, and nothing else of it. It
follows from the keys of this installation, so that the reminder holds the same one and none is
stored; whoever has a copy of the database cannot make one.
"""

from importlib.resources import files
from string import Template
from uuid import NAMESPACE_OID, uuid5

from engine.bootstrap import Platform
from engine.domain.authority import is_sent_to_representative
from engine.domain.case import Case
from engine.domain.invitation import Invitation
from engine.domain.tracking import shown
from engine.services.handling.tracking import code_for
from engine.services.letters import letter_facts, thread
from engine.services.running.change import CaseChange

PLACE = "opinion"
"""Where the survey stands below the public pages of a language."""
_SUBJECTS = {
    ("survey", "en"): "How did we do? Your complaint {reference}",
    ("survey", "de"): "Wie war es? Ihre Beschwerde {reference}",
    ("survey_reminder", "en"): "Reminder: how did we do? Your complaint {reference}",
    ("survey_reminder", "de"): "Erinnerung: Wie war es? Ihre Beschwerde {reference}",
}


def code_of(platform: Platform, *, case: Case) -> str:
    """Return the code that opens the survey about a case."""
    key = uuid5(NAMESPACE_OID, f"survey about {case.id} {case.reference}")
    return code_for(platform, purpose="survey", key=key)


def send(change: CaseChange, invitation: Invitation, kind: str) -> str:
    """Queue an invitation or a reminder, and return its Message-ID.

    Args:
        change: Of the case, which has an e-mail address.
        invitation: Tells when somebody was asked, and until when the link leads there.
        kind: ``survey`` or ``survey_reminder``.
    """
    platform, case = change.platform, change.case
    message_id = thread.new_id(platform, case_id=case.id)
    known = letter_facts.language_of(platform, case=case).code
    code = known if (kind, known) in _SUBJECTS else "en"
    change.tx.outbox.alert(
        message_id=message_id,
        case_id=case.id,
        recipient=case.complaint.email or "",
        subject=_SUBJECTS[kind, code].format(reference=case.reference),
        body=_body(platform, case, invitation, kind, code),
        at=change.now,
    )
    return message_id


def came_back(change: CaseChange, message_id: str, why: str) -> bool:
    """Keep that a mail about the survey came back; tell whether it was one.

    Nobody chases it: whoever cannot be reached this way is not asked.
    """
    invitation = change.tx.invitations.of(change.case.id)
    if invitation is None or message_id not in invitation.mails:
        return False
    change.tx.invitations.change(change.case.id, returned_at=change.now, remind_at=None)
    change.record("survey.returned", reason=why)
    return True


def _body(platform: Platform, case: Case, invitation: Invitation, kind: str, code: str) -> str:
    policy = platform.policy
    language = platform.letters.language(code, policy.organisation.language)
    offered = policy.portal.languages
    page = code if code in offered else offered[0]
    place = f"/public/{page}/{PLACE}/{shown(code_of(platform, case=case))}"
    text = (files("config") / "mail" / f"{kind}.{code}.txt").read_text(encoding="utf-8")
    zone, told = policy.calendar.zone, case.complaint
    to_another = is_sent_to_representative(told)
    return Template(text).substitute(
        name=told.representative_name if to_another else told.complainant_name,
        reference=case.reference,
        address=policy.portal.address + place,
        asked=language.day(invitation.invited_at, zone) if invitation.invited_at else "",
        until=language.day(invitation.expires_at, zone) if invitation.expires_at else "",
        organisation=policy.organisation.name,
    )
