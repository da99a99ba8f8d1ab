"""Snapshots say of which time they are.

Revision ID: 0062
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("snapshot", sa.Column("begin_at", UtcDateTime(), nullable=True))
    op.add_column("snapshot", sa.Column("end_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
