"""The signature of a pack: a file is handed out and sent as this installation signed it alone."""

import hashlib
import json
from datetime import datetime

import pytest

from engine.domain.actor import SYSTEM
from engine.domain.journal import canonical
from engine.domain.review import PackForm
from engine.errors import ConflictError
from engine.services.journal import checkpoints
from engine.services.reviews import pack_signature, review_pack
from engine.services.upkeep import jobs
from engine.signing import SigningKey
from tests.integration.office import execute, rows
from tests.integration.review_ways import made, sending

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
APRIL = datetime.fromisoformat("2026-04-03T09:00:00+00:00")


def _rewrite(office, number):
    """Rewrite a pack as whoever rules the database can: file and statement, by another key."""
    key = SigningKey(office.platform.home / "other.pem")
    key.make()
    with office.platform.database.read() as tx:
        pack, pages = tx.reviews.get(number), tx.reviews.file(number, PackForm.HTML)
    pages = pages.replace(b"March", b"April")
    digests = {form: hashlib.sha256(pages).hexdigest() for form in PackForm}
    statement = canonical(json.loads(pack.statement) | {"files": digests, "key": key.public})
    signature = key.sign(pack_signature.SIGNED_AS + statement.encode())
    execute(office.platform.database, "DROP TRIGGER review_pack_forbids_UPDATE")
    wish = "UPDATE review_pack SET html = :file, pdf = :file, statement = :said, signature = :by"
    execute(office.platform.database, wish, file=pages, said=statement, by=signature)
    return key


@ON_SQLITE
def test_a_pack_that_was_signed_by_another_key_is_not_handed_out(office, clock):
    clock.now = APRIL
    office.lodge()
    checkpoints.make(office.platform)
    number = made(office)
    key = _rewrite(office, number)

    for is_announced in (False, True):
        if is_announced:
            body = f"""{{"key":"{key.public}","number":2}}"""
            told = {"signature": key.sign(body.encode()), "body": body}
            add = "INSERT INTO checkpoint (number, body, changes, signature)"
            execute(office.platform.database, f"{add} VALUES (2, :body, '', :signature)", **told)
        for form in PackForm:
            with pytest.raises(ConflictError, match="not the file that was signed"):
                review_pack.review_pack_file(
                    office.platform, actor=office.staff["mara"], number=number, form=form
                )


@ON_SQLITE
def test_a_pack_that_an_earlier_key_signed_is_handed_out_once_another_one_signs(office, clock):
    clock.now = APRIL
    known = {"actor": office.staff["mara"], "number": made(office), "form": PackForm.PDF}
    checkpoints.renew_key(office.platform, actor=SYSTEM, reason="Somebody left.")
    office.lodge()
    checkpoints.make(office.platform)

    assert review_pack.review_pack_file(office.platform, **known).startswith(b"%PDF-")


@ON_SQLITE
def test_the_signature_of_one_month_does_not_do_for_another(office, clock):
    clock.now = APRIL
    first = made(office)
    clock.now = APRIL.replace(month=5)
    known = {"actor": office.staff["mara"], "number": made(office), "form": PackForm.HTML}
    execute(office.platform.database, "DROP TRIGGER review_pack_forbids_UPDATE")
    wish = """UPDATE review_pack SET (html, statement, signature) =
        (SELECT html, statement, signature FROM review_pack WHERE id = :first)"""
    execute(office.platform.database, wish, first=first)

    with pytest.raises(ConflictError, match="April 2026 is not the file"):
        review_pack.review_pack_file(office.platform, **known)


@ON_SQLITE
def test_a_pack_that_was_signed_by_another_key_is_not_sent(office, clock, postbox):
    clock.now = APRIL
    platform = sending(office.platform, postbox.url)
    jobs.run(platform, name="monthly_pack")
    _rewrite(office, 1)

    jobs.run(platform, name="outbox_send")

    assert postbox.mails == []
    asked = "SELECT last_error FROM outbox"
    errors = [error for (error,) in rows(platform.database, asked)]
    assert ["not the file that was signed" in each for each in errors] == [True, True]
