"""Running cases move to another version of their process by a plan.

Revision ID: 0044
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "migration_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("sources", json_type(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("mapping", json_type(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("dry_run", json_type(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False, server_default=""),
        sa.Column("begun_by", sa.String(), nullable=False, server_default=""),
        sa.Column("begun_at", UtcDateTime(), nullable=True),
        sa.Column("advanced_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=False, server_default=""),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_reason", sa.String(), nullable=False, server_default=""),
        sa.Column("total", sa.Integer(), nullable=False, server_default="0"),
        sa.ForeignKeyConstraint(["target"], ["process_version.digest"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "migrated_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("texts", json_type(), nullable=False),
        sa.Column("process_before", sa.String(), nullable=False),
        sa.Column("state_before", sa.LargeBinary(), nullable=False),
        sa.Column("hash_after", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kept_because", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["migration_plan.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan_id", "case_id"),
    )
    op.create_index("ix_migrated_case", "migrated_case", ["case_id"])
    op.create_index("ix_migrated_outcome", "migrated_case", ["plan_id", "outcome", "case_id"])


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
