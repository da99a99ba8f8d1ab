"""A version of a process holds from a moment on, is retired or rolled back to, and never changes.

Revision ID: 0046
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_FIXED = ("process_version", "process_release", "process_retirement")
_KEYS = {"process_version": "digest", "process_release": "id", "process_retirement": "digest"}
_SAID = "a published process is never changed"
_NOT_THE_EDITOR = "process_last_editor: who edited it last does not approve it"

_FORBIDS_REPLACEMENT = """
CREATE TRIGGER {table}_forbids_replacement BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})
BEGIN SELECT RAISE(ABORT, '{said}'); END
"""


def upgrade() -> None:
    _create_tables()
    for column in (
        sa.Column("risk", sa.String(), nullable=False, server_default=""),
        sa.Column("valid_from", UtcDateTime(), nullable=True),
        sa.Column("draft", sa.Integer(), nullable=True),
        sa.Column("draft_rev", sa.Integer(), nullable=True),
        sa.Column("editors", json_type(), nullable=False, server_default="[]"),
        sa.Column("last_editor", sa.String(), nullable=False, server_default=""),
    ):
        op.add_column("process_proposal", column)
    op.execute(
        "INSERT INTO process_release "
        "(process_id, digest, kind, valid_from, released_by, released_at, reason) "
        "SELECT v.process_id, v.digest, 'published', "
        "CASE WHEN v.version = 1 THEN '1970-01-01 00:00:00.000000' ELSE v.published_at END, "
        "coalesce((SELECT max(p.decided_by) FROM process_proposal p "
        "WHERE p.digest = v.digest AND p.is_approved), v.published_by), "
        "v.published_at, v.reason FROM process_version v ORDER BY v.published_at, v.version"
    )
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _create_tables() -> None:
    op.create_table(
        "process_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("valid_from", UtcDateTime(), nullable=False),
        sa.Column("released_by", sa.String(), nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["process_version.digest"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_process_release_process_id", "process_release", ["process_id"])
    op.create_table(
        "process_retirement",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("retired_by", sa.String(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["process_version.digest"]),
        sa.PrimaryKeyConstraint("digest"),
    )


def _guard_sqlite() -> None:
    for table in _FIXED:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_forbids_{deed} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
            )
        op.execute(_FORBIDS_REPLACEMENT.format(table=table, key=_KEYS[table], said=_SAID))
    op.execute(
        "CREATE TRIGGER process_last_editor BEFORE UPDATE ON process_proposal "
        "WHEN NEW.is_approved AND NEW.decided_by = NEW.last_editor "
        f"BEGIN SELECT RAISE(ABORT, '{_NOT_THE_EDITOR}'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION process_is_fixed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{_SAID}'; END$$"
    )
    for table in _FIXED:
        op.execute(
            f"CREATE TRIGGER {table}_forbids_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION process_is_fixed()"
        )
    op.execute(
        "CREATE FUNCTION process_last_editor() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{_NOT_THE_EDITOR}'; END$$"
    )
    op.execute(
        "CREATE TRIGGER process_last_editor BEFORE UPDATE ON process_proposal FOR EACH ROW "
        "WHEN (NEW.is_approved AND NEW.decided_by = NEW.last_editor) "
        "EXECUTE FUNCTION process_last_editor()"
    )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
