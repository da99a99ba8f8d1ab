"""What somebody in a case knows: the value of each variable, and which setting it comes from."""

from collections.abc import Mapping
from typing import NamedTuple

from engine.process.progress import Scalar, Variables


class Known(NamedTuple):
    """Variables and the numbers of their settings; never changed, so that tokens can share it.

    The settings of a case are numbered as they happen. A number stands for one value, so of two
    values of a variable the one with the greater number is the newer one, whoever knows it.
    """

    values: Mapping[str, Scalar]
    at: Mapping[str, int]
    """The number of each variable's setting, from 1; what has none is told to nobody."""

    def setting(self, values: Variables, number: int) -> "Known":
        """Return this after some variables were set.

        Args:
            values: The variables; may be empty.
            number: Greater than the number of every setting before.
        """
        return Known({**self.values, **values}, {**self.at, **dict.fromkeys(values, number)})

    def hearing(self, other: "Known") -> "Known":
        """Return this with each variable of which the other knows a later setting."""
        if other.at is self.at:
            return self
        mine = self.at.get
        later = [name for name, number in other.at.items() if number > mine(name, 0)]
        if not later:
            return self
        return Known(
            {**self.values, **{name: other.values[name] for name in later}},
            {**self.at, **{name: other.at[name] for name in later}},
        )

    def beyond(self, other: "Known") -> "Known":
        """Return only the variables of which the other knows no setting as late."""
        at = {name: number for name, number in self.at.items() if number > other.at.get(name, 0)}
        return Known({name: self.values[name] for name in at}, at)

    def keeping(self, name: str, value: Scalar) -> "Known":
        """Return this with a variable that is told to nobody."""
        return Known({**self.without(name).values, name: value}, self.without(name).at)

    def without(self, name: str) -> "Known":
        """Return this without a variable."""
        if name not in self.values:
            return self
        values = {key: value for key, value in self.values.items() if key != name}
        return Known(values, {key: number for key, number in self.at.items() if key != name})


NOTHING = Known({}, {})
"""What somebody knows who knows nothing."""
