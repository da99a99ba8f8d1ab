"""The key file: made once, for its owner alone, and changed without losing anything."""

import json
import threading

import pytest

from engine.errors import KeyLostError, UnavailableError
from engine.keyring import Keyring


@pytest.fixture
def keyring(tmp_path):
    made = Keyring(tmp_path / "keys.json")
    made.make()
    return made


def test_only_the_owner_may_read_the_file(keyring):
    assert keyring.path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_may_read_is_refused(keyring):
    keyring.path.chmod(0o644)

    with pytest.raises(UnavailableError, match="chmod 600"):
        Keyring(keyring.path).seal("a", b"x")


def test_another_program_reads_what_was_sealed(keyring):
    sealed = keyring.seal("account:ada:secret", b"JBSWY3DP")

    assert Keyring(keyring.path).unseal("account:ada:secret", sealed) == b"JBSWY3DP"
    assert b"JBSWY3DP" not in sealed


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_altered_data_are_refused(keyring, place):
    sealed = bytearray(keyring.seal("a", b"some bytes"))
    place %= len(sealed)
    sealed[place] ^= 1

    with pytest.raises(UnavailableError):
        keyring.unseal("a", bytes(sealed))


def test_what_is_sealed_for_one_place_is_refused_at_another(keyring):
    sealed = keyring.seal("subject:1:key", b"some bytes")

    with pytest.raises(UnavailableError, match="moved"):
        keyring.unseal("subject:2:key", sealed)


def test_a_lost_file_is_said_in_a_sentence(keyring):
    sealed = keyring.seal("a", b"x")
    keyring.path.unlink()

    with pytest.raises(KeyLostError, match="is missing"):
        Keyring(keyring.path).unseal("a", sealed)


def test_a_foreign_file_is_said_in_a_sentence(keyring, tmp_path):
    foreign = Keyring(tmp_path / "foreign.json")
    foreign.make()

    with pytest.raises(KeyLostError, match="belongs to this database"):
        foreign.unseal("a", keyring.seal("a", b"x"))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 2, "keys": {}, "index": ""}', "é"])
def test_a_file_that_is_no_key_file_is_said_in_a_sentence(keyring, text):
    keyring.path.write_text(text, encoding="utf-8")

    with pytest.raises(UnavailableError, match="key file"):
        Keyring(keyring.path).seal("a", b"x")


def test_a_new_key_seals_and_the_old_one_still_reads(keyring):
    before = keyring.seal("a", b"x")

    keyring.renew()

    after = keyring.seal("a", b"x")
    assert (keyring.is_current(before), keyring.is_current(after)) == (False, True)
    assert keyring.unseal("a", before) == keyring.unseal("a", after) == b"x"


def test_a_program_that_runs_learns_of_a_key_that_another_added(keyring):
    running = Keyring(keyring.path)
    running.seal("a", b"x")

    keyring.renew()

    assert running.unseal("a", keyring.seal("a", b"y")) == b"y"


def test_a_destroyed_key_reads_nothing_any_more(keyring):
    before = keyring.seal("a", b"x")
    index = keyring.blind("name", "ada")
    keyring.renew()

    assert keyring.forget_old() == 1
    assert Keyring(keyring.path).blind("name", "ada") == index
    with pytest.raises(KeyLostError):
        keyring.unseal("a", before)


def test_of_programs_that_start_at_once_one_makes_the_file(tmp_path):
    path = tmp_path / "keys.json"
    rings = [Keyring(path) for _ in range(8)]
    threads = [threading.Thread(target=ring.make) for ring in rings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    sealed = [ring.seal("a", b"x") for ring in rings]

    assert {rings[0].unseal("a", each) for each in sealed} == {b"x"}
    assert [found.name for found in tmp_path.iterdir()] == ["keys.json"]
    assert len(json.loads(path.read_text())["keys"]) == 1


def test_equal_texts_have_equal_marks_within_one_purpose_only(keyring):
    marks = {keyring.blind(*each) for each in (("e", "ada"), ("e", "ada"), ("n", "ada"))}

    assert len(marks) == 2
    assert not [mark for mark in marks if b"ada" in mark]
