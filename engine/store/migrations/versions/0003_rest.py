"""Steps of suspended cases are no work to do; incidents are found by their cause.

Revision ID: 0003
"""

import re

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_CAN_BE_DONE = "suspended_at IS NULL"
_STEP_INDEXES = {
    "ix_step_inbox": ["assignee", "due_at", "id", "roles", "severity", "category", "case_id"],
    "ix_step_due": ["due_at", "id", "severity", "category", "case_id"],
    "ix_step_element": ["element", "due_at", "id"],
    "ix_step_gate": ["due_at", "id", "roles", "assignee"],
}
_PARTICULAR = re.compile(r"(?<=“)[^”]*(?=”)|'[^']*@[^']*'|\S*@\S*|\b[\w-]*\d{4,}[\w-]*\b")


def _index(name: str, table: str, columns: list[str], sqlite: str, postgresql: str = "") -> None:
    op.create_index(
        name,
        table,
        columns,
        sqlite_where=sa.text(sqlite),
        postgresql_where=sa.text(postgresql or sqlite),
    )


def _let_steps_rest() -> None:
    op.add_column("open_step", sa.Column("suspended_at", UtcDateTime(), nullable=True))
    op.execute(
        "UPDATE open_step SET suspended_at = (SELECT c.suspended_at FROM complaint_case c "
        "WHERE c.id = open_step.case_id) WHERE case_id IN "
        "(SELECT id FROM complaint_case WHERE suspended_at IS NOT NULL)"
    )
    for name, columns in _STEP_INDEXES.items():
        op.drop_index(name, table_name="open_step")
        columns = [*columns, "suspended_at"]  # noqa: PLW2901 - SQLite else looks into the row
        if name == "ix_step_gate":
            both = (f"gate IS {is_true} AND {_CAN_BE_DONE}" for is_true in ("1", "true"))
            _index(name, "open_step", columns, *both)
        else:
            _index(name, "open_step", columns, _CAN_BE_DONE)
    _index(
        "ix_case_suspended", "complaint_case", ["suspended_at", "id"], "suspended_at IS NOT NULL"
    )


def _find_causes() -> None:
    op.add_column("incident", sa.Column("gist", sa.String(), nullable=False, server_default=""))
    incident = sa.table(
        "incident", sa.column("id", sa.Integer), sa.column("cause"), sa.column("gist")
    )
    connection = op.get_bind()
    for number, cause in connection.execute(sa.select(incident.c.id, incident.c.cause)).all():
        gist = _PARTICULAR.sub("…", cause)[:200]
        connection.execute(incident.update().where(incident.c.id == number).values(gist=gist))
    with op.batch_alter_table("incident") as table:
        table.alter_column("gist", existing_type=sa.String(), server_default=None)
    columns = ["kind", "element", "gist", "opened_at"]
    _index("ix_incident_cause", "incident", columns, "resolved_at IS NULL")


def upgrade() -> None:
    _let_steps_rest()
    _find_causes()


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
