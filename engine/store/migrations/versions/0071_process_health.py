"""What is found each week of how a process runs; it is counted what was done a second time.

Revision ID: 0071
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "process_look",
        sa.Column("process", sa.String(), primary_key=True),
        sa.Column("week", sa.Date(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("compared", sa.Integer(), nullable=False),
        sa.Column("complaints", sa.Integer(), nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=False),
    )
    op.create_table(
        "process_finding",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("before", sa.Float(), nullable=False),
        sa.Column("now", sa.Float(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("unheld_before", sa.Float(), nullable=True),
        sa.Column("unheld_now", sa.Float(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("seen_by", sa.String(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.UniqueConstraint("process", "week", "kind", "element"),
    )
    op.create_index(
        "ix_process_finding_unseen",
        "process_finding",
        ["week"],
        sqlite_where=sa.text("seen_by = ''"),
        postgresql_where=sa.text("seen_by = ''"),
    )
    op.execute(
        "INSERT INTO tally_change (series, day, element, process, circle, detail, n)"
        " SELECT 'step.twice', ended_day, element, process, circle, '', count(*)"
        " FROM step_fact WHERE ended = 'done' AND turn > 1 AND turn = 2"
        " GROUP BY ended_day, element, process, circle"
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
