"""Samples with a period, a time limit and what the reviewer found.

Revision ID: 0013
"""

from collections import defaultdict
from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_OPEN_FOR = timedelta(days=90)
"""For so long, from their drawing, are samples open that were drawn before they had a limit."""

_BEFORE = sa.table(
    "case_sample",
    sa.column("username", sa.String()),
    sa.column("case_id", sa.Integer()),
    sa.column("drawn_by", sa.String()),
    sa.column("drawn_at", UtcDateTime()),
    sa.column("seed", sa.String()),
)


def _create_sample() -> sa.Table:
    made = op.create_table(
        "sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("among", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("period_begin", UtcDateTime(), nullable=False),
        sa.Column("period_end", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=False),
        sa.Column("drawn_by", sa.String(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sample_reviewer", "sample", ["reviewer", "until_at"])
    return made


def _create_sampled_case() -> sa.Table:
    made = op.create_table(
        "sampled_case",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("review", sa.String(), nullable=True),
        sa.Column("reviewed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"]),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("sample_id", "case_id"),
    )
    op.create_index("ix_sampled_case_case_id", "sampled_case", ["case_id"])
    return made


def _keep_what_was_drawn(sample: sa.Table, sampled_case: sa.Table) -> None:
    """Let complaints that were drawn at once for somebody be one sample."""
    database = op.get_bind()
    drawn = defaultdict(list)
    for row in database.execute(sa.select(_BEFORE)):
        drawn[row.username, row.seed, row.drawn_by, row.drawn_at].append(row.case_id)
    for (reviewer, seed, by, at), case_ids in drawn.items():
        new = sample.insert().values(
            reviewer=reviewer,
            size=len(case_ids),
            among=len(case_ids),
            seed=seed,
            period_begin=at - _OPEN_FOR,
            period_end=at,
            until_at=at + _OPEN_FOR,
            drawn_by=by,
            drawn_at=at,
            ended_by="",
        )
        number = database.execute(new.returning(sample.c.id)).scalar_one()
        database.execute(
            sampled_case.insert(), [{"sample_id": number, "case_id": n} for n in case_ids]
        )
    op.drop_table("case_sample")


def upgrade() -> None:
    _keep_what_was_drawn(_create_sample(), _create_sampled_case())


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
