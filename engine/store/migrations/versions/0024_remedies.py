"""What is done for a complainant is kept remedy by remedy: who, until when, done and verified.

Earlier decisions keep their remedy in words, in the statement of who drafted them.

Revision ID: 0024
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "remedy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=True),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("carried_out_by", sa.String(), nullable=True),
        sa.Column("carried_out_at", UtcDateTime(), nullable=True),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("needs_check", sa.Boolean(), nullable=False),
        sa.Column("verified_by", sa.String(), nullable=True),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("verified_by <> carried_out_by", name="ck_remedy_two_people"),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "number"),
    )
    op.create_index("ix_remedy_due", "remedy", ["state", "due_on"])
    op.create_index("ix_remedy_paid", "remedy", ["category", "offered_at"])


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
