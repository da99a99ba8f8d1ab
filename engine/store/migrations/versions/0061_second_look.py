"""Discarded mails are drawn for a second judgement.

Revision ID: 0061
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_look",
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("period_begin", UtcDateTime(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("among", sa.Integer(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("judged_by", sa.String(), nullable=False),
        sa.Column("judged_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(verdict IS NULL) = (judged_at IS NULL)", name="second_look_judged"),
        sa.ForeignKeyConstraint(["mail_id"], ["incoming_mail.id"]),
        sa.PrimaryKeyConstraint("mail_id"),
    )
    op.create_index("ix_second_look_period", "second_look", ["period_begin"])


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
