"""Facts are kept of every complaint, so that no page reads complaints to count them.

Those of earlier complaints are made by a job, some at a time.

Revision ID: 0057
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_TRAITS = (
    *("category", "severity", "channel", "language", "vulnerable"),
    *("regime", "team", "handler", "outcome"),
)


def upgrade() -> None:
    op.create_table(
        "case_fact",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("value_class", sa.Integer(), nullable=False),
        sa.Column("good", sa.Boolean(), nullable=True),
        sa.Column("circle", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("case_id", "kind", "number"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_case_fact_at",
        "case_fact",
        ["kind", "at", "case_id", "detail", "good", "value", "circle"],
    )
    op.create_index(
        "ix_case_fact_rank",
        "case_fact",
        ["kind", "value_class", "at", "value", "case_id", "circle"],
    )
    op.create_table(
        "case_trait",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("circle", sa.String(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in _TRAITS),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "ix_case_trait_open",
        "case_trait",
        ["received_at"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_case_trait_closed", "case_trait", ["closed_at"])
    op.create_table(
        "changed_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute("INSERT INTO changed_case (case_id) SELECT id FROM complaint_case ORDER BY id")


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
