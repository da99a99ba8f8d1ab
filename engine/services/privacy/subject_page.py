"""What is held on one person, as a page to read (GDPR Art. 15)."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from engine.domain.disposal import ERASED

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "dt{font-weight:600;margin-top:.6rem}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}"
    "section{border-top:1px solid #bbb;margin-top:2rem}.note{background:#f2f2f2;padding:.8rem}"
    "li{margin:.6rem 0}"
)


def page_of(bundle: Mapping[str, Any]) -> str:
    """Return what is held as a page; everything that people wrote is text."""
    person = bundle["person"]
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>What we hold on you</title>',
        f"<style>{_STYLE}</style><h1>What {escape(bundle['organisation'])} holds on you</h1>",
        f'<p class="note">{escape(bundle["read_first"])}</p>',
        _list({"Name": person["name"], "E-mail": person["email"], "Made": bundle["made_at"]}),
    ]
    if bundle["not_enclosed"]:
        parts.append(f"<h2>Files that are not enclosed</h2>{_list(bundle['not_enclosed'])}")
    if bundle["other_mails"]:
        parts.append(f"<h2>Mails that belong to no complaint</h2>{_shown(bundle['other_mails'])}")
    if bundle["own_requests"]:
        asked = _shown(bundle["own_requests"])
        parts.append(f"<h2>What you asked for about your data</h2>{asked}")
    for told in bundle["complaints"]:
        parts.append(f"<section><h2>Complaint {escape(told['reference'])}</h2>")
        parts += [
            f"<h3>{escape(_words(name))}</h3>{_shown(content)}"
            for name, content in told.items()
            if name != "reference" and content
        ]
        parts.append("</section>")
    return "\n".join([*parts, "</html>"])


def _shown(content: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(content, Mapping):
        return _list(content)
    if isinstance(content, list):
        return "<ul>" + "".join(f"<li>{_shown(each)}</li>" for each in content) + "</ul>"
    return escape(str(content))


def _list(facts: Mapping[str, Any]) -> str:
    told: Iterable[tuple[str, Any]] = (
        (name, fact) for name, fact in facts.items() if fact not in (None, "", [], {}, ERASED)
    )
    rows = (f"<dt>{escape(_words(name))}</dt><dd>{_shown(fact)}</dd>" for name, fact in told)
    return "<dl>" + "".join(rows) + "</dl>"


def _words(name: str) -> str:
    text = name.replace("_", " ").replace(".", " ")
    return text[:1].upper() + text[1:]
