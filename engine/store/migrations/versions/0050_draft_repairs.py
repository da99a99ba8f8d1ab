"""An earlier state of a draft tells what had been repaired in it.

Revision ID: 0050
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import json_type

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_LAST = """
    UPDATE process_draft_save SET repairs = (
        SELECT repairs FROM process_draft WHERE process_draft.id = process_draft_save.draft_id
    ) WHERE EXISTS (
        SELECT 1 FROM process_draft
        WHERE process_draft.id = process_draft_save.draft_id
        AND process_draft.rev = process_draft_save.rev
    )
"""


def upgrade() -> None:
    column = sa.Column("repairs", json_type(), nullable=False, server_default="[]")
    op.add_column("process_draft_save", column)
    op.execute(_LAST)
    with op.batch_alter_table("process_draft_save") as table:
        table.alter_column("repairs", server_default=None)


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
