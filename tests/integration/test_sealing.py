"""What is personal is sealed in the database: nobody reads it there, and nobody moves it."""

from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import SQLModel

from engine.errors import KeyLostError, UnavailableError
from engine.keyring import Keyring
from engine.services.handling import casework, inbox
from engine.store.database import Database
from engine.store.sealing import Seal, Vault
from engine.store.words import mark_of
from tests.integration.killing import contents
from tests.integration.office import execute, opened, rows
from tests.integration.test_migrations import run_one_step

SECRETS = ("Canary", "jane.canary", "Xylophone", "Quetzal", "Okapi")
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _whole_story(office):
    reference = office.lodge(
        summary="Xylophone charged twice",
        description="The Quetzal in my garden saw it.",
        desired_outcome="A new Okapi.",
        complainant_name="Jane Canary",
        email="Jane.Canary@example.org",
    )
    casework.add_note(
        office.platform, actor=office.staff["hanna"], reference=reference, text="Canary called."
    )
    office.do(reference, "register")
    token = office.token(reference, "assess")
    inbox.save_draft(
        office.platform,
        actor=office.staff["hanna"],
        reference=reference,
        token=token,
        content={"product": "Okapi"},
    )
    casework.escalate(
        office.platform,
        actor=office.staff["hanna"],
        reference=reference,
        reason="Mrs Canary is angry.",
    )
    office.do(reference, "acknowledge", text="Dear Jane Canary, we look into it.")
    return reference


def _told(database):
    return {
        name: [secret for secret in SECRETS if secret.lower() in repr(found).lower()]
        for name, found in contents(database).items()
        if name not in {"journal", "message"}
    }


def test_no_table_tells_who_complained_about_what(office):
    _whole_story(office)

    told = _told(office.platform.database)

    assert {name for name, found in told.items() if found} == set()


def test_a_value_stored_in_plain_is_noticed(office):
    """Plant the bug: one field is not sealed."""
    _whole_story(office)
    execute(office.platform.database, "UPDATE note SET text = 'Canary called.'")

    told = _told(office.platform.database)

    assert {name for name, found in told.items() if found} == {"note"}


def test_people_read_what_was_typed(office):
    reference = _whole_story(office)

    seen = office.view(reference)
    (row,) = {row.reference: row for row in _inbox(office)}.values()
    complaint = seen.case.complaint
    assert (row.complainant, row.summary) == ("Jane Canary", "Xylophone charged twice")
    assert complaint.email == "Jane.Canary@example.org"
    assert complaint.description == "The Quetzal in my garden saw it."
    assert [note.text for note in seen.notes] == ["Canary called."]
    assert [s.answers for s in seen.steps if s.step.element == "assess"] == [{"product": "Okapi"}]
    assert seen.escalations[0].detail == "Mrs Canary is angry."
    assert opened(office.platform.database, "outbox", "recipient") == ["Jane.Canary@example.org"]


def _inbox(office, search=""):
    seen, _total = inbox.page(
        office.platform, actor=office.staff["hanna"], view="all", search=search
    )
    return seen


_FOUND = ("canary", "CAN", "jane can", "jane.canary@EXAMPLE.org", "xylo twice")
_NOT_FOUND = ("ja", "jane.canary@", "jane.canary@example.or", "quetzal")


def test_cases_are_found_by_beginnings_of_three_letters_and_by_the_whole_address(office):
    office.lodge(
        summary="Xylophone charged twice",
        description="The Quetzal in my garden saw it.",
        complainant_name="Jane Canary",
        email="Jane.Canary@example.org",
    )

    found = {search for search in (*_FOUND, *_NOT_FOUND) if _inbox(office, search)}

    assert found == set(_FOUND)


@given(word=st.text(st.characters(codec="utf-8"), max_size=20), data=st.data())
def test_a_mark_begins_with_that_of_every_longer_beginning(word, data, tmp_path_factory):
    vault = _vault(tmp_path_factory)
    size = data.draw(st.integers(0, len(word)))
    begin = mark_of(vault, "name", word[:size])

    is_found = mark_of(vault, "name", word).startswith(begin)

    assert is_found == (size == len(word) or (size >= 3 and "@" not in word))


_VAULTS = []


def _vault(tmp_path_factory):
    if not _VAULTS:
        _VAULTS.append(Vault(Keyring(tmp_path_factory.mktemp("vault") / "keys.json")))
    return _VAULTS[0]


