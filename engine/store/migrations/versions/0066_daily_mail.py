"""Who wants a mail each working day.

Revision ID: 0066
"""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "daily_mail",
        sa.Column("username", sa.String(), sa.ForeignKey("account.username"), primary_key=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
