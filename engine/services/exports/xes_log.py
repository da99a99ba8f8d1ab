"""A log in XES: one trace for each complaint (IEEE 1849)."""

from typing import BinaryIO
from zoneinfo import ZoneInfo

from engine.domain.event_log import LoggedCase, LoggedEvent, Pseudonyms
from engine.services.exports.log_source import LogSource
from engine.writing.xes import Value, Values, XesWriter


def write(source: LogSource, file: BinaryIO) -> int:
    """Write the log and return the number of its events."""
    policy, written = source.platform.policy, 0
    staff = Pseudonyms("Person", source.names or None)
    facts = {
        "concept:name": f"Complaints of {policy.organisation.name}",
        "lifecycle:model": "standard",
    }
    with XesWriter(file, zone=ZoneInfo(policy.calendar.zone), facts=facts) as log:
        for case, events in source.told():
            log.trace(_of_case(case, staff), (_of(each, staff) for each in events))
            written += len(events)
    return written


def _of_case(case: LoggedCase, staff: Pseudonyms) -> Values:
    return {
        "concept:name": case.reference,
        "category": case.category,
        "product": case.product,
        "channel": case.channel,
        "severity": case.severity,
        "priority": case.priority,
        "route": case.route,
        "outcome": case.outcome,
        "team": case.team,
        "owner": staff.of(case.owner) if case.owner else None,
        "received_at": case.received_at,
        "acknowledged_at": case.acknowledged_at,
        "decided_at": case.decided_at,
        "closed_at": case.closed_at,
        "reopened": case.reopened,
        "process": case.process[:12],
    }


def _of(event: LoggedEvent, staff: Pseudonyms) -> Values:
    named: dict[str, Value] = {
        "concept:name": event.activity,
        "concept:instance": str(event.instance),
        "lifecycle:transition": event.transition.value,
        "org:resource": staff.of(event.actor) if event.actor else None,
        "time:timestamp": event.at,
        "event": event.kind,
    }
    return named | {name: _plain(value) for name, value in event.facts.items()}


def _plain(value: object) -> Value:
    """Return a fact as one value: a list as words behind each other."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value if isinstance(value, bool | int | float | str) else str(value)
