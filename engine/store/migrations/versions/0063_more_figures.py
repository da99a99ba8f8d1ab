"""Complaints keep when they were decided and how, and actions when they were first carried out.

Those of one person are found in their order.

Of complaints that were opened again before, the first outcome is not known any more. Their facts,
and those of all others, are made anew by the job that keeps them up.

Revision ID: 0063
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from engine.store.column import UtcDateTime

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_AT_ONCE = 2_000
_CASE = sa.table(
    "complaint_case",
    sa.column("id", sa.Integer()),
    sa.column("decided_at", UtcDateTime()),
    sa.column("outcome", sa.String()),
    sa.column("reopened", sa.Integer()),
    sa.column("decisions", _JSON),
)
_AIM = sa.table(
    "improvement_aim",
    sa.column("record_id", sa.Integer()),
    sa.column("acted_at", UtcDateTime()),
)
_EVENT = sa.table(
    "organisation_event",
    sa.column("at", UtcDateTime()),
    sa.column("type", sa.String()),
    sa.column("detail", sa.String()),
)


def upgrade() -> None:
    decisions = sa.Column("decisions", _JSON, nullable=False, server_default=sa.text("'[]'"))
    op.add_column("complaint_case", decisions)
    op.add_column("improvement_aim", sa.Column("acted_at", UtcDateTime(), nullable=True))
    op.drop_index("ix_case_subject", "complaint_case")
    op.create_index("ix_case_subject", "complaint_case", ["subject_id", "received_at"])
    _keep_decisions()
    _keep_first_acts()
    op.execute("INSERT INTO changed_case (case_id) SELECT id FROM complaint_case ORDER BY id")


def _keep_decisions() -> None:
    connection = op.get_bind()
    some = sa.select(_CASE.c.id, _CASE.c.decided_at, _CASE.c.outcome, _CASE.c.reopened)
    some = some.where(_CASE.c.decided_at.is_not(None)).order_by(_CASE.c.id).limit(_AT_ONCE)
    keep = (
        _CASE.update()
        .where(_CASE.c.id == sa.bindparam("of"))
        .values(decisions=sa.bindparam("told", type_=_JSON))
    )
    last = 0
    while found := connection.execute(some.where(_CASE.c.id > last)).all():
        told = [
            {"of": row.id, "told": [[row.decided_at.isoformat(), _outcome(row)]]} for row in found
        ]
        connection.execute(keep, told)
        last = found[-1].id


def _outcome(row: sa.Row[Any]) -> str:
    return "" if row.reopened else row.outcome or ""


def _keep_first_acts() -> None:
    """Read from the journal when actions were carried out: an action can be done again."""
    connection = op.get_bind()
    moved = sa.select(_EVENT.c.at, _EVENT.c.detail).where(_EVENT.c.type == "governance.moved")
    first: dict[int, object] = {}
    for at, detail in connection.execute(moved.order_by(_EVENT.c.at)):
        told = json.loads(detail)
        if (told["what"], told["act"]) == ("action", "carry_out"):
            first.setdefault(told["record"], at)
    for record, at in first.items():
        connection.execute(_AIM.update().where(_AIM.c.record_id == record).values(acted_at=at))


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
