"""A run of a job says what went wrong in it, and who asked for it.

Revision ID: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("problem", "asked_by"):
        column = sa.Column(name, sa.String(), nullable=False, server_default="")
        op.add_column("job_run", column)
    for name, columns, where in (
        ("ix_job_run_asked", ["scheduled_for"], sa.text("state = 'asked'")),
        ("ix_job_run_problem", ["started_at"], sa.text("problem <> ''")),
    ):
        op.create_index(
            name, "job_run", columns, sqlite_where=where, postgresql_where=where, unique=False
        )
