"""One-time links, second factors, identities elsewhere, and where a session was begun.

Revision ID: 0007
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _create_links() -> None:
    op.create_table(
        "one_time_link",
        _text("token_hash"),
        _text("kind"),
        _text("username"),
        sa.Column("detail", json_type(), nullable=False),
        _text("created_by"),
        _at("created_at"),
        _at("expires_at"),
        _at("used_at", nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_one_time_link_username", "one_time_link", ["username"])


def _create_factors() -> None:
    op.create_table(
        "second_factor",
        _text("username"),
        _text("sealed"),
        _at("begun_at"),
        _at("confirmed_at", nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["account.username"]),
        sa.PrimaryKeyConstraint("username"),
    )
    op.create_table(
        "recovery_code",
        _text("code_hash"),
        _text("username"),
        _at("used_at", nullable=True),
        sa.ForeignKeyConstraint(["username"], ["account.username"]),
        sa.PrimaryKeyConstraint("code_hash"),
    )
    op.create_index("ix_recovery_code_username", "recovery_code", ["username"])


def _create_outside() -> None:
    op.create_table(
        "outside_identity",
        _text("issuer"),
        _text("subject"),
        _text("username"),
        _at("linked_at"),
        sa.ForeignKeyConstraint(["username"], ["account.username"]),
        sa.PrimaryKeyConstraint("issuer", "subject"),
    )
    op.create_index("ix_outside_identity_username", "outside_identity", ["username"])


def _create_requests() -> None:
    op.create_table(
        "role_request",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("username"),
        sa.Column("roles", json_type(), nullable=False),
        _text("reason"),
        _text("asked_by"),
        _at("asked_at"),
        _text("decided_by"),
        _at("decided_at", nullable=True),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["account.username"]),
        sa.PrimaryKeyConstraint("id"),
    )


def upgrade() -> None:
    for name in ("device", "address", "method"):
        op.add_column("session", sa.Column(name, sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("session") as table:
        for name in ("device", "address", "method"):
            table.alter_column(name, existing_type=sa.String(), server_default=None)
    op.create_index("ix_session_username", "session", ["username"])
    _create_links()
    _create_factors()
    _create_outside()
    _create_requests()


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
