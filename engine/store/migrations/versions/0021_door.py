"""People without an account: tracking codes, unfinished forms, the survey, how to reach somebody.

Revision ID: 0021
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_TOLD = (
    "phone",
    "postal_address",
    "contact_by",
    "language",
    "needs",
    "adjustments",
    "representative_name",
    "representative_contact",
    "representative_relation",
)


def upgrade() -> None:
    for name in _TOLD:
        op.add_column(
            "complaint_case", sa.Column(name, sa.String(), nullable=False, server_default="")
        )
    op.create_table(
        "tracking_code",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("case_id"),
        sa.UniqueConstraint("mark"),
    )
    op.create_table(
        "unfinished_form",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("mark"),
    )
    op.create_index("ix_unfinished_form_expires_at", "unfinished_form", ["expires_at"])
    _create_survey()


def _create_survey() -> None:
    op.create_table(
        "survey_response",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.Column("unresolved", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("case_id"),
    )
    op.create_index("ix_survey_response_answered_at", "survey_response", ["answered_at"])
    op.create_table(
        "survey_score",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["survey_response.case_id"]),
        sa.PrimaryKeyConstraint("case_id", "item"),
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
