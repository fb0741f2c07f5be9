"""Draw the figures for the README: `python -m bench.chart [FROM [TO]]`, by default the published figures.

One panel for each question, one bar for each server, ours in the accent colour. What was not measured has
no panel.
"""

import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from bench import store
from bench.machine import ROOT

CHART = ROOT / "docs" / "figures.svg"

GROUND, PANEL, LINE = "#0B1020", "#141B33", "#2A3560"
TEXT, MUTED, ACCENT, OTHER = "#E8ECFF", "#9AA6D1", "#FFC857", "#5B6FB5"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
WIDTH, MARGIN, GAP = 1000, 24, 20
ROW, BAR, HEAD, FOOT = 28, 14, 62, 18
LABEL, VALUE = 192, 56

SHORT = {
    "ours-bare": "Rumpus, agreed framing",
    "ours-json": "Rumpus, plain JSON",
    "colyseus-uws": "Colyseus, uWebSockets",
    "colyseus-ws": "Colyseus, ws",
    "socketio-json": "Socket.IO (Node)",
    "stock-json": "Flask-SocketIO stock",
    "floor": "C loop: the floor",
    "ours-events": "Rumpus, events",
    "ours-delta": "Rumpus, delta",
    "game-colyseus-uws": "Colyseus, uWebSockets",
    "game-colyseus-ws": "Colyseus, ws",
}
"""The servers in the chart, in this order, and their names there."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One question: its bars are (name, length); `less`: short bars are good."""

    title: str
    note: str
    bars: list[tuple[str, float]]
    less: bool

    @property
    def height(self) -> int:
        """Height in the drawing's units."""
        return HEAD + ROW * len(self.bars) + FOOT


def panels(contest: dict[str, Any]) -> list[Panel]:
    """All panels for which there are figures."""
    by_name = {one["name"]: one for one in contest["contestants"]}

    def bars(workload: str, figure: str | None) -> list[tuple[str, float]]:
        found = []
        for name in SHORT:
            one = by_name.get(name)
            if one is None or one["workload"] != workload:
                continue
            value = one["median"][figure] if figure else one["most_players"]
            if value:
                found.append((name, float(value)))
        return found

    def players(workload: str) -> int:
        first = next((one for one in contest["contestants"] if one["workload"] == workload), None)
        return int(first["median"]["players"]) if first else 0

    s1_note = f"60 B at 20 Hz, 4 inputs a second, {players('s1')} players in all"
    found = [
        Panel("CPU time for one state delivered, µs", s1_note, bars("s1", "cpu_us_per_message"), True),
        Panel(
            "Players that one core carries",
            "the same work; 98 % delivered, p99 at most 20 ms late",
            bars("s1", None),
            False,
        ),
        Panel(
            "The game itself: bytes to a player in a second",
            "light trails, 8 players, 30 Hz, WebSocket framing included",
            bars("g1", "down_bytes_per_player_s"),
            True,
        ),
        Panel(
            "The game itself: players that one core carries",
            "the same rules and presses",
            bars("g1", None),
            False,
        ),
    ]
    return [panel for panel in found if len(panel.bars) > 1]


def number(value: float) -> str:
    """A value with a readable number of digits."""
    if value >= 1000:
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def text(x: float, y: float, size: int, colour: str, words: str, extra: str = "") -> str:
    """One line of text."""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}"{extra}>{escape(words)}</text>'


def draw_panel(panel: Panel, x: float, y: float, width: float, height: float) -> list[str]:
    """A panel at a place."""
    best = "shorter is better" if panel.less else "longer is better"
    parts = [
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="10" fill="{PANEL}"/>',
        text(x + 18, y + 28, 16, TEXT, panel.title, ' font-weight="600"'),
        text(x + 18, y + 47, 11, MUTED, f"{panel.note}; {best}"),
    ]
    longest = max(value for _, value in panel.bars)
    room = width - 36 - LABEL - VALUE
    for k, (name, value) in enumerate(panel.bars):
        top = y + HEAD + ROW * k
        ours = name.startswith("ours")
        length = max(2.0, room * value / longest)
        colour = TEXT if ours else MUTED
        fill = f'fill="{ACCENT if ours else OTHER}"'
        if name == "floor":
            fill = f'fill="none" stroke="{MUTED}" stroke-dasharray="3 3"'
        bold = ' font-weight="600"' if ours else ""
        parts += [
            text(x + 18, top + 15, 13, colour, SHORT[name], bold),
            f'<rect x="{x + 18 + LABEL:g}" y="{top + 4:g}" width="{length:g}" height="{BAR}" rx="3" {fill}/>',
            text(x + 18 + LABEL + length + 8, top + 15, 13, colour, number(value), bold),
        ]
    return parts


def draw(contest: dict[str, Any]) -> str:
    """Draw the chart.

    Returns:
        the SVG.

    Raises:
        ValueError: there is nothing to draw.
    """
    shown = panels(contest)
    if not shown:
        raise ValueError("there are no figures to draw")
    columns = 2 if len(shown) > 1 else 1
    width = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) / columns
    parts: list[str] = []
    y = float(MARGIN)
    for first in range(0, len(shown), columns):
        row = shown[first : first + columns]
        height = max(panel.height for panel in row)
        for k, panel in enumerate(row):
            parts += draw_panel(panel, MARGIN + k * (width + GAP), y, width, height)
        y += height + GAP
    parts.append(text(MARGIN, y + 6, 11, MUTED, source(contest)))
    height = round(y + 22)
    described = "; ".join(
        f"{panel.title}: " + ", ".join(f"{SHORT[name]} {number(value)}" for name, value in panel.bars)
        for panel in shown
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'font-family="{escape(FONT)}" font-variant-numeric="tabular-nums">',
            f"<title>Rumpus beside its peers</title><desc>{escape(described)}</desc>",
            f'<rect width="{WIDTH}" height="{height}" rx="14" fill="{GROUND}" stroke="{LINE}"/>',
            *parts,
            "</svg>\n",
        ]
    )


def source(contest: dict[str, Any]) -> str:
    """The origin of the figures, in one line."""
    machine = contest["machine"]
    packages = machine["packages"]
    versions = [f"Python {machine['python']}", f"gevent {packages['gevent']}"]
    versions += [f"Node {machine['node']}"] if machine["node"] else []
    if packages["@colyseus/core"]:
        versions.append(f"Colyseus {packages['@colyseus/core']}")
    if packages["socket.io"]:
        versions.append(f"Socket.IO {packages['socket.io']}")
    versions.append(f"Flask-SocketIO {packages['flask-socketio']}")
    return f"One core of {machine['cpu']}, load on another. {', '.join(versions)}. Medians of 3; make bench."


def main() -> int:
    """Draw."""
    read_from = Path(sys.argv[1]) if len(sys.argv) > 1 else store.PUBLISHED
    write_to = Path(sys.argv[2]) if len(sys.argv) > 2 else CHART
    contest = store.read(read_from).get("contest")
    if not isinstance(contest, dict):
        print(f"{read_from} holds no figures of the contest", file=sys.stderr)
        return 1
    write_to.write_text(draw(contest))
    print(f"drawn: {write_to}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
