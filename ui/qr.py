"""QR codes as lines of an SVG picture."""

import segno

MARGIN = 4
"""Empty modules around the code; readers need them."""


def lines_of(text: str) -> tuple[int, str]:
    """Return the width of a QR code in modules, margin included, and its dark parts as a path."""
    code = segno.make(text, error="m", micro=False)
    runs = [
        f"M{MARGIN + x} {MARGIN + y}h1v1h-1z"
        for y, row in enumerate(code.matrix)
        for x, is_dark in enumerate(row)
        if is_dark
    ]
    return len(code.matrix) + 2 * MARGIN, "".join(runs)


def picture_of(text: str) -> str:
    """Return a QR code as an SVG picture of its own, black on white whatever the page is."""
    size, dark = lines_of(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'width="{size * 5}" height="{size * 5}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path d="{dark}"/></svg>'
    )
