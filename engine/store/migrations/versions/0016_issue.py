"""Complaints with several issues, each with its finding and its cause.

Revision ID: 0016
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_FIRST_OF_EACH = """
    INSERT INTO issue (case_id, number, text, category, product, desired_outcome, raised_by,
        raised_at, result, found_at, is_systemic)
    SELECT id, 1, '', category, '', '',
        coalesce(
            (SELECT actor FROM journal WHERE case_id = complaint_case.id AND seq = 1), 'system'
        ),
        received_at,
        CASE WHEN decided_at IS NULL AND closed_at IS NULL THEN NULL
            WHEN outcome = 'resolved_first_contact' THEN 'settled'
            WHEN outcome = 'not_accepted' THEN 'out_of_scope'
            ELSE outcome END,
        coalesce(decided_at, closed_at), false
    FROM complaint_case
"""
"""What a complaint was about, and what was decided, was one thing until now."""


def upgrade() -> None:
    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("desired_outcome", sa.String(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("raised_at", UtcDateTime(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("found_by", sa.String(), nullable=True),
        sa.Column("found_at", UtcDateTime(), nullable=True),
        sa.Column("cause_area", sa.String(), nullable=True),
        sa.Column("is_systemic", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "number"),
    )
    op.execute(_FIRST_OF_EACH)


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
