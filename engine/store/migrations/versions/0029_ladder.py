"""A call upwards stands on a rung of the ladder, and goes on by itself when nobody answers it.

Calls that wait already begin on the rung that their reason called, with a day to answer them.

Revision ID: 0029
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from engine.clock import utc_now
from engine.store.column import UtcDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_LEVELS = {"clock_breach": "manager", "safety": "safety_officer"}


def upgrade() -> None:
    with op.batch_alter_table("escalation") as escalation:
        escalation.add_column(
            sa.Column("level", sa.String(), nullable=False, server_default="team_leader")
        )
        escalation.add_column(sa.Column("level_at", UtcDateTime(), nullable=True))
        escalation.add_column(sa.Column("climb_at", UtcDateTime(), nullable=True))
    call = sa.table(
        "escalation",
        sa.column("reason", sa.String()),
        sa.column("raised_at", UtcDateTime()),
        sa.column("acknowledged_at", UtcDateTime()),
        sa.column("level", sa.String()),
        sa.column("level_at", UtcDateTime()),
        sa.column("climb_at", UtcDateTime()),
    )
    for reason, level in _LEVELS.items():
        op.execute(call.update().where(call.c.reason == reason).values(level=level))
    op.execute(call.update().values(level_at=call.c.raised_at))
    tomorrow = utc_now() + timedelta(days=1)
    waiting = call.c.acknowledged_at.is_(None)
    op.execute(call.update().where(waiting).values(climb_at=tomorrow))
    with op.batch_alter_table("escalation") as escalation:
        escalation.alter_column("level", existing_type=sa.String(), server_default=None)
    op.create_index(
        "ix_escalation_climb",
        "escalation",
        ["climb_at", "case_id"],
        sqlite_where=sa.text("climb_at IS NOT NULL"),
        postgresql_where=sa.text("climb_at IS NOT NULL"),
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
