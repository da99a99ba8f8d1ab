"""Letters each with their language and the edition of its template.

Revision ID: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_NEW = {
    "communication": ("language", "template"),
    "approval": ("letter_hash",),
}


def upgrade() -> None:
    for name, columns in _NEW.items():
        for column in columns:
            op.add_column(name, sa.Column(column, sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
