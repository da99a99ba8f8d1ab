"""Time limits of regimes: by which edition of which rules and calendar each clock is counted.

Revision ID: 0017
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _create_edition() -> None:
    op.create_table(
        "edition",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )


def _create_extension() -> None:
    op.create_table(
        "clock_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("approver", sa.String(), nullable=False),
        sa.Column("before", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("approver <> owner", name="extension_two_people"),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_extension_case", "clock_extension", ["case_id", "id"])


def _text(name: str) -> sa.Column[str]:
    """Return a column whose default stays: taking it away would copy every row of SQLite."""
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def _list(name: str) -> sa.Column[object]:
    return sa.Column(name, json_type(), nullable=False, server_default="[]")


def upgrade() -> None:
    _create_edition()
    _create_extension()
    op.add_column("complaint_case", _list("regimes"))
    op.add_column("complaint_case", _text("calendar"))
    for name in ("profile", "variant", "rule", "calendar"):
        op.add_column("clock", _text(name))
    for name in ("later_warns", "moves"):
        op.add_column("clock", _list(name))
    op.add_column(
        "clock", sa.Column("lapses", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
