"""What people can do besides their roles.

Revision ID: 0014
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import json_type

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("competences", json_type(), nullable=False, server_default="[]"))
    with op.batch_alter_table("account") as table:
        table.alter_column("competences", existing_type=json_type(), server_default=None)


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
