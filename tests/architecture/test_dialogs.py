"""No dialog shows what was filled in about another thing, and the rule catches one that does."""

import pytest

from tests.architecture.dialogs import fields_of_dialogs_have_keys_of_their_own as broken
from tests.architecture.house import ROOT

PAGES = sorted([*(ROOT / "ui" / "parts").glob("*.py"), *(ROOT / "ui" / "pages").glob("*.py")])
_DIALOG = '@st.dialog("Close")\ndef close({of}):\n    st.text_area("Why", key={key})\n'
_SHARED = '@st.dialog("{name}")\ndef {name}(look):\n    _ask()\n'


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_dialogs_that_show_nothing_of_another(path):
    assert list(broken(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("of", "key", "faults"),
    [
        ("held", '"letters:reason"', 1),
        ("look, *, inquiry", '"inquiry:reason"', 1),
        ("held", 'f"letters:reason:{held.id}"', 0),
        ("person, look", '"case:reason"', 0),
    ],
)
def test_a_fixed_key_is_refused_where_a_dialog_opens_for_several_things(of, key, faults):
    assert len(list(broken(_DIALOG.format(of=of, key=key)))) == faults


def test_a_key_that_two_dialogs_share_is_refused():
    asks = 'def _ask():\n    ask_reason("course:reason")\n'

    (fault,) = broken(_SHARED.format(name="skip") + _SHARED.format(name="resume") + asks)

    assert fault == "resume shows the field course:reason of skip"
