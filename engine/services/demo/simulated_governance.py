"""Simulated managers and auditors who keep the register of governance."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.bootstrap import Platform
from engine.domain.actor import Actor
from engine.domain.governance import Grade, RecordKind, Wanted
from engine.services.demo.demo_material import Moved, Recorded
from engine.services.evidence import register

_AT = timedelta(hours=10)
"""After midnight: in the morning, when they are there."""


@dataclass(frozen=True, slots=True)
class _Deed:
    """What is done on a day with one record; it is made where nothing else is said."""

    ago: int
    record: Recorded
    owner: str
    moved: Moved | None = None


class Governing:
    """Does what is due in the register as the days go by."""

    def __init__(
        self, records: Iterable[Recorded], *, staff: Iterable[Actor], until: datetime
    ) -> None:
        """Prepare it.

        Args:
            records: What comes on record.
            staff: Who makes, approves and carries out.
            until: The present, from which days are counted.
        """
        self._staff: Mapping[str, Actor] = {each.username: each for each in staff}
        self._until = until
        self._numbers: dict[tuple[str, str], int] = {}
        self._keys: dict[str, int] = {}
        deeds = [_Deed(r.ago, r, owner) for r in records for owner in r.owners]
        deeds += [
            _Deed(m.ago, each.record, each.owner, m) for each in deeds for m in each.record.acts
        ]
        self._deeds = sorted(deeds, key=lambda deed: -deed.ago)
        """The next one first; of one day as they are written."""

    def go(self, platform: Platform) -> None:
        """Do everything whose time has come."""
        today = platform.calendar.day_of(self._until)
        while self._deeds:
            deed = self._deeds[0]
            day = today - timedelta(days=deed.ago)
            if platform.calendar.begin_of(day) + _AT > platform.now():
                return
            self._do(platform, self._deeds.pop(0))

    def _do(self, platform: Platform, deed: _Deed) -> None:
        record, moved = deed.record, deed.moved
        of = (record.title, deed.owner)
        if moved is None:
            self._numbers[of] = self._keys[record.key] = self._kept(platform, record, deed.owner)
            return
        register.act_on_record(
            platform,
            actor=self._staff[moved.by],
            number=self._numbers[of],
            act=moved.act,
            said=moved.said,
        )

    def _kept(self, platform: Platform, record: Recorded, owner: str) -> int:
        """Make a record and return its number."""
        actor, today = self._staff[record.by], platform.calendar.day_of(self._until)
        digest = hashlib.sha256(record.text.encode()).hexdigest() if record.document else ""
        wanted = Wanted(
            title=record.title,
            text=record.text,
            owner=owner,
            due_on=today + timedelta(days=record.due),
            about=self._keys[record.about] if record.about else None,
            document=record.document,
            document_hash=digest,
        )
        if record.kind is not RecordKind.FINDING:
            return register.keep_record(platform, actor=actor, kind=record.kind, wanted=wanted)
        grade = record.grade or Grade.OBSERVATION
        return register.record_finding(
            platform, actor=actor, clause=record.clause, grade=grade, wanted=wanted
        )
