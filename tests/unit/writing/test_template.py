"""Templates of letters always end, see texts only, and never read a text as a template."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.letter import KNOWN_FACTS, LISTS, LetterKind
from engine.errors import InvalidInputError
from engine.writing import template
from engine.writing.template import LONGEST_LETTER, LetterTemplate, sample_facts

DECISION = LetterKind.DECISION


def read(body: str, *, kind: LetterKind = DECISION, subject: str = "S") -> LetterTemplate:
    return LetterTemplate(
        f"Subject: {subject}\n\n{body}", kind=kind, language="en", place="en/x.txt"
    )


def written(body: str, **facts) -> str:
    return read(body).write(sample_facts(DECISION) | facts).body


@given(said=st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"])))
def test_what_somebody_wrote_stands_in_the_letter_as_it_is(said):
    found = written("<{{ summary }}|{{ summary }}>", summary=f"{{{{ 7*7 }}}}{{% raw %}}{said}")

    assert found == f"<{{{{ 7*7 }}}}{{% raw %}}{said}|{{{{ 7*7 }}}}{{% raw %}}{said}>"


@pytest.mark.parametrize(
    "hostile",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ summary.__class__ }}",
        "{{ summary['__class__'] }}",
        "{{ summary.format(1) }}",
        "{{ summary.upper() }}",
        "{{ issues.clear() }}",
        "{% for issue in issues %}{{ issue.__class__ }}{% endfor %}",
        "{% for issue in issues %}{{ issue.items }}{% endfor %}",
        "{% for n in range(10**9) %}x{% endfor %}",
        "{% for a in issues %}{% for b in issues %}x{% endfor %}{% endfor %}",
        "{% for a in issues recursive %}{{ loop(issues) }}{% endfor %}",
        "{% for c in summary %}x{% endfor %}",
        "{{ 'x' * 10**10 }}",
        "{{ 10**10**10 }}",
        "{{ summary ~ summary }}",
        "{% set x = 1 %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include '/etc/passwd' %}",
        "{% import 'x' as y %}",
        "{% extends 'x' %}",
        "{% block b %}x{% endblock %}",
        "{{ cycler }}",
        "{{ lipsum() }}",
        "{{ self }}",
        "{{ summary|attr('__class__') }}",
        "{{ summary|pprint }}",
        "{{ issues|map(attribute='x')|list }}",
        "{{ unknown }}",
        "{{ summary",
        "{% if summary %}",
        "{% for summary in issues %}{% endfor %}",
        "{% if a %}" * 60 + "{% endif %}" * 60,
        "{{ " + "(" * 5_000 + " }}",
        "{{ " + "not " * 5_000 + "summary }}",
    ],
)
def test_a_template_that_asks_for_more_than_texts_is_refused_in_words(hostile):
    with pytest.raises(InvalidInputError, match=r"^Letter en/x.txt: [a-z].*\.$"):
        read(hostile)


def test_a_bug_that_lets_calls_through_would_be_seen(monkeypatch):
    monkeypatch.setattr(template, "_ALLOWED", (*template._ALLOWED, template.nodes.Call))
    monkeypatch.setattr(template, "_is_entry", lambda _asked, _inside: True)

    assert written("{{ summary.upper() }}", summary="x") == "X"


def test_a_refusal_names_the_line_of_the_file():
    with pytest.raises(InvalidInputError, match="in line 5"):
        read("fine\n\n{{ nobody }}")


def test_a_letter_has_an_end():
    body = "{% for issue in issues %}" + "x" * 10_000 + "{% endfor %}"
    issues = [dict.fromkeys(LISTS["issues"], "1")] * 50
    long = read(body)

    with pytest.raises(InvalidInputError, match=f"longer than {LONGEST_LETTER:,}"):
        long.write(sample_facts(DECISION) | {"issues": issues})


@pytest.mark.parametrize("text", ["", "Dear Jane", "Subject: x", "Subject: x\n\n \n", "x" * 20_001])
def test_what_is_no_letter_is_refused(text):
    with pytest.raises(InvalidInputError):
        LetterTemplate(text, kind=DECISION, language="en", place="en/x.txt")


def test_a_subject_is_one_line():
    found = read("b", subject="{{ summary }}").write(
        sample_facts(DECISION) | {"summary": "a\r\nBcc: all@example.org"}
    )

    assert found.subject == "a Bcc: all@example.org"


def test_the_edition_of_a_template_is_its_content():
    assert read("a").version == read("a\n").version != read("b").version


def test_blanks_are_what_the_template_leaves_open_not_what_somebody_wrote():
    found = read("{% if several %}[Say why.]{% endif %} {{ summary }}")

    assert found.blanks == ("[Say why.]",)
    assert found.write(sample_facts(DECISION) | {"summary": "[sic]"}).blanks == ("[Say why.]",)


@pytest.mark.parametrize("kind", LetterKind)
def test_every_kind_of_letter_knows_whom_it_goes_to(kind):
    assert {"complainant", "reference", "organisation", "external_body"} <= KNOWN_FACTS[kind]
