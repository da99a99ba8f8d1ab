"""What is personal is sealed with a key of its subject.

Revision ID: 0006
"""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from engine.store.column import UtcDateTime, json_type
from engine.store.sealing import Seal, Vault, case_place
from engine.store.words import marks_in

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_BATCH = 500
_OF_CASE = ("summary", "description", "desired_outcome", "complainant_name", "email")
_RECORDS = {
    "statement": ("content",),
    "approval": ("comment",),
    "escalation": ("detail", "action"),
    "communication": ("subject", "body"),
    "note": ("text",),
    "outbox": ("recipient", "subject", "body"),
    "draft": ("content",),
}
_IS_JSON = {("statement", "content"), ("draft", "content")}


def _create_tables() -> None:
    op.create_table(
        "subject",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("sealed_key", sa.LargeBinary(), nullable=True),
        sa.Column("email_mark", sa.String(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email_mark"),
    )
    op.create_table(
        "journal_value",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("case_id", "seq"),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("lifted_by", sa.String(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["complaint_case.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    stands = sa.text("lifted_at IS NULL")
    op.create_index(
        "ux_legal_hold",
        "legal_hold",
        ["case_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_table(
        "disposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("cases", json_type(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("certificate", json_type(), nullable=False),
        sa.CheckConstraint("decided_by <> proposed_by", name="two_keys"),
        sa.PrimaryKeyConstraint("id"),
    )


def _widen_case() -> None:
    # Said as it is: making the table anew on SQLite would drop the triggers on it.
    op.execute("ALTER TABLE complaint_case ADD COLUMN subject_id VARCHAR REFERENCES subject (id)")
    op.add_column("complaint_case", sa.Column("erased_at", UtcDateTime(), nullable=True))
    op.create_index("ix_case_subject", "complaint_case", ["subject_id"])


class _Sealing:
    """Seals what older releases stored in plain; part of the migration, so all of it or nothing."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._bind = op.get_bind()
        meta = sa.MetaData()
        names = ("complaint_case", "subject", "case_word", *_RECORDS)
        self._table = {name: sa.Table(name, meta, autoload_with=self._bind) for name in names}
        self._subjects: dict[str, tuple[str, Seal]] = {}
        self._searchable = set(
            self._bind.execute(sa.select(self._table["case_word"].c.case_id).distinct()).scalars()
        )

    def run(self) -> None:
        seals: dict[int, Seal] = {}
        self._bind.execute(self._table["case_word"].delete())
        for case in self._rows("complaint_case"):
            seals[case["id"]] = self._seal_case(case)
        for name, fields in _RECORDS.items():
            for row in self._rows(name):
                self._seal_record(name, row, fields, seals[row["case_id"]])

    def _rows(self, name: str) -> Iterator[Mapping[str, Any]]:
        """Yield every row, some at a time."""
        table, last = self._table[name], 0
        some = sa.select(table).order_by(table.c.id).limit(_BATCH)
        while found := self._bind.execute(some.where(table.c.id > last)).mappings().all():
            yield from map(dict, found)
            last = found[-1]["id"]

    def _seal_case(self, case: Mapping[str, Any]) -> Seal:
        subject_id, seal = self._subject(case)
        values: dict[str, Any] = {
            name: seal.close(case_place(case["reference"], name), case[name] or "")
            for name in _OF_CASE
        }
        values |= {"email": values["email"] or None, "subject_id": subject_id}
        table = self._table["complaint_case"]
        self._bind.execute(table.update().where(table.c.id == case["id"]).values(values))
        if case["id"] in self._searchable:
            self._keep_words(case)
        return seal

    def _subject(self, case: Mapping[str, Any]) -> tuple[str, Seal]:
        mark = self._vault.email_mark(case["email"]) if case["email"] else None
        if mark in self._subjects:
            return self._subjects[mark]
        subject_id, sealed = self._vault.new_subject()
        new = {"id": subject_id, "sealed_key": sealed, "email_mark": mark}
        created = {"created_at": case["recorded_at"]}
        self._bind.execute(self._table["subject"].insert().values(new | created))
        found = subject_id, self._vault.seal_of(subject_id, sealed)
        if mark:
            self._subjects[mark] = found
        return found

    def _keep_words(self, case: Mapping[str, Any]) -> None:
        texts, name = (case["reference"], case["summary"]), case["complainant_name"]
        marks = marks_in(self._vault, texts=texts, name=name, email=case["email"])
        rows = [{"case_id": case["id"], "word": mark} for mark in sorted(marks)]
        if rows:
            self._bind.execute(self._table["case_word"].insert(), rows)

    def _seal_record(
        self, name: str, row: Mapping[str, Any], fields: tuple[str, ...], seal: Seal
    ) -> None:
        values = {}
        for field in fields:
            place = f"{name}:{row['case_id']}:{field}"
            is_json = (name, field) in _IS_JSON
            values[field] = (seal.close_data if is_json else seal.close)(place, row[field])
        table = self._table[name]
        self._bind.execute(table.update().where(table.c.id == row["id"]).values(values))


def upgrade() -> None:
    _create_tables()
    _widen_case()
    _Sealing(context.config.attributes["vault"]).run()


def downgrade() -> None:
    raise NotImplementedError(
        "Records of complaints are not thrown away by a downgrade; restore a backup."
    )
