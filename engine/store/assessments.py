"""The assessments of cases; none is ever changed."""

from dataclasses import fields
from decimal import Decimal

from sqlalchemy import bindparam, select

from engine.domain.assessment import Assessment
from engine.domain.complaint import Severity
from engine.store.prepared import table_of
from engine.store.session import Session
from engine.store.tables.assessment_tables import AssessmentRow

_ASSESSMENT = table_of(AssessmentRow)
_NAMES = tuple(field.name for field in fields(Assessment) if field.name != "amount")
_OF_CASE = (
    select(*(_ASSESSMENT.c[name] for name in (*_NAMES, "amount_minor")))
    .where(_ASSESSMENT.c.case_id == bindparam("of"))
    .order_by(_ASSESSMENT.c.number)
)


class Assessments:
    """Adds and reads assessments."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, case_id: int, assessment: Assessment) -> None:
        """Keep one more; the database refuses a second one of the same number."""
        values = {name: getattr(assessment, name) for name in _NAMES} | {"case_id": case_id}
        place = _place(case_id, assessment.number)
        values["reason"] = self._session.seals.of(case_id).close(place, assessment.reason)
        values["severity"] = int(assessment.severity)
        values["amount_minor"] = int(assessment.amount * 100)
        self._session.post(_ASSESSMENT.insert(), values)

    def of(self, case_id: int) -> tuple[Assessment, ...]:
        """Return the assessments of a case, oldest first."""
        rows = self._session.execute(_OF_CASE, {"of": case_id}).mappings().all()
        found = []
        for row in rows:
            values = dict(row)
            seal = self._session.seals.of(case_id)
            values["reason"] = seal.open(_place(case_id, values["number"]), values["reason"])
            values["severity"] = Severity(values["severity"])
            values["amount"] = Decimal(values.pop("amount_minor")) / 100
            found.append(Assessment(**values))
        return tuple(found)


def _place(case_id: int, number: int) -> str:
    return f"assessment:{case_id}/{number}:reason"
