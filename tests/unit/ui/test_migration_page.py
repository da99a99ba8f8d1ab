"""The page of running complaints offers to move them only where they can be moved."""

from datetime import timedelta

from engine.services.proposing import publishing
from tests.integration.upkeep_ways import OTTO, another_process


def _page():
    from ui.pages import migration  # noqa: PLC0415 - this function runs as a script

    migration.show()


def test_a_version_that_does_not_hold_yet_is_no_target(office, hanna, mara, tmp_path, clock):
    office.lodge(hanna)
    made = publishing.propose(
        office.platform,
        actor=OTTO,
        paths=another_process(tmp_path),
        reason="It says it better.",
        valid_from=office.platform.now() + timedelta(days=30),
    )
    publishing.approve(office.platform, actor=mara, number=made.number)

    before = office.sits(OTTO, _page)
    clock.advance(days=31)
    after = office.sits(OTTO, _page)

    assert before.selectbox(key="migration:to").options == ["Version 1, 1 running complaint"]
    assert before.multiselect(key="migration:from").value == []
    assert any("is on the latest version" in each.value for each in before.markdown)
    assert after.selectbox(key="migration:to").options[0] == "Version 2, nothing runs on it"
    assert len(after.multiselect(key="migration:from").value) == 1
