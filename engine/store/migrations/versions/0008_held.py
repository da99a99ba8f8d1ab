"""A mail that may have left already waits until somebody says so.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("held_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
