"""Scripts and styles of our components, kept in files of their own language."""

from importlib.resources import files


def source(name: str) -> str:
    """Return the text of a file beside this module, for example ``worklist.js``."""
    return files("ui.parts").joinpath(name).read_text("utf-8")
