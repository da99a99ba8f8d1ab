"""Forms of an organisation as the tests make them: one that asks everything, and random ones."""

import json
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from engine.domain.field_kind import FieldKind
from engine.domain.own_form import FormChoice, OwnField, OwnForm

METER = {
    "id": "meter",
    "title": "Meter reading",
    "help": "Ask the complainant to stand in front of the meter.",
    "fields": [
        {
            "name": "meter_kind",
            "title": "Which meter",
            "kind": "choice",
            "required": True,
            "choices": [{"value": "gas", "title": "Gas"}, {"value": "power", "title": "Power"}],
            "routes": True,
        },
        {
            "name": "volume",
            "title": "Volume",
            "help": "In cubic metres.",
            "kind": "decimal",
            "required": True,
            "minimum": 0.5,
            "maximum": 1000,
            "shown_when": "meter_kind == 'gas'",
        },
        {"name": "read_on", "title": "Read on", "kind": "date", "minimum": "2026-01-01"},
        {"name": "paid", "title": "Paid", "kind": "amount", "routes": True},
        {"name": "is_sealed", "title": "Is it sealed?", "kind": "yes_no", "required": True},
        {
            "name": "faults",
            "title": "What is wrong",
            "kind": "choices",
            "minimum": 2,
            "choices": [
                {"value": "dark", "title": "No display"},
                {"value": "fast", "title": "Runs fast"},
                {"value": "broken", "title": "Broken glass"},
            ],
        },
        {"name": "digits", "title": "Digits", "kind": "integer", "maximum": 12},
        {"name": "place", "title": "Where it hangs", "kind": "text", "maximum": 20},
        {"name": "remarks", "title": "Remarks", "kind": "paragraph"},
    ],
}


def as_json(form=None, /, **changes):
    """Return a form as a file."""
    return json.dumps((METER if form is None else form) | changes).encode()


def field(name, kind="text", **said):
    """Return one field as JSON says it."""
    return {"name": name, "title": name.replace("_", " ").capitalize(), "kind": kind} | said


def form_of(*fields, id_="own", title="Our form"):
    """Return a form of some fields as a file."""
    return as_json({"id": id_, "title": title, "fields": list(fields)})


def _limits(kind):
    nothing = st.none()
    if kind is FieldKind.DATE:
        return nothing | st.dates(date(1990, 1, 1), date(2100, 1, 1))
    if kind in {FieldKind.TEXT, FieldKind.PARAGRAPH}:
        return nothing | st.integers(1, 30).map(Decimal)
    if kind is FieldKind.INTEGER:
        return nothing | st.integers(-50, 50).map(Decimal)
    return nothing | st.decimals(-50, 50, places=2, allow_nan=False)


@st.composite
def own_fields(draw, name, above):
    """Return a field of any kind; its condition looks at one above it, or at nothing."""
    kind = draw(st.sampled_from(FieldKind))
    values = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True))
    first, last = None, None
    if kind is FieldKind.CHOICES:
        first = draw(st.none() | st.integers(1, len(values)).map(Decimal))
        last = draw(st.none() | st.integers(int(first or 1), 5).map(Decimal))
    elif kind.has_limits:
        first, last = draw(st.tuples(_limits(kind), _limits(kind)))
        if first is not None and last is not None and first > last:
            first, last = last, first
        if kind is FieldKind.AMOUNT and first is None and last is not None:
            last = abs(last)
    looked_at = [each.name for each in above if each.kind is not FieldKind.CHOICES]
    asked = st.sampled_from(looked_at).flatmap(
        lambda other: st.sampled_from(
            [f"{other} == 'a'", f"{other} > 1", other, f"not {other}", f"{other} != null"]
        )
    )
    return OwnField(
        name=name,
        title=f"Field {name}",
        kind=kind,
        required=draw(st.booleans()),
        choices=tuple(FormChoice(value=v, title=v.upper()) for v in values)
        if kind.is_chosen
        else (),
        minimum=first,
        maximum=last,
        shown_when=draw(st.just("") | asked) if looked_at else "",
        routes=kind.can_route and draw(st.booleans()),
    )


@st.composite
def own_forms(draw):
    """Return a form of up to six fields."""
    fields = []
    for number in range(draw(st.integers(1, 6))):
        fields.append(draw(own_fields(f"f{number}", fields)))
    return OwnForm(id="random", title="Random", fields=tuple(fields))
