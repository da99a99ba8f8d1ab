"""Samples are of a kind, and reviewers say what was not as it should be.

Revision ID: 0067
"""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(), nullable=False, server_default="quality")
    op.add_column("sample", kind)
    op.add_column("sampled_case", sa.Column("missed", sa.String(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
