"""By when a waiting step is to be begun, and how long it takes from each to the decision.

Revision ID: 0027
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_CAN_BE_DONE = "suspended_at IS NULL"
_FILTERS = ["severity", "category", "case_id", "circle"]
_INDEXES = {
    "ix_step_inbox": ["assignee", "begin_by", "id", "roles", *_FILTERS, "suspended_at", "due_at"],
    "ix_step_due": ["begin_by", "id", *_FILTERS, "assignee", "suspended_at", "due_at"],
    "ix_step_element": [
        *("element", "begin_by", "id", "circle", "assignee", "suspended_at", "due_at"),
    ],
    "ix_step_gate": ["begin_by", "id", "roles", "assignee", "circle", "suspended_at", "due_at"],
}
_GATES = {
    "sqlite": f"gate IS 1 AND {_CAN_BE_DONE}",
    "postgresql": f"gate IS true AND {_CAN_BE_DONE}",
}


def upgrade() -> None:
    op.create_table(
        "remaining_path",
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("measured_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("element"),
    )
    for name in _INDEXES:
        op.drop_index(name, "open_step")
    op.add_column("open_step", sa.Column("begin_by", UtcDateTime(), nullable=True))
    op.execute("UPDATE open_step SET begin_by = due_at")
    with op.batch_alter_table("open_step") as table:
        table.alter_column("begin_by", existing_type=UtcDateTime(), nullable=False)
    for name, columns in _INDEXES.items():
        is_gate = name == "ix_step_gate"
        op.create_index(
            name,
            "open_step",
            columns,
            sqlite_where=sa.text(_GATES["sqlite"] if is_gate else _CAN_BE_DONE),
            postgresql_where=sa.text(_GATES["postgresql"] if is_gate else _CAN_BE_DONE),
        )


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
