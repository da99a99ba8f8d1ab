"""Complaints that belong together can be linked, and the link undone.

Revision ID: 0026
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_HOLDS = sa.text("undone_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "case_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("is_turned", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", UtcDateTime(), nullable=False),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_reason", sa.String(), nullable=False),
        sa.CheckConstraint("case_id < other_id", name="ck_case_link_order"),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.ForeignKeyConstraint(["other_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ux_case_link_pair",
        "case_link",
        ["case_id", "other_id"],
        unique=True,
        sqlite_where=_HOLDS,
        postgresql_where=_HOLDS,
    )
    op.create_index("ix_case_link_other", "case_link", ["other_id"])


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
