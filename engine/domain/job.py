"""The jobs that run by themselves, and when each is due unless an organisation says otherwise.

Source: ISO 10002:2018, 8.2 and 8.4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.domain.schedule import Schedule, parse_schedule
from engine.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Job:
    """Something that runs by itself.

    Attributes:
        usual: When it is due, unless the policy says otherwise.
    """

    name: str
    title: str
    usual: str


JOBS: Mapping[str, Job] = MappingProxyType(
    {
        job.name: job
        for job in (
            Job("sla_sweep", "Sweep the deadlines", "every 1 minute"),
            Job("outbox_send", "Send the outbox", "every 1 minute"),
            Job("mail_in", "Fetch the mails", "every 1 minute"),
            Job("absence", "Hand on what the absent have", "every 10 minutes"),
            Job("journal_checkpoint", "Sign where the journal stands", "every 10 minutes"),
            Job("daily_snapshot", "Freeze the day's figures", "daily at 01:30"),
            Job("journal_verification", "Verify the journal", "daily at 02:30"),
            Job("retention", "See what is kept too long", "daily at 03:00"),
            Job("document_files", "Look after stored files", "daily at 03:30"),
            Job("unfinished_forms", "Forget unfinished forms", "daily at 03:45"),
            Job("forecast", "Measure how long the rest takes", "daily at 04:15"),
            Job("inactivity", "See what stands still", "working days at 07:00"),
            Job("survey", "Ask how it was handled", "daily at 10:00"),
            Job("weekly_review", "Freeze the week's figures", "mondays at 06:00"),
        )
    }
)
"""By their names."""


def schedules(chosen: Mapping[str, str] = MappingProxyType({})) -> Mapping[str, Schedule]:
    """Return when each job is due.

    Args:
        chosen: What an organisation chose, by the names of the jobs.

    Raises:
        InvalidInputError: A text is no schedule, or there is no such job; names each.
    """
    wrong = {f"policy.jobs.{name}": "There is no such job." for name in chosen.keys() - JOBS.keys()}
    found = {}
    for name, job in JOBS.items():
        try:
            found[name] = parse_schedule(chosen.get(name, job.usual))
        except InvalidInputError as error:
            wrong[f"policy.jobs.{name}"] = error.problems["schedule"]
    if wrong:
        raise InvalidInputError(wrong)
    return found
