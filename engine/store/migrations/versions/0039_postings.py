"""Letters that need a hand: those to be posted, and mails that did not arrive.

Nobody kept until now what was posted. Of letters on paper, those of open cases wait to be posted or
to be closed with a reason, by somebody who knows; those of closed cases are closed. Mails that were
given up or came back wait for somebody where their case is open.

Revision ID: 0039
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_COLUMNS = (
    "case_id, communication_id, state, since, late_at, occasions, why, chased, next_at, "
    "settled_by, tracking, reason"
)
_PAPER = """
INSERT INTO posting ({columns})
SELECT l.case_id, l.id, CASE WHEN c.closed_at IS NULL THEN 'waiting' ELSE 'closed' END,
  l.at, l.at, '[]', '', 0, NULL, '', '', ''
FROM communication AS l JOIN complaint_case AS c ON c.id = l.case_id
WHERE l.direction = 'out' AND NOT EXISTS (SELECT 1 FROM outbox AS o WHERE o.communication_id = l.id)
ORDER BY l.id
"""
_FAILED = """
INSERT INTO posting ({columns})
SELECT o.case_id, o.communication_id, CASE WHEN c.closed_at IS NULL THEN 'failed' ELSE 'closed' END,
  coalesce(o.bounced_at, o.created_at), coalesce(o.bounced_at, o.created_at), '[]', '', 0, NULL,
  '', '', ''
FROM outbox AS o JOIN complaint_case AS c ON c.id = o.case_id
WHERE o.communication_id IS NOT NULL AND (o.bounced_at IS NOT NULL
  OR (o.next_try_at IS NULL AND o.sent_at IS NULL AND o.held_at IS NULL))
ORDER BY o.id
"""


def upgrade() -> None:
    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("communication_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("late_at", UtcDateTime(), nullable=False),
        sa.Column("occasions", json_type(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("chased", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("posted_on", sa.Date(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("tracking", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("(state = 'posted') = (posted_on IS NOT NULL)", name="ck_posting_day"),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.ForeignKeyConstraint(["communication_id"], ["communication.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("communication_id", name="uq_posting_letter"),
    )
    is_open, soon = sa.text("state IN ('waiting', 'failed')"), sa.text("next_at IS NOT NULL")
    op.create_index("ix_posting_case", "posting", ["case_id"])
    op.create_index(
        "ix_posting_open",
        "posting",
        ["state", "since", "id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index(
        "ix_posting_next", "posting", ["next_at"], sqlite_where=soon, postgresql_where=soon
    )
    for statement in (_PAPER, _FAILED):
        op.execute(statement.format(columns=_COLUMNS))


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
