"""A case keeps when it rested, so that the time of its steps is that in which somebody could work.

Revision ID: 0051
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    rests = sa.Column("rests", _JSON, nullable=False, server_default=sa.text("'[]'"))
    op.add_column("complaint_case", rests)


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
