"""The command ``redress``: one door to everything that runs without a page.

Exit status: 0 done; 1 refused, or something was found; 2 the input cannot be used.
"""

from engine.cli.door import main

__all__ = ["main"]
