"""What belongs to no case has a chain of events of its own.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SQLITE = (
    """
    CREATE TRIGGER organisation_event_forbids_UPDATE BEFORE UPDATE ON organisation_event
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER organisation_event_forbids_DELETE BEFORE DELETE ON organisation_event
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER organisation_event_forbids_replacement BEFORE INSERT ON organisation_event
    WHEN EXISTS (SELECT 1 FROM organisation_event WHERE seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER organisation_chain_goes_on BEFORE UPDATE ON organisation_chain
    WHEN NEW.seq <= OLD.seq OR NEW.id <> OLD.id
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER organisation_chain_stays BEFORE DELETE ON organisation_chain
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER organisation_chain_is_one BEFORE INSERT ON organisation_chain
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE TRIGGER organisation_event_forbids_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON organisation_event
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
    """,
    """
    CREATE TRIGGER organisation_chain_goes_on BEFORE UPDATE ON organisation_chain
    FOR EACH ROW WHEN (NEW.seq <= OLD.seq OR NEW.id <> OLD.id)
    EXECUTE FUNCTION journal_is_append_only()
    """,
    """
    CREATE TRIGGER organisation_chain_is_one
    BEFORE INSERT OR DELETE OR TRUNCATE ON organisation_chain
    FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()
    """,
)


def upgrade() -> None:
    op.create_table(
        "organisation_event",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("ix_organisation_event_type", "organisation_event", ["type"])
    op.create_table(
        "organisation_chain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute("INSERT INTO organisation_chain (id, seq, head) VALUES (1, 0, '')")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in _SQLITE if is_sqlite else _POSTGRESQL:
        op.execute(guard)


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
