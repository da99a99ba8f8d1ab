"""A complaint that is merged can give issues to the one at which work goes on.

Revision ID: 0036
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import json_type

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "case_merge", sa.Column("carried", json_type(), nullable=False, server_default="[]")
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
