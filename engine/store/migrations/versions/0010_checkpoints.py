"""Signed checkpoints over the ends of all chains, and what verifications found.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SQLITE = (
    """
    CREATE TRIGGER checkpoint_forbids_UPDATE BEFORE UPDATE ON checkpoint
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER checkpoint_forbids_DELETE BEFORE DELETE ON checkpoint
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER checkpoint_forbids_replacement BEFORE INSERT ON checkpoint
    WHEN EXISTS (SELECT 1 FROM checkpoint WHERE number = NEW.number)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE TRIGGER checkpoint_forbids_change BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
    """,
)


def upgrade() -> None:
    op.create_table(
        "checkpoint",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("changes", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "journal_chunk",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("ends", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "verification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("findings", json_type(), nullable=False),
        sa.Column("notes", json_type(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in _SQLITE if is_sqlite else _POSTGRESQL:
        op.execute(guard)


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
