"""Who was invited to the survey, who was left out and why, and when an address was asked last.

Revision ID: 0038
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_invitation",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("invited_at", UtcDateTime(), nullable=True),
        sa.Column("mark", sa.String(), nullable=True),
        sa.Column("mails", json_type(), nullable=False),
        sa.Column("remind_at", UtcDateTime(), nullable=True),
        sa.Column("reminded_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("returned_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("mark"),
    )
    soon = sa.text("remind_at IS NOT NULL")
    op.create_index(
        "ix_survey_remind",
        "survey_invitation",
        ["remind_at"],
        sqlite_where=soon,
        postgresql_where=soon,
    )
    op.create_index("ix_survey_invited", "survey_invitation", ["invited_at", "case_id"])
    op.create_table(
        "survey_contact",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("mark"),
    )
    op.create_index("ix_survey_contact_case_id", "survey_contact", ["case_id"])


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
