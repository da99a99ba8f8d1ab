"""Facts are counted by day, so that a figure of a long period reads no single one.

Facts follow from the journal: those that are there are made again by a job, some cases at a time.

Revision ID: 0049
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_IS_DONE = "ended = 'done'"
_INDEXES = (
    ("ix_fact_ended", ("ended_at",), None),
    ("ix_fact_due", ("due_at",), None),
    (
        "ix_fact_took",
        (
            "element",
            "took_class",
            "ended_at",
            "worked",
            "circle",
            "process",
            "case_id",
            "ended",
        ),
        _IS_DONE,
    ),
    ("ix_fact_again", ("element", "ended_at"), f"{_IS_DONE} AND turn > 1"),
    ("ix_fact_late", ("element", "due_at"), "ended_at > due_at"),
)


def upgrade() -> None:
    _make_facts_anew()
    key = ("series", "element", "process", "circle", "detail")
    op.create_table(
        "tally",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in key[1:]),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", "level", "unit", *key[1:]),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tally_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in key),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute("DELETE FROM fact_backlog")
    op.execute(
        "INSERT INTO fact_backlog (id, after_id, until_id)"
        " SELECT 1, 0, max(id) FROM complaint_case HAVING max(id) IS NOT NULL"
    )


def _make_facts_anew() -> None:
    op.drop_table("step_fact")
    op.create_table(
        "step_fact",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("ended", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("due_day", sa.Integer(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.Column("ended_day", sa.Integer(), nullable=False),
        sa.Column("worked", sa.Integer(), nullable=False),
        sa.Column("took_class", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("circle", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("case_id", "seq"),
        sqlite_with_rowid=False,
    )
    for name, columns, condition in _INDEXES:
        limit = sa.text(condition) if condition else None
        op.create_index(
            name, "step_fact", list(columns), sqlite_where=limit, postgresql_where=limit
        )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
