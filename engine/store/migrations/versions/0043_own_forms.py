"""Processes bring forms of their own, and a completed one says of which version it is.

Revision ID: 0043
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import json_type

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("process_version", "process_proposal"):
        forms = sa.Column("forms", json_type(), nullable=False, server_default="[]")
        op.add_column(name, forms)
    op.add_column("statement", sa.Column("process", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
