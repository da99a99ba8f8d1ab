"""When each job is due: as an organisation chose, or as is usual (ISO 10002:2018, 8.4)."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.domain.job import JOBS
from engine.domain.schedule import Schedule, parse_schedule
from engine.errors import InvalidInputError


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
