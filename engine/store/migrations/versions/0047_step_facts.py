"""A fact is kept of each human step that ends, so that figures read no cases.

Those of earlier cases are made by a job, some at a time: this takes no longer with more cases.

Revision ID: 0047
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_IS_DONE = sa.text("ended = 'done'")
_INDEXES = (
    (
        "ix_fact_done",
        (
            "ended_at",
            "element",
            "circle",
            "case_id",
            "process",
            "previous_at",
            "turn",
            "ended",
            "after",
        ),
        _IS_DONE,
    ),
    (
        "ix_fact_worked",
        ("element", "worked", "ended_at", "circle", "case_id", "process", "ended"),
        _IS_DONE,
    ),
    (
        "ix_fact_due",
        ("due_at", "element", "circle", "case_id", "process", "ended_at", "ended"),
        None,
    ),
)


def upgrade() -> None:
    op.create_table(
        "step_fact",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("ended", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.Column("worked", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("previous_at", UtcDateTime(), nullable=True),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("circle", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("case_id", "seq"),
        sqlite_with_rowid=False,
    )
    for name, columns, condition in _INDEXES:
        op.create_index(
            name,
            "step_fact",
            list(columns),
            sqlite_where=condition,
            postgresql_where=condition,
        )
    op.create_table(
        "fact_backlog",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("after_id", sa.Integer(), nullable=False),
        sa.Column("until_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute(
        "INSERT INTO fact_backlog (id, after_id, until_id)"
        " SELECT 1, 0, max(id) FROM complaint_case HAVING max(id) IS NOT NULL"
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
