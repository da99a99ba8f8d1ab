"""Returns to regulators are prepared, and it is kept what was found then.

Revision ID: 0070
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "return_preparation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("begin_at", UtcDateTime(), nullable=False),
        sa.Column("end_at", UtcDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("untied", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=False),
        sa.Column("latest_cases", sa.Integer(), nullable=False),
        sa.Column("latest_problems", sa.Integer(), nullable=False),
        sa.Column("latest_untied", sa.Integer(), nullable=False),
        sa.Column("latest_sha256", sa.String(), nullable=False),
        sa.Column("reminded", sa.Integer(), nullable=True),
        sa.Column("climbed_at", UtcDateTime(), nullable=True),
        sa.UniqueConstraint("kind", "begin_at", "end_at"),
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
