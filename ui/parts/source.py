"""Scripts and styles of our components, kept in files of their own language."""

from importlib.resources import files


def source(*names: str) -> str:
    """Return the text of files beside this module, one after the other, as one script or style."""
    return "\n".join(files("ui.parts").joinpath(name).read_text("utf-8") for name in names)
