"""Events are found by their time alone; nobody looked for a type among all cases.

An index that begins with the type is written in as many places as a command has types of events.

Revision ID: 0020
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_journal_type", "journal")
    op.create_index("ix_journal_at", "journal", ["at", "case_id"])


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
