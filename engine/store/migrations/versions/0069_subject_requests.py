"""Requests of people about their own data are kept, with the day by which each is answered.

Revision ID: 0069
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subject_request",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "channel")),
        sa.Column("subject_id", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "email", "text")),
        *(sa.Column(n, sa.Date(), nullable=False) for n in ("received_on", "first_due_on")),
        sa.Column("due_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("owner", "recorded_by")),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("identity_asked_on", sa.Date(), nullable=True),
        sa.Column("identity_seen_on", sa.Date(), nullable=True),
        sa.Column("extended_on", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.String(), nullable=False),
        sa.Column("exported_at", UtcDateTime(), nullable=True),
        sa.Column("disposal_id", sa.Integer(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("answered_by", "answer")),
        sa.Column("warned", sa.Integer(), nullable=True),
        sa.Column("climbed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(answered_on IS NULL) = (stage IN ('open', 'extended'))",
            name="subject_request_answered",
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.ForeignKeyConstraint(["disposal_id"], ["disposal.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    still_open = sa.text("answered_on IS NULL")
    op.create_index(
        "ix_subject_request_open",
        "subject_request",
        ["due_on"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_index("ix_subject_request_subject", "subject_request", ["subject_id"])


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
