"""Which sessions began at the organisation's own sign-in.

Revision ID: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("session") as table:
        for name in ("issuer", "subject", "outside_id"):
            table.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("proof", sa.String(), nullable=True))
    with op.batch_alter_table("session") as table:
        for name in ("issuer", "subject", "outside_id"):
            table.alter_column(name, existing_type=sa.String(), server_default=None)
    _index("ix_session_subject", "subject", where="subject <> ''")
    _index("ix_session_proof", "created_at", where="proof IS NOT NULL")


def _index(name: str, column: str, *, where: str) -> None:
    only = sa.text(where)
    op.create_index(name, "session", [column], sqlite_where=only, postgresql_where=only)


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
