"""What is filled in about one thing does not show where a dialog is about another.

Streamlit knows a field by its key, and one whose dialog was put away keeps what it held until the
page is drawn without it.
"""

import ast
from collections.abc import Iterator

from tests.architecture.rules import Definition, calls, definitions, dotted

FIELDS = frozenset(
    {
        "st.checkbox",
        "st.date_input",
        "st.file_uploader",
        "st.multiselect",
        "st.number_input",
        "st.radio",
        "st.segmented_control",
        "st.selectbox",
        "st.text_area",
        "st.text_input",
        "st.time_input",
        "st.toggle",
        "ask_reason",
    }
)
OF_A_PAGE = frozenset({"person", "look", "everybody", "number"})
"""Parameters of a dialog that a page has once: who looks, the case, and what is counted on it."""


def fields_of_dialogs_have_keys_of_their_own(source: str) -> Iterator[str]:
    """A field has a key of one thing and of one dialog."""
    tree = ast.parse(source)
    functions = {each.name: each for each in definitions(tree)}
    drawn_by: dict[str, str] = {}
    for dialog in (each for each in functions.values() if _is_dialog(each)):
        arguments = {each.arg for each in (*dialog.args.args, *dialog.args.kwonlyargs)}
        for key in dict.fromkeys(_fixed(dialog, functions)):
            if arguments - OF_A_PAGE:
                yield f"{dialog.name} shows the field {key} of every other {arguments - OF_A_PAGE}"
            if (other := drawn_by.setdefault(key, dialog.name)) != dialog.name:
                yield f"{dialog.name} shows the field {key} of {other}"


def _is_dialog(function: Definition) -> bool:
    return any(
        isinstance(each, ast.Call) and dotted(each.func) == "st.dialog"
        for each in function.decorator_list
    )


def _fixed(function: Definition, functions: dict[str, Definition]) -> Iterator[str]:
    """Yield the keys without a gap of the fields that a function and what it calls draw."""
    waits, seen = [function], {function.name}
    while waits:
        for name, call in calls(waits.pop()):
            if name in functions and name not in seen:
                seen.add(name)
                waits.append(functions[name])
            keys = [each.value for each in call.keywords if each.arg == "key"]
            keys += call.args[:1] if name == "ask_reason" else []
            if name in FIELDS:
                yield from (str(k.value) for k in keys if isinstance(k, ast.Constant))
