"""A service takes the platform and keywords, and checks whoever asks."""

from tests.architecture.authority import not_keyword_only, unchecked
from tests.architecture.house import ROOT, SERVICES

SOURCES = {name: path.read_text("utf-8") for name, path in SERVICES.items()}


def test_services_take_the_platform_and_keywords_only():
    assert not_keyword_only(SOURCES) == []


def test_no_two_modules_of_services_have_the_same_name():
    modules = list((ROOT / "engine" / "services").rglob("[!_]*.py"))

    assert len(SERVICES) == len(modules)


def test_every_service_with_an_actor_checks_it():
    assert unchecked(SOURCES) == []


def test_a_service_with_a_second_position_is_caught():
    planted = {"intake": "def lodge(platform, reference, *, actor):\n    actor.require(Deed.LODGE)"}

    assert not_keyword_only(planted) == ["intake.lodge"]


def test_a_service_that_forgets_to_check_is_caught():
    planted = {
        "intake": "def lodge(platform, *, actor, text):\n    _store(platform, text, actor)\n"
        "def _store(platform, text, actor):\n    platform.write(text, actor.name)"
    }

    assert unchecked(planted) == ["intake.lodge"]


def test_a_part_of_a_transaction_is_no_service():
    sound = {"intake": "def begin(platform, tx, *, actor):\n    tx.cases.add(actor.name)"}

    assert unchecked(sound) == not_keyword_only(sound) == []


def test_a_check_that_another_module_does_counts():
    sound = {
        "intake": "def lodge(platform, *, actor):\n    command.run(platform, actor=actor)",
        "command": "def run(platform, *, actor):\n    _allow(actor)\n"
        "def _allow(actor):\n    actor.require(Deed.LODGE)",
    }

    assert unchecked(sound) == []
