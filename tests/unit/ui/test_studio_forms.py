"""Forms are made in the studio field by field, saved as one types, seen as handlers will."""

from dataclasses import replace

import pytest

from engine.domain.form_file import examine
from engine.domain.process_draft import DraftFile, FileKind
from engine.services.studio import process_drafts
from tests.integration.process_ways import OTTO
from tests.unit.domain.own_forms import METER, as_json, field, form_of
from tests.unit.ui.office import HOSTILE, Office, texts

FILE = "meter.form.json"


def _page():
    from ui.pages import studio  # noqa: PLC0415 - this function runs as a script

    studio.show()


@pytest.fixture
def desk(office: Office):
    draft = process_drafts.open_process_draft(office.platform, actor=OTTO, title="Ours")
    return Desk(office, draft.number)


class Desk:
    """A draft, and the page on which its forms are made."""

    def __init__(self, office, number):
        self.office, self.number = office, number

    def draft(self):
        return process_drafts.process_draft(self.office.platform, actor=OTTO, number=self.number)

    def save(self, content, name=FILE, **changes):
        draft = self.draft()
        text = content if isinstance(content, str) else content.decode()
        files = [DraftFile(name, FileKind.FORM, text)]
        if asked := changes.get("asked"):
            main = draft.files[0]
            said = main.content.replace('form="closing"', f'form="{asked}"')
            files.append(replace(main, content=said))
        process_drafts.save_process_draft(
            self.office.platform, actor=OTTO, number=self.number, rev=draft.rev, files=files
        )

    def opens(self):
        test = self.office.sits(OTTO, _page, draft=str(self.number), view="forms")
        assert not test.exception
        return test

    def form(self, name=FILE):
        return examine(self.draft().file(name).content.encode())[0]

    def sheet(self, name=FILE):
        return self.draft().file(name).content


def _by(test, kind, label, number=0):
    return [each for each in test.get(kind) if each.label == label][number]


def _press(test, label, number=0):
    test = _by(test, "button", label, number).click().run()
    assert not test.exception, test.exception
    return test


def test_a_first_form_is_made_from_nothing(desk):
    test = desk.opens()
    assert "No form of your own yet" in texts(test)

    _press(test, "New form")
    _by(test, "text_input", "Title").set_value("Meter reading").run()
    _press(test, "New question")
    _by(test, "text_input", "Question").set_value("Which meter?").run()
    _by(test, "selectbox", "Kind of answer").set_value("choice").run()
    _by(test, "text_area", "Answers to choose from").set_value("Gas\n\npower = Electricity").run()
    _by(test, "toggle", "Must be answered").set_value(True).run()
    _by(test, "toggle", "Decides the way").set_value(True).run()

    assert not test.exception
    form = desk.form("new_form.form.json")
    (made,) = form.fields
    assert (form.id, form.title) == ("new_form", "Meter reading")
    assert (made.name, made.title, made.required, made.routes) == (
        "which_meter", "Which meter?", True, True,
    )  # fmt: skip
    assert [(c.value, c.title) for c in made.choices] == [("gas", "Gas"), ("power", "Electricity")]


def test_the_preview_asks_what_handlers_are_asked(desk):
    desk.save(as_json(), asked="meter")
    test = desk.opens()

    groups = {each.label: each for each in test.get("button_group")}
    assert "Asked at Check and close" in texts(test)
    assert "Volume" not in [each.label for each in test.number_input]
    groups["Which meter"].set_value("gas").run()
    assert "Volume" in [each.label for each in test.number_input]
    _press(test, "Complete this step")
    assert "Volume is needed." in texts(test)


def test_questions_are_moved_doubled_and_taken_away(desk):
    desk.save(form_of(field("a"), field("b"), id_="meter"))
    test = desk.opens()

    _press(test, "A")
    _press(test, "Down")
    assert [each.name for each in desk.form().fields] == ["b", "a"]
    _press(test, "B")
    _press(test, "Duplicate", 1)
    assert [each.name for each in desk.form().fields] == ["b", "b_copy", "a"]
    _press(test, "Remove")
    assert [each.name for each in desk.form().fields] == ["b", "a"]


def test_a_condition_is_chosen_from_the_questions_above_or_written(desk):
    desk.save(as_json())
    test = desk.opens()
    _press(test, "Remarks")

    asked = _by(test, "selectbox", "Asked")
    assert "If “Which meter” is Power" in asked.options
    asked.set_value("meter_kind == 'power'").run()
    assert desk.form().fields[-1].shown_when == "meter_kind == 'power'"
    _by(test, "selectbox", "Asked").set_value("Always").run()
    assert desk.form().fields[-1].shown_when == ""


def test_what_is_wrong_is_said_beside_its_field_and_stays_typed(desk):
    desk.save(as_json())
    test = desk.opens()
    _press(test, "Digits")

    _by(test, "text_input", "Question").set_value("Which meter").run()
    _by(test, "number_input", "At least").set_value(99).run()

    assert not test.exception
    said = texts(test)
    assert "Another field above has the title “Which meter” already." in said
    assert "Maximum must be 99 or more." in said
    assert "Without the questions that are not whole yet." in said
    assert desk.form() is None
    assert '"minimum": 99' in desk.sheet()


def test_what_somebody_else_changed_meanwhile_stays(desk):
    desk.save(as_json())
    test = desk.opens()
    _press(test, "Remarks")
    desk.save(as_json(title="Changed by somebody else"))

    _by(test, "text_input", "Question").set_value("Anything else?").run()

    assert not test.exception
    form = desk.form()
    assert (form.title, form.fields[-1].title) == ("Changed by somebody else", "Anything else?")
    assert _by(test, "text_input", "Title").value == "Changed by somebody else"


def test_a_form_is_doubled_and_removed(desk):
    desk.save(as_json())
    test = desk.opens()

    _press(test, "Duplicate")
    names = [file.name for file in desk.draft().of(FileKind.FORM)]
    assert len(names) == 2
    _press(test, "Remove it")

    assert [file.name for file in desk.draft().of(FileKind.FORM)] == [FILE]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"fields": 7}', '{"fields": [1]}', "null"])
def test_a_file_that_is_no_form_is_said_to_be_none(desk, content):
    desk.save(content)

    test = desk.opens()

    assert "no form that can be read" in test.error[0].value


def test_hostile_words_are_shown_as_text_only(desk):
    word = HOSTILE[:90]
    fields = [each | {"title": f"{word} {each['name']}", "help": word} for each in METER["fields"]]
    desk.save(as_json(title=word, help=word, fields=fields), asked="meter")
    test = desk.opens()

    labels = [
        each.label for kind in ("button", "text_input", "number_input") for each in test.get(kind)
    ]
    said = [each.value for kind in ("markdown", "header") for each in test.get(kind)]
    assert not [each for each in (*labels, *said) if "![" in each.replace("\\[", "")]
