"""Telling those who answer for the organisation what it is about, and nothing of anybody."""

from engine.bootstrap import Platform
from engine.services.letters import letter
from engine.store.transaction import Transaction

_INCIDENT = "Journal: a verification found something altered"
_SETTLED = "Journal: what was found is settled"


def journal_altered(platform: Platform, tx: Transaction, *, places: int) -> None:
    """Tell that a verification of everything found something, when it is found for the first time.

    Args:
        platform: Where the policy is.
        tx: The transaction that keeps what was found.
        places: How many findings there are; 1 or more.
    """
    found = f"{places:,} {'place' if places == 1 else 'places'}"
    _tell(
        platform,
        tx,
        _INCIDENT,
        f"A verification of the journal found {found} where it was altered.\n\n"
        "The page “Journal” names them, the page “Incidents” keeps what is done about it. No "
        "further mail is sent while this is open, however often it is found again.",
    )


def journal_whole(platform: Platform, tx: Transaction) -> None:
    """Tell that a verification of everything finds nothing any more."""
    told = "Everything was verified again, and nothing in the journal is altered."
    _tell(platform, tx, _SETTLED, told)


def journal_put_away(platform: Platform, tx: Transaction) -> None:
    """Tell that somebody has resolved it by hand, which makes no journal whole."""
    _tell(
        platform,
        tx,
        _SETTLED,
        "Somebody has resolved the incident by hand. That makes nothing whole: the next "
        "verification that finds something tells of it anew.\n\n"
        "The page “Incidents” says who it was, and why.",
    )


def _tell(platform: Platform, tx: Transaction, subject: str, body: str) -> None:
    for address in platform.policy.access.alert_to:
        tx.outbox.announce(
            message_id=letter.message_id(platform),
            recipient=address,
            subject=f"{platform.policy.organisation.name}: {subject}",
            body=body,
            at=platform.now(),
        )
