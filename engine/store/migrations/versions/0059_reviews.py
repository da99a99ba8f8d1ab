"""Packs for the management review are kept as they were made, with the meetings about them.

Revision ID: 0059
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

_SQLITE = (
    """
    CREATE TRIGGER review_pack_forbids_UPDATE BEFORE UPDATE ON review_pack
    BEGIN SELECT RAISE(ABORT, 'a pack never changes'); END
    """,
    """
    CREATE TRIGGER review_pack_forbids_DELETE BEFORE DELETE ON review_pack
    BEGIN SELECT RAISE(ABORT, 'a pack never changes'); END
    """,
    """
    CREATE TRIGGER review_pack_forbids_replacement BEFORE INSERT ON review_pack
    WHEN EXISTS (SELECT 1 FROM review_pack WHERE id = NEW.id
                 OR (kind = NEW.kind AND first = NEW.first))
    BEGIN SELECT RAISE(ABORT, 'a pack never changes'); END
    """,
)
_POSTGRESQL = (
    """
    CREATE FUNCTION review_pack_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'a pack never changes'; END $$
    """,
    """
    CREATE TRIGGER review_pack_forbids_change BEFORE UPDATE OR DELETE OR TRUNCATE ON review_pack
    FOR EACH STATEMENT EXECUTE FUNCTION review_pack_never_changes()
    """,
)


def upgrade() -> None:
    op.create_table(
        "review_pack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("content", json_type(), nullable=False),
        sa.Column("html", sa.LargeBinary(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "first"),
    )
    op.create_table(
        "review_mail",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pack_id"], ["review_pack.id"]),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_table(
        "review_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("present", json_type(), nullable=False),
        sa.Column("guests", sa.String(), nullable=False),
        sa.Column("minutes", sa.String(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["pack_id"], ["review_pack.id"]),
        sa.ForeignKeyConstraint(["record"], ["governance_record.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("pack_id", "held_on"),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for guard in _SQLITE if is_sqlite else _POSTGRESQL:
        op.execute(guard)


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
