"""A person whose complaint is closed, and the two who may let it be erased."""

from engine.domain.actor import Actor, Role
from engine.services.audit import auditing
from engine.services.handling import casework, inbox
from engine.services.privacy import erasure
from engine.services.running import messages, monitoring, operations
from tests.integration.killing import contents
from tests.integration.office import rows

DORA = Actor(username="dora", name="Dora", roles=frozenset({Role.DATA_PROTECTION}))
REX = Actor(username="rex", name="Rex", roles=frozenset({Role.REPRESENTATIVE}))
BOTH = Actor(
    username="zoe", name="Zoe", roles=frozenset({Role.REPRESENTATIVE, Role.DATA_PROTECTION})
)
CANARIES = ("canary", "xylophone", "quetzal", "okapi")
WHY = {"reason": "Mrs Canary asked for it."}
_CASES = "SELECT id FROM complaint_case"


def lodge(office, **facts):
    known = {
        "summary": "Xylophone charged twice",
        "description": "The Quetzal in my garden saw it.",
        "desired_outcome": "A new Okapi.",
        "complainant_name": "Jane Canary",
        "email": "jane.canary@example.org",
        "postal_address": "1 Okapi Lane",
        "source": "crm",
        "source_id": f"canary-{len(rows(office.platform.database, _CASES))}",
    }
    return office.lodge(**(known | facts))


def closed(office, **facts):
    """Return a complaint on which everybody has written something, and which is closed."""
    reference, hanna, mara = lodge(office, **facts), office.staff["hanna"], office.staff["mara"]
    known = {"reference": reference, **WHY}
    casework.add_note(office.platform, actor=hanna, reference=reference, text="Canary called.")
    casework.escalate(office.platform, actor=hanna, **known)
    operations.suspend(office.platform, actor=mara, **known)
    operations.resume(office.platform, actor=mara, **known)
    messages.declare_key(office.platform, actor=mara, reference=reference, key=f"okapi{reference}")
    inbox.save_draft(
        office.platform,
        actor=hanna,
        reference=reference,
        token=office.token(reference, "register"),
        content={"product": "Okapi"},
    )
    case_id = office.view(reference).case.id
    monitoring.note_failure(office.platform, case_id=case_id, failure=ValueError("Canary"))
    office.do(reference, "respond_to_escalation", action="I call Mrs Canary today.")
    words = "Dear Jane Canary, we have looked into your xylophone."
    told = {"acknowledge": {"text": words}, "draft_decision": {"letter": words, "reasons": words}}
    office.reach("closing_check", reference=reference, **told)
    office.do(reference, "closing_check")
    return reference


def erase(office, reference):
    number = erasure.propose_erasure(office.platform, actor=DORA, reference=reference, **WHY)
    return erasure.confirm(office.platform, actor=REX, number=number)


def left_in(database):
    """Return what of the person stands in a table, readable with every key there is."""
    with database.read() as tx:
        seals = tx._session.seals
        cases = [tx.cases.get(name) for name in tx.cases.references()]
        told = {
            "case": repr([case.complaint for case in cases]),
            "events": repr([tx.journal.of(case.id) for case in cases]),
        }
        assert seals is not None
    told |= {name: repr(found) for name, found in contents(database).items()}
    return {
        name: [each for each in CANARIES if each in text.lower()] for name, text in told.items()
    }


def named_in(database):
    return {name for name, found in left_in(database).items() if found}


def is_whole(office):
    return auditing.verify_journal(office.platform, actor=office.staff["vera"]).broken == ()
