"""Sets one layout in a process of its own: ``python -I typesetter.py``, with a request in JSON.

What anybody wrote meets foreign code here: if it panics, hangs or grows, only this process does,
and its memory goes back when it ends. It imports nothing of Redress and starts in some 20 ms.
"""

import json
import sys
from typing import Any

import typst

_STANDARDS: list[Any] = ["a-2b", "ua-1"]


def made_of(request: dict[str, Any]) -> list[bytes]:
    """Return one file, or a picture of each page.

    Args:
        request: Source, folder that it may read from or None, data by name, time in seconds since
            1970, whether fonts of the machine are asked, whether pictures are wanted, and how many
            dots per inch they have.

    Raises:
        TypstError: The typesetter does not take it.
    """
    fonts = typst.Fonts(include_system_fonts=request["is_local"], include_embedded_fonts=True)
    given: dict[str, Any] = {
        "input": request["source"].encode(),
        "root": request["root"],
        "font_paths": fonts,
        "sys_inputs": request["data"],
        "timestamp": request["timestamp"],
    }
    # A picture obeys the same rules: what cannot be printed is not shown as if it could.
    made = typst.compile(**given, format="pdf", pdf_standards=_STANDARDS)
    if request["pictures"]:
        made = typst.compile(**given, format="png", ppi=request["dots"])
    return list(made) if isinstance(made, list) else [made]


def main() -> None:
    """Answer with a line of JSON, and then with the files as they are, one after the other."""
    made: list[bytes] = []
    try:
        made = made_of(json.load(sys.stdin))
        told: dict[str, Any] = {"lengths": [len(each) for each in made]}
    except typst.TypstError as error:
        told = {"problem": str(error)}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
    sys.stdout.buffer.writelines(made)


if __name__ == "__main__":
    main()
