"""Which services check who asks, read from their source.

A service is a public function that takes the platform and opens its own transaction; a function
that is handed a transaction (``tx``) or what to do in one (``work``) is a part of it. A service
checks its actor when it calls ``actor.require``, or hands the actor to a function of the same
package that does. Functions call each other across modules, so this is a fixed point.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.architecture.rules import Definition, calls

CHECKS = ("require", "require_scope", "may")
"""Methods of ``Actor`` by which it is checked."""


@dataclass(frozen=True)
class Service:
    """One function of the services package."""

    module: str
    node: Definition

    @property
    def is_service(self) -> bool:
        """Tell whether people and jobs can call it, rather than another service inside its own."""
        is_part = not {"tx", "work"}.isdisjoint(self.arguments) or self.node.name.startswith("_")
        return "platform" in self.arguments and not is_part

    @property
    def arguments(self) -> list[str]:
        given = self.node.args
        return [entry.arg for entry in (*given.posonlyargs, *given.args, *given.kwonlyargs)]


def services(sources: Mapping[str, str]) -> dict[str, Service]:
    """Return the module-level functions of the package, by ``module.function``."""
    return {
        f"{module}.{node.name}": Service(module, node)
        for module, source in sources.items()
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def not_keyword_only(sources: Mapping[str, str]) -> list[str]:
    """Return services that take anything but the platform by position."""
    return [
        name
        for name, service in services(sources).items()
        if service.is_service and [entry.arg for entry in service.node.args.args] != ["platform"]
    ]


def unchecked(sources: Mapping[str, str]) -> list[str]:
    """Return services that take an actor and never check it."""
    known = services(sources)
    checked: set[str] = set()
    while found := {
        name for name, service in known.items() if name not in checked and _checks(service, checked)
    }:
        checked |= found
    return sorted(
        name
        for name, service in known.items()
        if service.is_service and "actor" in service.arguments and name not in checked
    )


def _checks(service: Service, checked: set[str]) -> bool:
    for name, call in calls(service.node):
        if name in {f"actor.{check}" for check in CHECKS}:
            return True
        if _hands_actor(call) and not checked.isdisjoint(_candidates(service.module, name)):
            return True
    return False


def _hands_actor(call: ast.Call) -> bool:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return any(isinstance(value, ast.Name) and value.id == "actor" for value in given)


def _candidates(module: str, name: str) -> Iterator[str]:
    """Yield the functions of the package that a call may mean."""
    if "." in name:
        yield ".".join(name.split(".")[-2:])
    else:
        yield f"{module}.{name}"
