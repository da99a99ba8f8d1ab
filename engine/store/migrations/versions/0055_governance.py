"""There is a register of governance, and it is frozen each night how the standard is kept.

Revision ID: 0055
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "governance_record",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "title", "text")),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("about", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("document_hash", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", UtcDateTime(), nullable=True),
        sa.Column("done_by", sa.String(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("verified_by", sa.String(), nullable=False),
        sa.Column("verified_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("approved_by <> made_by", name="governance_four_eyes"),
        sa.CheckConstraint(
            "verified_by = '' OR (verified_by <> done_by AND verified_by <> owner)",
            name="governance_verified_by_another",
        ),
        sa.ForeignKeyConstraint(["about"], ["governance_record.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_governance_kind", "governance_record", ["kind", "state", "due_on"])
    op.create_table(
        "evidence_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "evidence_verdict",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("clause", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("in_order", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["evidence_run.id"]),
        sa.PrimaryKeyConstraint("run_id", "clause"),
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
