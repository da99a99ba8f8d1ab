"""One command on many things: each is carried out by itself, and one refusal stops no other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.errors import RedressError, UnavailableError

Thing = TypeVar("Thing", int, str)


@dataclass(frozen=True, slots=True)
class Ends(Generic[Thing]):
    """How it ended for each, in the order in which they were asked for.

    Attributes:
        in_vain: It was carried out, and nothing came of it.
        refused: With the reason in a sentence.
    """

    done: tuple[Thing, ...]
    in_vain: tuple[Thing, ...]
    refused: tuple[tuple[Thing, str], ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether all of them are done."""
        return not self.in_vain and not self.refused


def for_each(
    things: Sequence[Thing],
    act: Callable[[Thing], object],
    *,
    progress: Callable[[int], object] = lambda _: None,
) -> Ends[Thing]:
    """Do something with each of many, whatever becomes of the others.

    Args:
        things: Names or numbers; may be empty.
        act: Calls one service. What returns False was in vain.
        progress: Told after each how many are behind.

    Raises:
        UnavailableError: The database does not answer; those before it are done.
    """
    done: list[Thing] = []
    in_vain: list[Thing] = []
    refused: list[tuple[Thing, str]] = []
    for number, thing in enumerate(things, 1):
        try:
            (in_vain if act(thing) is False else done).append(thing)
        except UnavailableError:
            raise  # as it would be for all that come after
        except RedressError as refusal:
            refused.append((thing, str(refusal)))
        progress(number)
    return Ends(tuple(done), tuple(in_vain), tuple(refused))
