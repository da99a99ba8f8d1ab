"""Where something goes that comes in for a complaint which was merged into another.

Of the same person it goes to where work goes on. Of somebody else it stays with the complaint that
is theirs, since it is theirs to have and to have erased; whoever works on the other is told.
"""

from engine.domain.case import Case, Note
from engine.domain.journal import content_hash
from engine.services.journal.jotting import jot
from engine.services.running.change import CaseChange
from engine.store.transaction import Transaction

_CAME = (
    "Something came in for a complaint that was merged into this one. It is kept there: see "
    "“Related complaints”."
)


def destination(tx: Transaction, case: Case) -> Case:
    """Return the case to which something goes that comes in for one."""
    number = tx.kinship.heir_of(case.id)
    if number == case.id:
        return case
    heir = tx.cases.get_by_id(number)
    return heir if heir.subject == case.subject else case


def where_heard(tx: Transaction, case: Case, *, sender: str) -> Case:
    """Return the case to which a mail goes that answers to one.

    What others send, such as an answer that somebody was asked for, belongs to the case that asked.
    """
    own = (case.complaint.email or "").casefold()
    return destination(tx, case) if own and own == sender.casefold() else case


def tell(change: CaseChange) -> None:
    """Tell those who work on a case that something came in for one that was merged into it."""
    number = change.tx.kinship.heir_of(change.case.id)
    if number == change.case.id:
        return
    heir = change.tx.cases.take_by_id(number)
    change.tx.records.add(heir.id, Note(change.actor.username, change.now, _CAME))
    told = {"content": content_hash({"text": _CAME})}
    jot(change.platform, change.tx, case=heir, actor=change.actor, kind="note.added", **told)
