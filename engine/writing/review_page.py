"""The management review as a page: light, printable, without scripts, and with nothing to fetch."""

import html
from collections.abc import Iterator

from engine.domain.review import Paragraph, Part, Picture, Points, Report, Table

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light }}
body {{ font: 16px/1.55 system-ui, sans-serif; color: #1a1d21; background: #fff;
  max-width: 46rem; margin: 2.5rem auto; padding: 0 1.25rem; overflow-wrap: break-word }}
h1 {{ font-size: 1.7rem; line-height: 1.2; margin: 0 }}
h2 {{ font-size: 1.2rem; margin: 2.6rem 0 .6rem; padding-top: .7rem;
  border-top: 2px solid #1f5fa8 }}
.quiet {{ color: #565d66 }} header p {{ margin: .25rem 0 }}
.short {{ background: #f3f6fa; border-left: 4px solid #1f5fa8; padding: .3rem 1.2rem;
  margin: 1.6rem 0 }}
.short h2 {{ border: 0; margin: 0; padding-top: .4rem }}
li {{ margin: .3rem 0 }}
.wide {{ overflow-x: auto }}
table {{ border-collapse: collapse; width: 100%; margin: .4rem 0 1.4rem; font-size: .94rem }}
caption {{ text-align: left; font-weight: 600; padding: .5rem 0 .3rem }}
th, td {{ text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0;
  border-bottom: 1px solid #d6dae0; overflow-wrap: break-word }}
th.n, td.n {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }}
.s {{ min-width: 14rem }}
figure {{ margin: 1rem 0 .4rem; overflow: hidden }}
figure svg {{ display: block; width: 100%; max-width: 40rem; height: auto }}
figcaption {{ font-weight: 600; margin-bottom: .3rem }}
@media print {{ body {{ margin: 0; max-width: none; font-size: 10.5pt }}
  tr, figure {{ break-inside: avoid }} h2 {{ break-after: avoid }} }}
</style></head><body>
"""


def page_of(report: Report, *, mark: str) -> str:
    """Return a report as a page.

    Args:
        report: What it tells.
        mark: Names the report by its content.
    """
    lines = [
        _HEAD.format(title=_text(f"{report.title} - {report.organisation}")),
        f'<header><p class="quiet">{_text(report.organisation)}</p>',
        f"<h1>{_text(report.title)}</h1>",
        f'<p class="quiet">{_text(report.about)}</p></header><main>',
        '<section class="short"><h2>In short</h2>',
        *_points(report.short),
        "</section>",
    ]
    for section in report.sections:
        lines.append(f"<section><h2>{_text(section.title)}</h2>")
        for part in section.parts:
            lines += _part(part)
        lines.append("</section>")
    lines.append(f'</main><footer><p class="quiet">SHA-256 of its content: {_text(mark)}</p>')
    return "\n".join([*lines, "</footer></body></html>\n"])


def _part(part: Part) -> Iterator[str]:
    if isinstance(part, Paragraph):
        yield f"<p>{_text(part.text)}</p>"
    elif isinstance(part, Points):
        yield from _points(part.items)
    elif isinstance(part, Picture):
        # The drawing is ours, and every word in it is escaped where it is drawn.
        drawing = part.svg.replace("<svg ", f'<svg role="img" aria-label="{_text(part.alt)}" ', 1)
        yield f"<figure><figcaption>{_text(part.title)}</figcaption>{drawing}</figure>"
    else:
        yield from _table(part)


def _points(items: tuple[str, ...]) -> Iterator[str]:
    yield "<ul>"
    for item in items:
        yield f"<li>{_text(item)}</li>"
    yield "</ul>"


def _table(table: Table) -> Iterator[str]:
    # Who reads with the keys alone can move a table that is wider than the window.
    yield f'<div class="wide" role="region" tabindex="0" aria-label="{_text(table.title)}"><table>'
    yield f"<caption>{_text(table.title)}</caption>"
    cells = "".join(
        f'<th scope="col"{_kind(table, at)}>{_text(t)}</th>' for at, t in enumerate(table.head)
    )
    yield f"<thead><tr>{cells}</tr></thead><tbody>"
    for row in table.rows:
        cells = "".join(f"<td{_kind(table, at)}>{_text(text)}</td>" for at, text in enumerate(row))
        yield f"<tr>{cells}</tr>"
    yield "</tbody></table></div>"


def _kind(table: Table, at: int) -> str:
    if at in table.right:
        return ' class="n"'
    return ' class="s"' if at in table.wide else ""


def _text(words: str) -> str:
    return html.escape(words)
