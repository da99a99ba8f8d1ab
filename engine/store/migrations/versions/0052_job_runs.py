"""A run of a job that fails or dies is tried again; two runs of a job never go at once.

Revision ID: 0052
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("tries", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("of", sa.Integer(), nullable=True),
    ):
        op.add_column("job_run", column)
    op.create_index("ix_job_run_started", "job_run", ["name", "started_at"])
    op.create_table(
        "job_turn",
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
