"""Scenarios belong to drafts and versions, and what they have shown is kept.

Those that a process had are now those of each of its versions, open drafts and open proposals.

Revision ID: 0048
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_FIXED = ("version_scenarios", "trial_run")
_SAID = "what was published or found is never changed"
_FORBIDS_REPLACEMENT = """
CREATE TRIGGER {table}_forbids_replacement BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, '{said}'); END
"""
_IS_KEPT = sa.text("dropped_at IS NULL")

_VERSION = sa.table(
    "process_version",
    *(sa.column(name) for name in ("digest", "process_id", "published_by")),
    sa.column("published_at", UtcDateTime()),
)
_PROPOSAL = sa.table(
    "process_proposal",
    *(sa.column(name) for name in ("process_id", "decided_at")),
    sa.column("scenarios", json_type()),
)
_SCENARIO = sa.table(
    "process_scenario",
    *(sa.column(name) for name in ("id", "process_id", "title", "text", "origin", "edited_by")),
    sa.column("edited_at", UtcDateTime()),
    sa.column("dropped_at"),
)
_KEPT = sa.table(
    "version_scenarios",
    *(sa.column(name) for name in ("digest", "kept_by")),
    sa.column("scenarios", json_type()),
    sa.column("kept_at", UtcDateTime()),
)


def upgrade() -> None:
    _create_tables()
    op.add_column(
        "process_proposal",
        sa.Column("scenarios", json_type(), nullable=False, server_default="[]"),
    )
    _carry_over()
    op.drop_table("process_scenario")
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _create_tables() -> None:
    op.create_table(
        "draft_scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("edited_by", sa.String(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=False),
        sa.Column("dropped_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["process_draft.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ux_draft_scenario_title",
        "draft_scenario",
        ["draft_id", "title"],
        unique=True,
        sqlite_where=_IS_KEPT,
        postgresql_where=_IS_KEPT,
    )
    op.create_table(
        "version_scenarios",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("scenarios", json_type(), nullable=False),
        sa.Column("kept_by", sa.String(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["digest"], ["process_version.digest"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_version_scenarios_digest", "version_scenarios", ["digest"])
    op.create_table(
        "trial_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("around", sa.String(), nullable=False),
        sa.Column("draft", sa.Integer(), nullable=True),
        sa.Column("run_by", sa.String(), nullable=False),
        sa.Column("run_at", UtcDateTime(), nullable=False),
        sa.Column("results", json_type(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_trial_run_content", "trial_run", ["content"])
    op.create_index("ix_trial_run_draft", "trial_run", ["draft"])


def _carry_over() -> None:
    """Give the scenarios of a process to its versions, open drafts and open proposals."""
    for process, known in _known().items():
        published = sa.select(_VERSION).where(_VERSION.c.process_id == process)
        for row in list(op.get_bind().execute(published)):
            values = {"digest": row.digest, "kept_by": row.published_by}
            values |= {"scenarios": known, "kept_at": row.published_at}
            op.bulk_insert(_KEPT, [values])
        is_open = (_PROPOSAL.c.process_id == process, _PROPOSAL.c.decided_at.is_(None))
        op.execute(_PROPOSAL.update().where(*is_open).values(scenarios=known))
    op.execute(
        "INSERT INTO draft_scenario "
        "(draft_id, title, text, origin, rev, edited_by, edited_at, dropped_at) "
        "SELECT d.id, s.title, s.text, s.origin, s.rev, s.edited_by, s.edited_at, NULL "
        "FROM process_draft d JOIN process_scenario s ON s.process_id = d.process_id "
        "WHERE d.ended_at IS NULL AND s.dropped_at IS NULL ORDER BY d.id, s.id"
    )


def _known() -> dict[str, list[dict[str, str]]]:
    """Return what a column keeps of the scenarios of each process that has, or had, some."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in op.get_bind().execute(sa.select(_SCENARIO).order_by(_SCENARIO.c.id)):
        kept = found.setdefault(row.process_id, [])
        if row.dropped_at is None:
            values = {"title": row.title, "text": row.text, "origin": row.origin}
            values["edited_by"] = row.edited_by
            kept.append(values | {"edited_at": row.edited_at.isoformat()})
    return found


def _guard_sqlite() -> None:
    for table in _FIXED:
        for deed in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_forbids_{deed} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
            )
        op.execute(_FORBIDS_REPLACEMENT.format(table=table, said=_SAID))


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION found_is_fixed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{_SAID}'; END$$"
    )
    for table in _FIXED:
        op.execute(
            f"CREATE TRIGGER {table}_forbids_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION found_is_fixed()"
        )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
