"""A process is drafted in the database, saved as one types.

Revision ID: 0042
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_IS_OPEN = sa.text("ended_at IS NULL")
_RUNS = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "process_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("based_on", sa.String(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("edited_by", sa.String(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=False),
        sa.Column("editors", json_type(), nullable=False),
        sa.Column("repairs", json_type(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_process_draft_open",
        "process_draft",
        ["id"],
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    )
    _create_parts()
    op.create_index(
        "ix_case_process",
        "complaint_case",
        ["process"],
        sqlite_where=_RUNS,
        postgresql_where=_RUNS,
    )


def _create_parts() -> None:
    op.create_table(
        "process_draft_save",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("files", json_type(), nullable=False),
        _of_draft(),
        sa.PrimaryKeyConstraint("draft_id", "rev"),
    )
    op.create_table(
        "process_draft_presence",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        _of_draft(),
        sa.PrimaryKeyConstraint("draft_id", "username"),
    )
    op.create_table(
        "process_draft_original",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", UtcDateTime(), nullable=False),
        _of_draft(),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_process_draft_original_draft_id", "process_draft_original", ["draft_id"])


def _of_draft() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["draft_id"], ["process_draft.id"])


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
