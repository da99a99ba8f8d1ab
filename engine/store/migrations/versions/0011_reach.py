"""Who reaches which case: teams, restricted cases with people named on them, broken glass.

Revision ID: 0011
"""

import sqlalchemy as sa
from alembic import op

from engine.store.column import UtcDateTime, json_type

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_CAN_BE_DONE = "suspended_at IS NULL"
_INBOX = ["assignee", "due_at", "id", "roles", "severity", "category", "case_id", "circle"]
_STEP_INDEXES = {
    "ix_step_inbox": _INBOX,
    "ix_step_due": ["due_at", "id", "severity", "category", "case_id", "circle", "assignee"],
    "ix_step_element": ["element", "due_at", "id", "circle", "assignee"],
    "ix_step_gate": ["due_at", "id", "roles", "assignee", "circle"],
}
_CASE_INDEXES = {
    "ix_case_received": ["received_at", "category", "severity", "circle"],
    "ix_case_closed": ["closed_at", "received_at", "seconds_to_close", "circle"],
}


def _create_team() -> None:
    op.create_table(
        "team",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("categories", json_type(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("teams", json_type(), nullable=False, server_default="[]"))
    with op.batch_alter_table("account") as table:
        table.alter_column("teams", existing_type=json_type(), server_default=None)


def _create_named() -> None:
    op.create_table(
        "case_named",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("named_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("case_id", "username"),
    )
    op.create_index("ix_case_named", "case_named", ["username", "case_id"])


def _create_broken_glass() -> None:
    op.create_table(
        "broken_glass",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("broken_at", UtcDateTime(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=False),
        sa.Column("seen_by", sa.String(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_glass_case", "broken_glass", ["case_id", "username", "until_at"])
    unseen = sa.text("seen_at IS NULL")
    op.create_index(
        "ix_glass_unseen",
        "broken_glass",
        ["broken_at"],
        sqlite_where=unseen,
        postgresql_where=unseen,
    )


def _let_mails_be_no_letters() -> None:
    with op.batch_alter_table("outbox") as table:
        table.alter_column("communication_id", existing_type=sa.Integer(), nullable=True)


def _create_sample() -> None:
    op.create_table(
        "case_sample",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.String(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("username", "case_id"),
    )
    op.create_index("ix_case_sample_case_id", "case_sample", ["case_id"])


def _draw_circles() -> None:
    op.add_column("complaint_case", sa.Column("team", sa.String(), nullable=True))
    op.add_column("complaint_case", sa.Column("restricted_at", UtcDateTime(), nullable=True))
    for table in ("complaint_case", "open_step"):
        # The default stays: taking it away would copy every row of SQLite once more.
        circle = sa.Column("circle", sa.String(), nullable=False, server_default="")
        op.add_column(table, circle)


def _index_circles() -> None:
    for name, columns in _CASE_INDEXES.items():
        op.drop_index(name, table_name="complaint_case")
        op.create_index(name, "complaint_case", columns)
    for name, columns in _STEP_INDEXES.items():
        op.drop_index(name, table_name="open_step")
        gates = ("gate IS 1 AND ", "gate IS true AND ") if name == "ix_step_gate" else ("", "")
        sqlite, postgresql = (sa.text(gate + _CAN_BE_DONE) for gate in gates)
        op.create_index(
            name,
            "open_step",
            [*columns, "suspended_at"],  # SQLite else looks into the row
            sqlite_where=sqlite,
            postgresql_where=postgresql,
        )


def upgrade() -> None:
    _create_team()
    _create_named()
    _create_broken_glass()
    _create_sample()
    _let_mails_be_no_letters()
    _draw_circles()
    _index_circles()


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
