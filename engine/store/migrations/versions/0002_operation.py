"""Messages that find their case, cases that rest, incidents of every kind.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_IS_OPEN = sa.text("resolved_at IS NULL")
_IS_KEPT = sa.text("settled_at IS NULL")


def _create_message() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("payload", json_type(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("is_delivered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("message_id"),
    )
    for name, columns in (
        ("ix_message_key", ["key"]),
        ("ix_message_case", ["case_id", "name"]),
        ("ix_message_expiry", ["expires_at"]),
    ):
        op.create_index(name, "message", columns, sqlite_where=_IS_KEPT, postgresql_where=_IS_KEPT)


def _create_correlation() -> None:
    op.create_table(
        "correlation",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("declared_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("ix_correlation_case_id", "correlation", ["case_id"])


def _widen_incident() -> None:
    with op.batch_alter_table("incident") as table:
        table.alter_column("case_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("kind", sa.String(), nullable=False, server_default="case"))
        table.add_column(sa.Column("subject", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("resolved_by", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("resolution", sa.String(), nullable=False, server_default=""))
    op.execute("UPDATE incident SET subject = CAST(case_id AS VARCHAR)")
    # Two sweeps at once could open two incidents for one case; from now on there is one.
    op.execute(
        "UPDATE incident SET resolved_at = last_at WHERE resolved_at IS NULL AND id NOT IN "
        "(SELECT max(id) FROM incident WHERE resolved_at IS NULL GROUP BY case_id)"
    )
    with op.batch_alter_table("incident") as table:
        for name in ("kind", "subject", "resolved_by", "resolution"):
            table.alter_column(name, existing_type=sa.String(), server_default=None)
    op.create_index(
        "ux_incident_open",
        "incident",
        ["kind", "subject"],
        unique=True,
        sqlite_where=_IS_OPEN,
        postgresql_where=_IS_OPEN,
    )


def upgrade() -> None:
    op.add_column("complaint_case", sa.Column("suspended_at", UtcDateTime(), nullable=True))
    op.add_column("clock", sa.Column("paused_at", UtcDateTime(), nullable=True))
    _widen_incident()
    is_signal = sa.text("substr(message, 1, 7) = 'signal:'")
    op.create_index(
        "ix_subscription_signal",
        "subscription",
        ["message", "case_id"],
        sqlite_where=is_signal,
        postgresql_where=is_signal,
    )
    _create_message()
    _create_correlation()


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
