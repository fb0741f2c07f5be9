"""The page of a report: both states of a match side by side, field by field, those that differ first.

`rumpus replay REPORT --watch` serves it. It is plain HTML, so that it works wherever it is put.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape

from game.records.comparison import Comparison, FieldRow

STYLE_PATH = "report.css"
MAX_ROWS = 3000

STYLE = """\
:root { color-scheme: dark; --ground: #0b1020; --grid: #18203a; --panel: #141b33; --line: #2a3560;
  --text: #e8ecff; --muted: #9aa6d1; --accent: #ffc857; --danger: #ff5d5d; --good: #56f8fd; }
* { box-sizing: border-box; }
body { margin: 0; padding: 1.5rem clamp(0.75rem, 4vw, 3rem) 4rem; color: var(--text);
  font: 1rem/1.5 Lexend, system-ui, sans-serif;
  background: linear-gradient(var(--grid) 1px, transparent 1px) 0 -1px / 3.5rem 3.5rem,
    linear-gradient(90deg, var(--grid) 1px, transparent 1px) -1px 0 / 3.5rem 3.5rem, var(--ground); }
main { max-inline-size: 75rem; margin-inline: auto; }
h1 { margin: 0 0 0.25rem; font-size: 1.6rem; }
h2 { margin: 2rem 0 0.5rem; font-size: 1.15rem; }
a { color: var(--accent); }
.muted, dt { color: var(--muted); }
.panel { padding: 1rem 1.25rem; }
.panel, .table, nav a, nav b { border: 1px solid var(--line); border-radius: 0.75rem;
  background: var(--panel); }
blockquote { margin: 1rem 0; padding: 0.75rem 1.25rem; border-inline-start: 4px solid var(--accent);
  background: var(--panel); white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.15rem 1rem; margin: 0; }
dd { margin: 0; overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-block: 1rem; }
nav a, nav b { padding: 0.5rem 0.9rem; min-block-size: 44px; text-decoration: none; }
nav b { border-color: var(--accent); }
.table { overflow-x: auto; }
table { inline-size: 100%; border-collapse: collapse; font: 0.875rem/1.4 ui-monospace, monospace; }
th, td { padding: 0.35rem 0.8rem; border-block-end: 1px solid var(--line); text-align: start;
  vertical-align: top; overflow-wrap: anywhere; }
thead th { position: sticky; inset-block-start: 0; background: var(--panel); color: var(--muted);
  font-family: Lexend, system-ui, sans-serif; font-weight: 500; white-space: nowrap; }
tbody th { font-weight: 500; white-space: nowrap; }
tr:last-child > * { border-block-end: 0; }
.ours { color: var(--good); }
.theirs { color: var(--danger); }
.theirs.same { color: inherit; }
summary { min-block-size: 44px; padding-block: 0.6rem; cursor: pointer; }
"""


def report_page(found: Comparison, address: str, replay: str = "") -> str:
    """The page.

    Args:
        found: the report, opened at a tick.
        address: the path of this page, to which `?tick=N` is added.
        replay: the address at which the match can be watched, or "".

    Returns:
        HTML, which links to `STYLE_PATH` on the same server.
    """
    report = found.report
    kind = "Something is wrong" if report.kind == "words" else "A browser came to another state"
    title = f"{kind}: {found.title}"
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="robots" content="noindex">',
        f'<link rel="stylesheet" href="/{STYLE_PATH}"></head><body><main>',
        f"<h1>{escape(title)}</h1>",
        f'<p class="muted">Report {escape(report.id)}, {_when(report.created_ms)}</p>',
    ]
    if report.words:
        parts.append(f"<blockquote>{escape(report.words)}</blockquote>")
    parts.append(_facts(found, replay))
    parts.append(_ticks(found, address))
    parts.append(_verdict(found))
    if found.differing:
        parts.append(_table(found, found.differing))
    label = "All other fields" if found.theirs is not None else "All fields of the server's state"
    table = _table(found, found.others)
    opened = " open" if found.theirs is None else ""
    parts.append(f"<details{opened}><summary>{label} ({len(found.others)})</summary>{table}</details>")
    parts.append("</main></body></html>\n")
    return "\n".join(parts)


def _facts(found: Comparison, replay: str) -> str:
    report = found.report
    seconds = report.tick / found.tick_hz
    lines = [
        ("Match", report.match),
        ("Room", report.room),
        ("Tick", f"{report.tick} ({seconds:.1f} s); the report was made at tick {found.last_tick}"),
        ("Client's hash", _hash(report.client_hash, "it does not run the rules")),
        ("Server's hash", _hash(report.server_hash, "not recorded at this tick")),
        ("Browser", report.user_agent or "not named"),
    ]
    facts = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in lines)
    if replay:
        facts += f'<dt>Replay</dt><dd><a href="{escape(replay)}">Watch the match at this moment</a></dd>'
    return f'<dl class="panel">{facts}</dl>'


def _hash(value: int | None, absent: str) -> str:
    return absent if value is None else f"{value:07x}"


def _ticks(found: Comparison, address: str) -> str:
    steps = [found.tick - 30, found.tick - 1, found.tick, found.tick + 1, found.tick + 30]
    links = []
    for tick in steps:
        if tick == found.tick:
            links.append(f"<b>Tick {tick}</b>")
        elif 0 <= tick <= found.last_tick:
            links.append(f'<a href="{escape(address)}?tick={tick}">Tick {tick}</a>')
    if found.tick != found.report.tick:
        links.append(f'<a href="{escape(address)}">Back to the reported tick</a>')
    return f'<nav aria-label="Ticks">{"".join(links)}</nav>'


def _verdict(found: Comparison) -> str:
    report = found.report
    if found.problem:
        text = found.problem
    elif found.theirs is not None and found.differing:
        text = f"{len(found.differing)} fields differ."
    elif found.theirs is not None:
        text = "Both states are the same: our replay agrees with the client."
    elif found.tick != report.tick:
        text = f"This is our state alone: the client's is of tick {report.tick}."
    elif report.client_hash is None:
        text = "The client does not run the rules, so there is our state alone."
    elif report.client_hash == found.ours.hash:
        text = "The client's hash is ours."
    else:
        text = "The client's hash is not ours, and it sent no state: it was too large, or its browser is old."
    if found.ours.hash != (report.server_hash or found.ours.hash) and found.tick == report.tick:
        text += " Our replay differs from what the server had: its rules or its journal are damaged."
    if found.same_at >= 0 and found.same_at != report.tick:
        text += f" The client's hash is ours of tick {found.same_at}."
    return f"<h2>{escape(text)}</h2>"


def _table(found: Comparison, rows: list[FieldRow]) -> str:
    tick, both = found.tick, found.theirs is not None
    names = ["Field", f"Server, tick {tick - 1}", f"Server, tick {tick}"]
    names += [f"Client, tick {tick}"] if both else []
    names.append(f"Server, tick {tick + 1}")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    body = "".join(_cells(row, both) for row in rows[:MAX_ROWS])
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cells(row: FieldRow, both: bool) -> str:
    same = " same" if row.theirs == row.ours else ""
    cells: Iterable[tuple[str, str]] = [("", row.before), ("ours", row.ours)]
    cells = [*cells, (f"theirs{same}", row.theirs)] if both else cells
    cells = [*cells, ("", row.after)]
    shown = "".join(f'<td class="{name}">{escape(text)}</td>' for name, text in cells)
    return f'<tr><th scope="row">{escape(row.field)}</th>{shown}</tr>'


def _when(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
