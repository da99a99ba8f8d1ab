"""Of a remedy whose date is over it is told once.

Revision ID: 0056
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("remedy", sa.Column("overdue_at", UtcDateTime(), nullable=True))
