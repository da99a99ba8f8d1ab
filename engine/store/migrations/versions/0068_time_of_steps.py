"""It is counted how long steps took and lay with somebody, and who worked on complaints.

Of steps of an earlier release it is not known when somebody took them. What each complaint says is
counted anew by a job, some at a time.

Revision ID: 0068
"""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("step_fact", sa.Column("held", sa.Integer(), nullable=True))
    op.execute(
        "INSERT INTO tally_change (series, day, element, process, circle, detail, n)"
        " SELECT 'step.spent', ended_day, element, process, circle, 'untaken', sum(worked / 60)"
        " FROM step_fact WHERE ended = 'done' AND worked >= 60"
        " GROUP BY ended_day, element, process, circle"
    )
    op.execute("INSERT INTO changed_case (case_id) SELECT id FROM complaint_case ORDER BY id")


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
