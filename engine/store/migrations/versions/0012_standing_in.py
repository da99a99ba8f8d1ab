"""Delegation with the limits of the absent person, and never both keys of four eyes.

Revision ID: 0012
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_FOUR_EYES = (
    "approver <> drafter AND (approver_for IS NULL OR approver_for <> drafter) "
    "AND (drafter_for IS NULL OR drafter_for <> approver) "
    "AND (approver_for IS NULL OR drafter_for IS NULL OR approver_for <> drafter_for)"
)


def _create_delegation() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("absent", sa.String(), nullable=False),
        sa.Column("delegate", sa.String(), nullable=False),
        sa.Column("from_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("absent <> delegate", name="two_people"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_delegation_delegate", "delegation", ["delegate", "until_at"])


def _create_limit() -> None:
    op.create_table(
        "authority_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.CheckConstraint("decided_by <> proposed_by", name="limit_four_eyes"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_limit_holder", "authority_limit", ["holder", "decided_at"])


def _say_for_whom() -> None:
    op.add_column("statement", sa.Column("on_behalf_of", sa.String(), nullable=True))
    with op.batch_alter_table("approval") as table:
        table.add_column(sa.Column("drafter_for", sa.String(), nullable=True))
        table.add_column(sa.Column("approver_for", sa.String(), nullable=True))
        table.drop_constraint("four_eyes", type_="check")
        table.create_check_constraint("four_eyes", _FOUR_EYES)


def upgrade() -> None:
    _create_delegation()
    _create_limit()
    _say_for_whom()


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
