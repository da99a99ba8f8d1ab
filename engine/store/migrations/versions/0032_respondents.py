"""Persons complained about, and who is kept away from a complaint.

Revision ID: 0032
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "respondent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=True),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("named_at", UtcDateTime(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("replied_at", UtcDateTime(), nullable=True),
        sa.Column("silent_at", UtcDateTime(), nullable=True),
        sa.Column("removed_by", sa.String(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "number"),
    )
    op.create_table(
        "case_kept_out",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("case_id", "username", "kind"),
    )
    op.create_index("ix_case_kept_out", "case_kept_out", ["username", "kind", "case_id"])
    op.add_column(
        "complaint_case",
        sa.Column("keeps_out", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
