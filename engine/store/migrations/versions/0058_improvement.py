"""Actions say which figure they shall move, and it is judged whether they did.

Revision ID: 0058
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

OPEN = "verdict IS NULL AND withdrawn_at IS NULL"
HAS_CAUSE = "cause_area IS NOT NULL"


def upgrade() -> None:
    op.add_column("governance_record", sa.Column("climbed_at", UtcDateTime(), nullable=True))
    op.create_table(
        "improvement_aim",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=True),
        sa.Column("cause_area", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("affected", sa.Integer(), nullable=True),
        sa.Column("chart", sa.String(), nullable=False),
        sa.Column("wants", sa.String(), nullable=True),
        sa.Column("signal_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(chart = '') = (wants IS NULL)", name="improvement_aim_wants"),
        sa.ForeignKeyConstraint(["record_id"], ["governance_record.id"]),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"]),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("ix_improvement_aim_chart", "improvement_aim", ["chart"])
    _create_checks()
    op.create_index(
        "ix_issue_cause",
        "issue",
        ["found_at"],
        sqlite_where=sa.text(HAS_CAUSE),
        postgresql_where=sa.text(HAS_CAUSE),
    )


def _create_checks() -> None:
    op.create_table(
        "effectiveness_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("climbs_at", UtcDateTime(), nullable=False),
        sa.Column("climbed_at", UtcDateTime(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("judged_by", sa.String(), nullable=False),
        sa.Column("judged_at", UtcDateTime(), nullable=True),
        sa.Column("measured", json_type(), nullable=True),
        sa.Column("asks_another", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(verdict IS NULL) = (judged_at IS NULL)", name="effectiveness_check_judged"
        ),
        sa.ForeignKeyConstraint(["record_id"], ["governance_record.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("record_id", "turn", "days"),
    )
    op.create_index(
        "ix_effectiveness_check_open",
        "effectiveness_check",
        ["due_on"],
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
