"""Runs of evidence keep what each measure counted, and an organisation states how large it is.

Revision ID: 0064
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_count",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("in_order", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["evidence_run.id"]),
        sa.PrimaryKeyConstraint("run_id", "measure"),
    )
    op.create_table(
        "stated_number",
        sa.Column("of", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("stated_by", sa.String(), nullable=False),
        sa.Column("stated_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("number > 0", name="stated_number_positive"),
        sa.PrimaryKeyConstraint("of", "month"),
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
