"""A second judgement of mails that somebody discarded: was one of them a complaint?

Complaints that nobody recorded are in no figure. How many there are is estimated from a sample.

Source: ISO 10002:2018, 7.2 and 8.2.
"""

from dataclasses import dataclass

from engine.domain.complaint import Wording
from engine.domain.incoming import KeptMail


class SecondVerdict(Wording):
    """What somebody else makes of a discarded mail."""

    COMPLAINT = "complaint"
    NO_COMPLAINT = "no_complaint"


@dataclass(frozen=True, slots=True)
class SecondLooks:
    """What was drawn of late, and what came of it.

    Attributes:
        waiting: Mails that the reader can judge: drawn, not judged, not discarded by them.
        drawn: How many were drawn.
        judged: How many of these were judged.
        found: How many of those were complaints that nobody had recorded.
    """

    waiting: tuple[KeptMail, ...]
    drawn: int
    judged: int
    found: int
