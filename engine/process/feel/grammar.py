"""Read FEEL: expressions, and the questions that the cells of a table ask."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Final

from engine.process.feel import moment, part
from engine.process.feel.arithmetic import negative
from engine.process.feel.function import FUNCTIONS
from engine.process.feel.part import Model, Part
from engine.process.feel.question import Question
from engine.process.feel.reader import END, Token, read_tokens
from engine.process.feel.value import (
    ORDERED,
    Interval,
    Kind,
    Value,
    before,
    bounded,
    equal,
    kind_of,
)
from engine.process.operators import ExpressionError, NotOfferedError

_NESTED: Final = 30
_DIGITS: Final = 34
_QUOTED: Final = 60
_CHOICE, _OR, _AND, _COMPARED, _SUM, _PRODUCT, _POWER, _SIGN = range(8)
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_POWERS: Final[Mapping[str, int]] = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys([*part.COMPARISONS, "between", "in", "instance"], _COMPARED),
    **dict.fromkeys("+-", _SUM),
    **dict.fromkeys("*/", _PRODUCT),
    "**": _POWER,
}
_UNOFFERED: Final[Mapping[str, str]] = {
    "for": "a loop (for)",
    "some": "a loop (some)",
    "every": "a loop (every)",
    "function": "a function of your own",
    "instance": "a question for the kind of a value (instance of)",
    "{": "a structure in braces",
}


@dataclass(frozen=True, slots=True)
class Words:
    """What an expression may speak of.

    Attributes:
        names: Known variables; those that are not one word must be here to be read.
        kinds: Variables that hold dates, times or durations, perhaps written as texts.
        models: Functions that the file defines.
        is_strict: Whether a name that is not known is refused instead of read as a variable.
    """

    names: frozenset[str] = frozenset()
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    models: Mapping[str, Model] = field(default_factory=dict)
    is_strict: bool = False


def read_expression(source: str, words: Words) -> Part:
    """Read an expression; a wrapper ``${…}`` or ``#{…}`` and a leading ``=`` are dropped.

    Raises:
        ExpressionError: The text is empty, too long or too heavy, or is not offered.
    """
    inner = _unwrapped(source)
    if not inner:
        raise ExpressionError("an expression is empty")
    parser = _Parser(inner, words)
    read = parser.expression()
    parser.end()
    return read


def read_questions(source: str, words: Words) -> tuple[tuple[Question, ...], bool]:
    """Read the alternatives of a cell, and whether ``not(…)`` stands around them.

    Raises:
        ExpressionError: The text is empty, too long or too heavy, or is not offered.
    """
    parser = _Parser(source.strip(), words, asks=True)
    turned = parser.turned()
    if turned is not None:
        return turned, True
    found = parser.questions()
    parser.end()
    return found, False


def _unwrapped(source: str) -> str:
    inner = source.strip()
    if inner.startswith(("${", "#{")) and inner.endswith("}"):
        inner = inner[2:-1].strip()
    return inner.removeprefix("=").strip()


class _Parser:
    """Reads from left to right; what binds tighter is read first."""

    def __init__(self, source: str, words: Words, *, asks: bool = False) -> None:
        self._source = source if len(source) <= _QUOTED else f"{source[:_QUOTED]}…"
        self._words = words
        self._asks = asks
        self._tokens = read_tokens(source, words.names | frozenset(words.models))
        self._at = 0
        self._depth = 0

    def end(self) -> None:
        if self._next is not END:
            raise self._unreadable()

    def turned(self) -> tuple[Question, ...] | None:
        """Return what stands in a ``not(…)`` that is all of the cell; None for another cell."""
        if self._next != Token("name", "not") or not self._tokens[1].is_one("("):
            return None
        self._at = 2
        found = self.questions()
        if self._took(")") and self._next is END:
            return found
        self._at = 0
        return None

    def questions(self) -> tuple[Question, ...]:
        found = [self._question()]
        while self._took(","):
            found.append(self._question())
        return tuple(found)

    def _question(self, power: int = _CHOICE) -> Question:
        if not self._next.is_one(*part.COMPARISONS):
            return Question("", self.expression(power))
        sign = self._take().text
        end = self.expression(_COMPARED)
        if end.is_fixed and sign not in {"=", "!="} and kind_of(end.run({})) not in ORDERED:
            raise ExpressionError(f"nothing is more or less than the value after “{sign}”")
        return Question(sign, end)

    def expression(self, power: int = _CHOICE) -> Part:
        """Read as long as signs bind tighter than the given power.

        Raises:
            ExpressionError: Brackets or signs are nested too deeply.
        """
        self._depth += 1
        if self._depth > _NESTED:
            raise ExpressionError(f"“{self._source}” is nested too deeply")
        left = self._leading()
        while (found := self._power()) > power:
            left = self._continued(left, found)
        self._depth -= 1
        return left

    def _power(self) -> int:
        token = self._next
        return _POWERS.get(token.text, -1) if token.kind in {"sign", "word"} else -1

    def _continued(self, left: Part, power: int) -> Part:
        if self._next.is_one(*_UNOFFERED):
            raise self._unreadable()
        sign = self._take().text
        if power == _COMPARED:
            found = self._compared(sign, left)
            if self._power() == _COMPARED:
                raise ExpressionError("compare two values at a time, joined by “and”")
            return found
        right = self.expression(power)
        return part.apply(_DEEDS[sign], left, right)

    def _compared(self, sign: str, left: Part) -> Part:
        if sign == "in":
            return self._within(left)
        if sign == "between":
            low = self.expression(_COMPARED)
            self._expect("and")
            high = self.expression(_COMPARED)
            above = part.apply(part.COMPARISONS[">="], left, low)
            return part.apply(part.both, above, part.apply(part.COMPARISONS["<="], left, high))
        return part.apply(part.COMPARISONS[sign], left, self.expression(_COMPARED))

    def _within(self, left: Part) -> Part:
        begin = self._at
        found: tuple[Question, ...] = ()
        if self._took("("):
            found = self.questions()
            if not self._took(")"):
                self._at, found = begin, ()  # it was a range, such as (1..5]
        if not found:
            found = (self._question(_COMPARED),)
        answers = [question.about(left) for question in found]
        return part.apply(_any_true, *answers)

    def _leading(self) -> Part:
        token = self._next
        begin = _BEGINNINGS.get(token.text if token.kind in {"sign", "word"} else token.kind)
        if begin is None:
            raise self._unreadable()
        return begin(self, self._take())

    def _literal(self, token: Token) -> Part:
        return self._path(part.fixed(_LITERALS[token.kind](token.text)))

    def _constant(self, token: Token) -> Part:
        return part.fixed(_CONSTANTS[token.text])

    def _negative(self, _: Token) -> Part:
        return part.apply(negative, self.expression(_POWER))

    def _asked(self, _: Token) -> Part:
        if not self._asks:
            raise ExpressionError("“?” stands for the value of a column, and only inside its cells")
        return self._path(part.named(part.ASKED))

    def _named(self, token: Token) -> Part:
        name = token.text
        if self._next.is_one("("):
            return self._path(self._called(name))
        is_known = name in self._words.names
        if name.startswith("_") and not is_known:
            raise ExpressionError(f"“{name}” cannot name a variable")
        if self._words.is_strict and not is_known:
            raise ExpressionError(
                f"“{name}” is nothing that this table looks at; a text needs double quotes"
            )
        return self._path(part.named(name, self._words.kinds.get(name)))

    def _called(self, name: str) -> Part:
        self._expect("(")
        arguments = [] if self._next.is_one(")") else [self.expression()]
        while arguments and self._took(","):
            arguments.append(self.expression())
        self._expect(")")
        model, function = self._words.models.get(name), FUNCTIONS.get(name)
        if model is None and function is None:
            raise NotOfferedError(f"the function “{name}”")
        if model is not None and len(arguments) == len(model.parameters):
            return model.invoke(*arguments)
        if model is None and function is not None and function.accepts(len(arguments)):
            return part.apply(function.call, *arguments)
        raise ExpressionError(f"the function “{name}” does not take {len(arguments)} values")

    def _path(self, left: Part) -> Part:
        while self._took("."):
            name = self._take()
            if name.kind not in {"name", "word"}:
                raise self._unreadable()
            left = part.apply(partial(part.member, name=name.text), left)
        return left

    def _choice(self, _: Token) -> Part:
        test = self.expression()
        self._expect("then")
        yes = self.expression()
        self._expect("else")
        return part.choose(test, yes, self.expression())

    def _bracketed(self, token: Token) -> Part:
        opening = token.text
        if opening == "[" and self._took("]"):
            return part.fixed(())
        first = self.expression()
        if self._took(".."):
            return self._range(first, self.expression(), with_low=opening == "[")
        if opening == "(":
            self._expect(")")
            return self._path(first)
        if opening == "]":
            raise self._unreadable()
        members = [first]
        while self._took(","):
            members.append(self.expression())
        self._expect("]")
        return part.apply(_listed, *members)

    def _range(self, low: Part, high: Part, *, with_low: bool) -> Part:
        closing = self._take()
        if not closing.is_one("]", ")", "["):
            raise self._unreadable()
        with_high = closing.text == "]"
        made = part.apply(partial(part.stretch, with_low=with_low, with_high=with_high), low, high)
        if low.is_fixed and high.is_fixed:
            self._check_range(made.run({}))
        return made

    def _check_range(self, found: Value) -> None:
        rises = isinstance(found, Interval) and (
            before(found.low, found.high)
            or (found.with_low and found.with_high and equal(found.low, found.high))
        )
        if not rises:
            raise ExpressionError(
                f"the range in “{self._source}” does not lead from a lower to a higher value"
            )

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._next
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _took(self, sign: str) -> bool:
        if not self._next.is_one(sign):
            return False
        self._at += 1
        return True

    def _expect(self, sign: str) -> None:
        if not self._took(sign):
            raise ExpressionError(f"“{self._source}” lacks “{sign}” {self._place()}")

    def _place(self) -> str:
        return "at its end" if self._next is END else f"before “{self._next.text}”"

    def _unreadable(self) -> ExpressionError:
        if self._next.is_one("["):
            return NotOfferedError("a position or filter in brackets")
        if self._next.is_one(*_UNOFFERED):
            return NotOfferedError(_UNOFFERED[self._next.text])
        return ExpressionError(f"“{self._source}” cannot be read {self._place()}")


def _any_true(*answers: Value) -> Value:
    return any(answer is True for answer in answers)


def _listed(*members: Value) -> Value:
    return members


def _number(text: str) -> Value:
    if len(text) > _DIGITS:
        raise ExpressionError(f"a number has more than {_DIGITS} digits")
    return Decimal(text) if "." in text else int(text)


def _moment(text: str) -> Value:
    found = moment.read(text)
    if found is None:
        raise ExpressionError(f"“{text}” is no date, time or duration")
    return found


_BEGINNINGS: Final[Mapping[str, Callable[[_Parser, Token], Part]]] = {
    "name": _Parser._named,  # noqa: SLF001 - the parser's own table
    **dict.fromkeys(("number", "text", "moment"), _Parser._literal),  # noqa: SLF001 - as above
    **dict.fromkeys(_CONSTANTS, _Parser._constant),  # noqa: SLF001 - as above
    **dict.fromkeys(("(", "[", "]"), _Parser._bracketed),  # noqa: SLF001 - as above
    "-": _Parser._negative,  # noqa: SLF001 - as above
    "if": _Parser._choice,  # noqa: SLF001 - as above
    "?": _Parser._asked,  # noqa: SLF001 - as above
}
_LITERALS: Final[Mapping[str, Callable[[str], Value]]] = {
    "number": _number,
    "text": bounded,
    "moment": _moment,
}
_DEEDS: Final[Mapping[str, Callable[[Value, Value], Value]]] = {
    **part.CALCULATIONS,
    "and": part.both,
    "or": part.either,
}
