"""The shapes that a drawn process is made of: a tree of blocks, each with one way in and one out.

Every block has an id of its own. What a person answers is a number from 0 up to 10, kept under
``v_`` and the id of the step; from `YES` on it means yes.
"""

from dataclasses import dataclass, fields, is_dataclass, replace

YES = 6
ENDLESS = 0


@dataclass(frozen=True)
class Event:
    """What somebody waits for: a message, signal, timer, escalation or error."""

    kind: str
    name: str = ""
    """Name of a message or signal, code of an escalation or error; empty catches any code."""
    minutes: int = 0
    """After how long a timer fires."""
    times: int = 1
    """How often a timer fires, or `ENDLESS`."""


@dataclass(frozen=True)
class Border:
    """An event on the border of an activity, and what is done when it happens."""

    id: str
    event: Event
    body: object
    interrupts: bool
    rejoins: bool
    """Goes on behind the activity, instead of ending by itself."""


@dataclass(frozen=True)
class Handler:
    """An event sub-process."""

    id: str
    event: Event
    body: object
    interrupts: bool
    handlers: tuple["Handler", ...] = ()


@dataclass(frozen=True)
class Step:
    """A step that a person does."""

    id: str
    borders: tuple[Border, ...] = ()


@dataclass(frozen=True)
class Script:
    """Counts how often a token came by, under ``c_`` and its id."""

    id: str


@dataclass(frozen=True)
class Wait:
    """A pause until something happens; as an activity it can carry borders."""

    id: str
    event: Event
    borders: tuple[Border, ...] = ()
    is_task: bool = False


@dataclass(frozen=True)
class Sequence:
    """One block after another, drawn as flows or as links."""

    id: str
    parts: tuple[object, ...]
    is_linked: bool = False


@dataclass(frozen=True)
class Choice:
    """A person chooses between two ways."""

    id: str
    ask: Step
    yes: object
    no: object


@dataclass(frozen=True)
class Parallel:
    """All ways at once, from a gateway or right from a step; they join, or each ends by itself."""

    id: str
    ways: tuple[object, ...]
    joins: bool = True
    step: Step | None = None


@dataclass(frozen=True)
class Inclusive:
    """As many ways as a person's answer opens; the last where it opens none.

    They come together, with or without waiting for one another, or each ends by itself.
    """

    id: str
    ask: Step
    ways: tuple[object, ...]
    merges: bool
    waits: bool = False
    is_implicit: bool = False
    """The conditions stand on the flows out of the step, without a gateway."""

    def opened(self, answer):
        """Return the numbers of the ways that an answer opens."""
        last = len(self.ways) - 1
        return [way for way in range(last) if answer >= self.threshold(way)] or [last]

    def threshold(self, way):
        return 3 * (way + 1)


@dataclass(frozen=True)
class Loop:
    """Once more for as long as a person says yes."""

    id: str
    body: object
    ask: Step


@dataclass(frozen=True)
class Race:
    """Whatever happens first opens its way; each way is a sequence that begins with a wait."""

    id: str
    ways: tuple[Sequence, ...]


@dataclass(frozen=True)
class Inner:
    """A sub-process, or with ``calls`` a call of another process."""

    id: str
    body: object | None
    borders: tuple[Border, ...] = ()
    calls: str = ""
    handlers: tuple[Handler, ...] = ()


@dataclass(frozen=True)
class Repeat:
    """An activity with a marker.

    Attributes:
        kind: ``parallel`` or ``sequential`` instances, or ``loop``.
        times: How many turns there are at most; 0 for a loop that only an answer ends.
        ask: Its answer can lower the number of instances, or keep a loop from beginning.
        enough: Instances after which the rest is left; 0 for all.
        borders: Events on the border of the activity as a whole.
    """

    id: str
    turn: object
    kind: str
    times: int
    ask: Step | None = None
    enough: int = 0
    borders: tuple[Border, ...] = ()

    @property
    def asks_again(self):
        """Whether each turn of the loop is a step whose answer decides about the next."""
        return self.kind == "loop" and self.ask is None and isinstance(self.turn, Step)

    def asked(self, answer):
        """Return the number of turns after an answer."""
        if self.kind == "loop":
            return self.times if answer >= YES else 0
        return min(int(answer), self.times)


@dataclass(frozen=True)
class Raise:
    """After a step, an escalation or a signal is thrown and the way goes on."""

    id: str
    ask: Step
    kind: str
    name: str


@dataclass(frozen=True)
class Leave:
    """A person may end the way here: by an end event of the kind ``how``."""

    id: str
    ask: Step
    how: str
    name: str = ""


@dataclass(frozen=True)
class Called:
    """A process that others call."""

    id: str
    body: object
    handlers: tuple[Handler, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A whole process and what it calls."""

    id: str
    body: object
    called: tuple[Called, ...] = ()
    handlers: tuple[Handler, ...] = ()


def children(thing):
    """Yield the slot and the block of everything drawn directly inside a block."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        if isinstance(value, tuple):
            yield from ((number, child) for number, child in enumerate(value) if _has_id(child))
        elif _has_id(value):
            yield field.name, value


def everything(thing):
    """Yield a block and all that is drawn inside it."""
    yield thing
    for _, child in children(thing):
        yield from everything(child)


def smaller(thing):
    """Yield the same tree with one thing less, the largest savings first."""
    for field in fields(thing):
        value = getattr(thing, field.name)
        if isinstance(value, tuple):
            yield from (replace(thing, **{field.name: less}) for less in _shorter(value))
        elif _has_id(value):
            yield from (replace(thing, **{field.name: less}) for less in _plainer(value))


def _shorter(parts):
    for number, part in enumerate(parts):
        yield parts[:number] + parts[number + 1 :]
        yield from ((*parts[:number], less, *parts[number + 1 :]) for less in _plainer(part))


def _plainer(block):
    if not isinstance(block, Step | Script | Border | Handler | Called):
        yield Step(block.id)
        inside = (child for _, child in children(block))
        yield from (child for child in inside if not isinstance(child, Border | Handler))
    yield from smaller(block)


def _has_id(thing):
    return is_dataclass(thing) and not isinstance(thing, Event)