def test_complaints_from_one_address_have_one_subject_and_others_their_own(office):
    for email in ("jane@example.org", "JANE@example.org", "joe@example.org", None, None):
        office.lodge(email=email)

    subjects = [
        s
        for (s,) in rows(
            office.platform.database, "SELECT subject_id FROM complaint_case ORDER BY id"
        )
    ]

    assert subjects[0] == subjects[1]
    assert len(set(subjects)) == 4


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE complaint_case SET complainant_name = email",
        "UPDATE complaint_case SET summary = (SELECT min(summary) FROM complaint_case)",
        "UPDATE complaint_case SET subject_id = (SELECT min(subject_id) FROM complaint_case)",
        "UPDATE complaint_case SET summary = 'A forged text' WHERE id = 2",
        "UPDATE subject SET sealed_key = (SELECT sealed_key FROM subject ORDER BY id LIMIT 1)",
    ],
)
@ON_SQLITE
def test_what_is_moved_to_another_place_is_refused(office, change):
    for email in ("jane@example.org", "joe@example.org"):
        office.lodge(email=email)

    execute(office.platform.database, change)

    with pytest.raises(UnavailableError, match="moved"):
        _inbox(office)


def test_without_its_key_nothing_is_left_of_a_subject():
    seal = Seal(None)

    assert (seal.open("a", "c2VhbGVk"), seal.open_data("a", "c2VhbGVk")) == ("", {})
    with pytest.raises(UnavailableError, match="erased"):
        seal.close("a", "x")


def test_a_database_whose_key_file_is_lost_is_refused_at_the_start(office):
    office.lodge()
    office.platform.keyring.path.unlink()
    url = office.platform.database.engine.url.render_as_string(hide_password=False)

    with (
        closing(Database(url, Keyring(office.platform.keyring.path))) as database,
        pytest.raises(KeyLostError, match="is missing"),
    ):
        database.migrate()

    assert not office.platform.keyring.exists()


_PLAIN = {
    "statement": ("content",),
    "approval": ("comment",),
    "escalation": ("detail", "action"),
    "communication": ("subject", "body"),
    "note": ("text",),
    "outbox": ("recipient", "subject", "body"),
    "draft": ("content",),
}


def _as_before_subjects(database):
    """Store everything in plain and take away what the migration has added."""
    for table, fields in _PLAIN.items():
        for field in fields:
            numbers = rows(database, f"SELECT id FROM {table} ORDER BY id")  # noqa: S608
            for (number,), plain in zip(numbers, opened(database, table, field), strict=True):
                kind = "JSONB" if field == "content" and not database.is_sqlite else "TEXT"
                execute(
                    database,
                    f"UPDATE {table} SET {field} = CAST(:new AS {kind}) WHERE id = :id",  # noqa: S608
                    new=plain,
                    id=number,
                )
    with database.read() as tx:
        cases = [tx.cases.get(reference) for reference in tx.cases.references()]
    for case in cases:
        fields = ("summary", "description", "desired_outcome", "complainant_name", "email")
        new = ", ".join(f"{field} = :{field}" for field in fields)
        values = case.complaint.model_dump(include=set(fields))
        execute(database, f"UPDATE complaint_case SET {new} WHERE id = :id", id=case.id, **values)  # noqa: S608
    one = "SELECT case_id, min(word) FROM case_word GROUP BY case_id"
    execute(database, f"DELETE FROM case_word WHERE (case_id, word) NOT IN ({one})")  # noqa: S608
    execute(database, "UPDATE case_word SET word = 'canary'")
    for statement in (
        "DROP TABLE subject_request",
        "DROP INDEX ix_case_subject",
        "ALTER TABLE complaint_case DROP COLUMN erased_at",
        "ALTER TABLE complaint_case DROP COLUMN subject_id",
        "DROP TABLE journal_value",
        "DROP TABLE legal_hold",
        "DROP TABLE disposal",
        "DROP TABLE subject",
    ):
        execute(database, statement)


def _difference(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, SQLModel.metadata)


def test_a_filled_database_of_the_release_before_is_sealed_and_reads_the_same(office):
    references = [_whole_story(office), _whole_story(office), office.reach("closing_check")]
    office.do(references[2], "closing_check")
    execute(office.platform.database, "DELETE FROM remedy")  # which came later, and is sealed
    before = [office.view(reference) for reference in references]
    mails = opened(office.platform.database, "outbox", "body")
    database = office.platform.database
    _as_before_subjects(database)
    plain = {name for name, found in _told(database).items() if found}

    run_one_step(database, "0005", "0006")
    run_one_step(database, "0068", "0069")  # what people ask for about their data came later
    execute(database, "DROP INDEX ix_case_subject")  # a later step made it longer
    execute(database, "CREATE INDEX ix_case_subject ON complaint_case (subject_id, received_at)")

    after = [office.view(reference) for reference in references]
    assert plain >= {"complaint_case", "note", "draft", "escalation", "outbox", "statement"}
    assert {name for name, found in _told(database).items() if found} == set()
    assert [_read(view) for view in after] == [_read(view) for view in before]
    assert opened(database, "outbox", "body") == mails
    assert _difference(database) == []
    assert {row.reference for row in _inbox(office, "canary xylo")} == set(references[:2])


def _read(view):
    return (
        view.case.complaint,
        view.statements,
        view.approvals,
        view.escalations,
        view.communications,
        view.notes,
        [step.answers for step in view.steps],
    )
