"""The kinds of questions that a form of an organisation can ask."""

from enum import StrEnum


class FieldKind(StrEnum):
    """What is asked for."""

    TEXT = "text"
    PARAGRAPH = "paragraph"
    INTEGER = "integer"
    DECIMAL = "decimal"
    AMOUNT = "amount"
    DATE = "date"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"

    @property
    def title(self) -> str:  # type: ignore[override] # str.title is not what people read
        """Return the kind as its owner reads it."""
        return _TITLES[self]

    @property
    def is_chosen(self) -> bool:
        """Tell whether the answer is one, or are some, of a list."""
        return self in {FieldKind.CHOICE, FieldKind.CHOICES}

    @property
    def is_text(self) -> bool:
        """Tell whether the answer is written freely."""
        return self in {FieldKind.TEXT, FieldKind.PARAGRAPH}

    @property
    def is_counted(self) -> bool:
        """Tell whether limits are about how many, of characters or of choices."""
        return self.is_text or self is FieldKind.CHOICES

    @property
    def can_route(self) -> bool:
        """Tell whether the answer is one short value, by which a process can choose its way."""
        return self not in {FieldKind.PARAGRAPH, FieldKind.CHOICES}

    @property
    def has_limits(self) -> bool:
        """Tell whether the answer can be too small or too large."""
        return self not in {FieldKind.YES_NO, FieldKind.CHOICE}


_TITLES = {
    FieldKind.TEXT: "Short text",
    FieldKind.PARAGRAPH: "Long text",
    FieldKind.INTEGER: "Whole number",
    FieldKind.DECIMAL: "Number",
    FieldKind.AMOUNT: "Amount of money",
    FieldKind.DATE: "Date",
    FieldKind.YES_NO: "Yes or no",
    FieldKind.CHOICE: "One of a list",
    FieldKind.CHOICES: "Several of a list",
}
