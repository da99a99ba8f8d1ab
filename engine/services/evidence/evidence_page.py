"""Pages that people read of what was found about the clauses: light, printable, without scripts."""

import html
from collections.abc import Iterable, Mapping, Sequence

from engine.domain.conformity import ClauseResult, MeasureResult, Verdict

SIGNS: Mapping[Verdict, str] = {
    Verdict.PASS: "✓",
    Verdict.WARN: "!",
    Verdict.FAIL: "✕",
    Verdict.NOT_APPLICABLE: "\N{EN DASH}",
}
"""A verdict is told by a sign and a word, never by colour alone."""

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root {{ color-scheme: light }}
body {{ font: 16px/1.5 system-ui, sans-serif; color: #1a1d21; background: #fff;
  max-width: 52rem; margin: 2rem auto; padding: 0 1rem }}
h1 {{ font-size: 1.5rem; line-height: 1.25 }} h2 {{ font-size: 1.1rem; margin-top: 2rem }}
a {{ color: #0b5cad }} .quiet {{ color: #565d66 }}
table {{ border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem }}
th, td {{ text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0;
  border-bottom: 1px solid #d6dae0; overflow-wrap: anywhere }}
td.n {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }}
.verdict {{ display: inline-block; white-space: nowrap; padding: .05rem .55rem;
  border: 1px solid #8a919b; border-radius: .8rem; font-size: .9rem }}
.pass {{ background: #e7f5ea; border-color: #2e7d42 }}
.warn {{ background: #fff5d9; border-color: #9a6b00 }}
.fail {{ background: #fdeaea; border-color: #b3261e }}
@media print {{ body {{ margin: 0; max-width: none; font-size: 11pt }}
  a {{ color: inherit; text-decoration: none }} tr {{ break-inside: avoid }} }}
</style></head><body>
"""
_TABLE = """<table><tr><th>Clause</th><th>What it is about</th><th>Verdict</th>
<th>In order</th></tr>"""
_PROVEN = """</table><p class="quiet">What people read here is proven by verify.py beside this file:
run <code>python verify.py</code>.</p>"""


def index_page(title: str, about: str, results: Sequence[ClauseResult]) -> str:
    """Return the page from which every clause is found."""
    lines = [
        f'<tr><td><a href="clauses/{_text(r.duty.clause)}.html">{_text(r.duty.clause)}</a></td>'
        f"<td>{_text(r.duty.title)}</td><td>{_badge(r.verdict)}</td>"
        f'<td class="n">{r.in_order:,} of {r.looked_at:,}</td></tr>'
        for r in results
    ]
    counts = ", ".join(
        f"{sum(r.verdict is verdict for r in results)} {verdict.words}" for verdict in Verdict
    )
    said = f"<p>{_text(about)}</p><p>{len(results)} clauses: {counts}.</p>"
    return _page(title, [f"<h1>{_text(title)}</h1>{said}{_TABLE}", *lines, _PROVEN])


def clause_page(result: ClauseResult, cases: Iterable[str], since: str) -> str:
    """Return the page of one clause.

    Args:
        result: How it stands.
        cases: References of complaints whose events are beside the page.
        since: Since when it stands so; empty where nobody knows.
    """
    duty, known = result.duty, frozenset(cases)
    title = f"{duty.clause} {duty.title}"
    stands = f" Stands so since {since}." if since else ""
    role, every = _text(duty.owner.title), _text(duty.every)
    parts = [
        '<p><a href="../index.html">All clauses</a></p>',
        f"<h1>{_text(title)}</h1><p>{_text(duty.duty)}</p>",
        f"<p>{_badge(result.verdict)} {_text(result.reason)}</p>",
        f'<p class="quiet">Answers for it: {role}. Looked at every {every}.{_text(stands)}</p>',
    ]
    if duty.not_recorded:
        parts.append(f"<p>Not applicable: {_text(duty.not_recorded)}</p>")
    for each in result.measures:
        parts += _measure(each, known)
    return _page(title, parts)


def _measure(result: MeasureResult, known: frozenset[str]) -> list[str]:
    count = result.count
    told = f"{count.in_order:,} of {count.looked_at:,} {result.measure.of} are in order."
    parts = [
        f"<h2>{_text(result.measure.asks)}</h2>",
        f"<p>{_badge(result.verdict)} {_text(told)}</p>",
    ]
    if count.wrong:
        names = ", ".join(_link(name, known) for name in count.wrong)
        more = count.looked_at - count.in_order - len(count.wrong)
        parts.append(f"<p>Not in order: {names}{f' and {more:,} more' if more else ''}.</p>")
    if count.sample:
        parts.append("<table><tr><th>Drawn by chance</th><th>In order</th></tr>")
        parts += [
            f"<tr><td>{_link(name, known)}</td><td>{'✓ yes' if fine else '✕ no'}</td></tr>"
            for name, fine in count.sample
        ]
        parts.append("</table>")
    return parts


def _link(name: str, known: frozenset[str]) -> str:
    if name not in known:
        return _text(name)
    return f'<a href="../cases/{_text(name)}.json">{_text(name)}</a>'


def _badge(verdict: Verdict) -> str:
    return f'<span class="verdict {verdict.value}">{SIGNS[verdict]} {_text(verdict.words)}</span>'


def _page(title: str, parts: Iterable[str]) -> str:
    return "\n".join([_HEAD.format(title=_text(title)), *parts, "</body></html>\n"])


def _text(words: str) -> str:
    return html.escape(words)
