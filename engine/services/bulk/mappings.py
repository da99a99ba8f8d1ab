"""Finds import mappings: those that Redress ships, and an organisation's own files."""

from importlib import resources
from pathlib import Path

from engine.domain.mapping import ImportMapping, parse_mapping
from engine.errors import InvalidInputError, NotFoundError

_SHIPPED = resources.files("config") / "mappings"
_ENDING = ".toml"


def shipped_mappings() -> tuple[str, ...]:
    """Return the names of the mappings that Redress ships, in alphabetical order."""
    names = (entry.name for entry in _SHIPPED.iterdir())
    return tuple(sorted(name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING)))


def load_mapping(name: str) -> ImportMapping:
    """Return a mapping.

    Args:
        name: Name of a mapping that Redress ships, or path of a TOML file.

    Raises:
        NotFoundError: There is neither such a mapping nor such a file.
        InvalidInputError: The file cannot be read, or a key in it is wrong; names the key.
    """
    if name in shipped_mappings():
        return parse_mapping((_SHIPPED / f"{name}{_ENDING}").read_text("utf-8"))
    if not name.endswith(_ENDING) or not Path(name).is_file():
        raise NotFoundError("import mapping", name)
    try:
        return parse_mapping(Path(name).read_text("utf-8"))
    except (OSError, UnicodeError) as error:
        raise InvalidInputError({"": f"The mapping {name} cannot be read: {error}."}) from error
