"""Templates of letters: a small part of Jinja2 that always ends, and sees plain texts only.

A template is text that an organisation writes, so it is trusted no more than a diagram. What it
may use is listed here, and everything else is refused when it is read: no calls, no arithmetic, no
macros, no files. It loops over the lists it is handed and over nothing else, so that it ends; the
sandbox of Jinja2 stands behind that once more.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping

from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine.domain.letter import KNOWN_FACTS, LISTS, Facts, LetterKind, Written
from engine.errors import InvalidInputError

LONGEST_TEMPLATE = 20_000
"""Characters of a template."""
LONGEST_LETTER = 60_000
"""Characters that a template may become; a form takes a third of it."""
_DEEPEST = 12
"""Levels of conditions and loops within one another."""
_SUBJECT = "Subject:"
_BLANK = re.compile(r"\[[^\[\]\n]{3,300}\]")
_MANY_BREAKS = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")

_FILTERS = frozenset({"capitalize", "lower", "trim", "upper"})
_ALLOWED = (
    nodes.And,
    nodes.Compare,
    nodes.Const,
    nodes.Filter,
    nodes.For,
    nodes.Getattr,
    nodes.If,
    nodes.Name,
    nodes.Not,
    nodes.Operand,
    nodes.Or,
    nodes.Output,
    nodes.Template,
    nodes.TemplateData,
)
_ENVIRONMENT = ImmutableSandboxedEnvironment(
    autoescape=False,  # letters are plain text; nothing in them is markup anywhere
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
    cache_size=0,
)
_ENVIRONMENT.globals.clear()


class LetterTemplate:
    """One template: what a kind of letter says in one language.

    Args:
        text: A line ``Subject: …``, an empty line, and the letter.
        kind: What it is for.
        language: In which it is written.
        place: Where it lies, for refusals.

    Raises:
        InvalidInputError: It is too long, cannot be read, uses what is not offered, names what
            letters of this kind do not know, or fails on a sample.
    """

    def __init__(self, text: str, *, kind: LetterKind, language: str, place: str) -> None:
        self.kind, self.language, self._place = kind, language, place
        plain = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        self.version = hashlib.sha256(plain.encode()).hexdigest()[:16]
        if len(plain) > LONGEST_TEMPLATE:
            raise self._refusal(f"has {len(plain):,} characters; {LONGEST_TEMPLATE:,} are read")
        head, _, body = plain.partition("\n")
        if not head.startswith(_SUBJECT) or not body.strip():
            raise self._refusal(f"begins with a line “{_SUBJECT} …” and has a letter below")
        self._subject = self._compiled(head.removeprefix(_SUBJECT).strip())
        self._body = self._compiled(body.strip("\n"), begins_at=plain[: -len(body.lstrip("\n"))])
        self.blanks = tuple(dict.fromkeys(_BLANK.findall(_without_tags(body))))
        self._try_out()

    def write(self, facts: Facts) -> Written:
        """Return the letter for some facts; they are put in as they are, never read as a template.

        Raises:
            InvalidInputError: A fact is missing, or the letter would be too long.
        """
        subject = " ".join(self._filled(self._subject, facts).split())
        body = _MANY_BREAKS.sub("\n\n", self._filled(self._body, facts)).strip()
        return Written(self.kind, self.language, subject, body, self.version, self.blanks)

    def _filled(self, template: Template, facts: Facts) -> str:
        parts, length = [], 0
        try:
            for part in template.generate(facts):
                length += len(part)
                if length > LONGEST_LETTER:
                    raise self._refusal(f"becomes longer than {LONGEST_LETTER:,} characters")
                parts.append(part)
        except TemplateError as error:
            raise self._refusal(f"cannot be filled in: {error.message}") from error
        return "".join(parts)

    def _compiled(self, text: str, *, begins_at: str = "") -> Template:
        """Return a text as a template that has nothing in it but what is allowed.

        Args:
            text: Subject or letter.
            begins_at: What stands before it in the file, so that lines are counted from there.
        """
        before = begins_at.count("\n")
        try:
            tree = _ENVIRONMENT.parse(text)
            self._check(tree, before, inside=frozenset(), depth=0)
            return _ENVIRONMENT.from_string(text)
        except TemplateSyntaxError as error:
            said = f"cannot be read in line {error.lineno + before}: {error.message}"
            raise self._refusal(said) from error
        except (RecursionError, OverflowError, ValueError, TypeError) as error:
            raise self._refusal("cannot be read; it is too deep, or no template") from error

    def _check(self, node: nodes.Node, before: int, *, inside: frozenset[str], depth: int) -> None:
        """Refuse a part of a template that is not offered.

        Args:
            node: The part, and all below it.
            before: Lines of the file above the text.
            inside: Names that loops around it have given.
            depth: Levels above it.
        """
        where = f"in line {node.lineno + before}"
        if not isinstance(node, _ALLOWED):
            raise self._refusal(f"uses {type(node).__name__.lower()} {where}, which is not offered")
        if depth > _DEEPEST * 2:
            raise self._refusal(f"has too many levels {where}")
        if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
            known = ", ".join(sorted(_FILTERS))
            raise self._refusal(f"uses the filter “{node.name}” {where}; there are {known}")
        if isinstance(node, nodes.Name) and node.name not in KNOWN_FACTS[self.kind] | inside:
            known = ", ".join(sorted(KNOWN_FACTS[self.kind]))
            raise self._refusal(f"names “{node.name}” {where}; it may name {known}")
        if isinstance(node, nodes.For):
            inside = inside | {self._looped(node, where, inside)}
        if isinstance(node, nodes.Getattr) and not _is_entry(node, inside):
            raise self._refusal(f"asks for “{node.attr}” {where}, which is not offered")
        for below in _below(node):
            self._check(below, before, inside=inside, depth=depth + 1)

    def _looped(self, loop: nodes.For, where: str, inside: frozenset[str]) -> str:
        """Return the name that a loop gives; a loop in a loop is refused, so that it ends soon."""
        target, listed = loop.target, loop.iter
        is_list = isinstance(listed, nodes.Name) and listed.name in LISTS
        if not is_list or not isinstance(target, nodes.Name) or loop.recursive:
            raise self._refusal(f"loops {where} over something else than {', '.join(LISTS)}")
        if inside:
            raise self._refusal(f"has a loop within a loop {where}")
        if target.name in KNOWN_FACTS[self.kind]:
            raise self._refusal(f"gives the name “{target.name}” to something else {where}")
        return str(target.name)

    def _try_out(self) -> None:
        for is_full in (True, False):
            self.write(sample_facts(self.kind, is_full=is_full))

    def _refusal(self, problem: str) -> InvalidInputError:
        return InvalidInputError({f"Letter {self._place}": f"{problem}."})


def sample_facts(kind: LetterKind, *, is_full: bool = True) -> Facts:
    """Return facts with which every template of a kind can be tried.

    Args:
        kind: Of the letter.
        is_full: Whether everything is said; else what may be empty is.
    """
    often = {"complainant", "summary", "reference", "received", "organisation", "external_body"}
    found: dict[str, str | list[dict[str, str]]] = {}
    for name in KNOWN_FACTS[kind]:
        text = f"({name})" if is_full or name in often else ""
        if name in LISTS:
            entries = [{key: f"({key} {n})" for key in LISTS[name]} for n in (1, 2)]
            found[name] = entries if is_full else []
        else:
            found[name] = text
    return found


def _below(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield the parts of a part; the name that a loop gives is known inside of it only."""
    for child in node.iter_child_nodes():
        if not (isinstance(node, nodes.For) and child is node.target):
            yield child


def _is_entry(asked: nodes.Getattr, inside: frozenset[str]) -> bool:
    """Tell whether something is asked of an entry of a list, and entries have it."""
    is_entry = isinstance(asked.node, nodes.Name) and asked.node.name in inside
    return is_entry and any(asked.attr in known for known in LISTS.values())


def _without_tags(text: str) -> str:
    """Return what a template says by itself."""
    return re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "\n", text, flags=re.DOTALL)


Templates = Mapping[tuple[str, LetterKind], LetterTemplate]
"""By language and kind."""
