"""`rumpus replay`: shows where a recorded match stands, goes through its ticks, or opens it in a browser."""

import json
import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from game.catalogue import BadGame
from game.kit.replays import BadRecording, Recording
from game.kit.verifying import NoRecords
from game.records.comparison import Comparison, NoReplay, compare
from game.records.rules_process import ReplayError, RulesFolder, RulesProcess, State
from game.records.state_diff import differences

MAX_SHOWN = 40
"""Differing fields that are printed of one tick."""
HELP = (
    "Enter or → next tick, b or ← back, f or PgDn a second on, r or PgUp a second back, g TICK go there, "
    "e end, a all fields, ? this, q quit"
)

KEYS = {
    **dict.fromkeys((b"\n", b" ", b"n", b"\x1b[C", b"\x1b[B"), ""),
    **dict.fromkeys((b"\x1b[D", b"\x1b[A"), "b"),
    b"\x1b[6~": "f",
    b"\x1b[5~": "r",
    b"\x1b[F": "e",
    b"\x1b[H": "g 0",
}
"""What keys of a terminal mean: the words of HELP."""


def run(find: Callable[[], Recording], *, until: int | None, step: bool, watch: bool, port: int) -> int:
    """Carry the command out.

    Args:
        find: finds the recording.
        until: the tick to show; None: the end of a match, the tick of a report.
        step: go through the ticks in the terminal.
        watch: open it in a browser.
        port: to serve that at; 0: any free one.

    Returns:
        The exit code: 1 if there is nothing to replay, or if a hash is not the recorded one.
    """
    try:
        recording = find()
        if watch:
            from game.kit.watching import serve

            return serve(recording, until, port)
        if recording.report is not None and not step:
            assert recording.records is not None
            print("\n".join(comparison_lines(compare(recording.records, recording.report, until))))
            return 0
        with RulesFolder(recording.body) as folder, RulesProcess(folder, shown=True) as process:
            if step:
                return _step(recording, folder, process, until)
            return _show(recording, folder, process, until)
    except (BadRecording, BadGame, NoRecords, NoReplay, ReplayError) as error:
        print(error, file=sys.stderr)
        return 1


def _show(recording: Recording, folder: RulesFolder, process: RulesProcess, until: int | None) -> int:
    process.hold(recording.journal, recording.ticks)
    state = process.at(recording.ticks if until is None else until)
    print("\n".join(describe(folder, state)))
    if state.raised:
        print(f"the rules raise {state.raised} in this tick", file=sys.stderr)
    differing = _differing(recording, process, state)
    if differing is not None:
        print(f"other rules than it was played by: tick {differing} is another one", file=sys.stderr)
        return 1
    return 0


def _differing(recording: Recording, process: RulesProcess, state: State) -> int | None:
    """The first tick up to a state whose hash is not the recorded one; None if all are."""
    if recording.every:
        trace = process.trace(recording.journal, state.tick)
        for k, known in enumerate(recording.hashes):
            tick = k * recording.every
            if tick < len(trace) and trace[tick] != known:
                return tick
    if state.tick == recording.ticks and recording.final_hash not in (None, state.hash):
        return state.tick
    return None


def describe(folder: RulesFolder, state: State) -> list[str]:
    """Where a match stands, for a person: tick, hash, the ranking if it is decided, else the whole state."""
    seconds = state.tick / folder.tick_hz
    lines = [f"{folder.title}, tick {state.tick} ({seconds:.1f} s), hash {state.hash:07x}"]
    if state.over:
        lines += [f"  {place}. seat {seat}: {points}" for seat, place, points in state.places]
    else:
        lines.append(json.dumps(as_tree(state)))
    return lines


def as_tree(state: State) -> dict[str, object]:
    """A state as nested objects: `racers[2].x` becomes `{"racers": [..., {"x": ...}]}`."""
    root: dict[str, object] = {}
    entities: dict[str, dict[str, object]] = {"": root}
    for path, value in state.fields:
        parent, _, name = path.rpartition(".")
        if name == "count":
            continue
        if parent not in entities:
            entities[parent] = {}
            above, _, part = parent.rpartition(".")
            list_name, bracket, _ = part.partition("[")
            holder = entities.get(above, root)
            if bracket:
                items = holder.setdefault(list_name, [])
                assert isinstance(items, list)
                items.append(entities[parent])
            else:  # such as random.first
                holder[part] = entities[parent]
        entities[parent][name] = value
    return root


def comparison_lines(found: Comparison) -> list[str]:
    """A report at its tick, for a terminal."""
    report = found.report
    client = "the client does not run the rules"
    if report.client_hash is not None:
        client = f"client {report.client_hash:07x}"
    lines = [
        f"report {report.id} of match {report.match}: {found.title}, tick {found.tick} "
        f"({found.tick / found.tick_hz:.1f} s) of {found.last_tick}",
        f"  {report.user_agent or 'browser not named'}",
        f"  hashes: {client}, replay {found.ours.hash:07x}",
    ]
    if report.words:
        lines.insert(1, f"  “{report.words}”")
    if found.problem:
        lines.append(f"  {found.problem}")
    if found.same_at >= 0 and found.same_at != report.tick:
        lines.append(f"  the client's hash is ours of tick {found.same_at}")
    if found.theirs is not None:
        lines.append(f"  {len(found.differing)} fields differ (server ≠ client):")
        lines += [f"    {row.field}: {row.ours} ≠ {row.theirs}" for row in found.differing[:MAX_SHOWN]]
        if len(found.differing) > MAX_SHOWN:
            lines.append(f"    … and {len(found.differing) - MAX_SHOWN} more")
    lines.append(f"  side by side: rumpus replay {report.id} --watch; tick by tick: --step")
    return lines


# --- step by step


def _step(recording: Recording, folder: RulesFolder, process: RulesProcess, start: int | None) -> int:
    process.hold(recording.journal, recording.ticks)
    second = folder.tick_hz
    tick = (recording.report.tick if recording.report else 0) if start is None else start
    print(HELP)
    state, before = _shown(folder, process, recording.ticks, tick)
    for key in _keys():
        word, _, argument = key.partition(" ")
        moves = {"": 1, "b": -1, "f": second, "r": -second, "e": recording.ticks}
        if word == "q":
            break
        if word in moves:
            tick = state.tick + moves[word]
        elif word == "g" and argument.strip().isdecimal():
            tick = int(argument[:12])
        elif word == "a":
            print("\n".join(f"  {line.field}: {line.second}" for line in differences([], state.fields)))
            continue
        else:
            print(HELP)
            continue
        state, before = _shown(folder, process, recording.ticks, tick, before)
    return 0


def _shown(
    folder: RulesFolder, process: RulesProcess, last: int, tick: int, known: State | None = None
) -> tuple[State, State]:
    """Print what the step to a tick has changed; returns its state, twice for the next call."""
    tick = max(0, min(tick, last))
    before = known if known is not None and known.tick == tick - 1 else process.at(tick - 1)
    state = process.at(tick)
    print(f"\ntick {state.tick} of {last} ({state.tick / folder.tick_hz:.2f} s), hash {state.hash:07x}")
    names = {0: "press", 1: "entropy", 2: "join", 3: "leave", 4: "command"}
    for kind, seat, a, b in state.entries:
        print(f"  {names.get(kind, kind)} seat {seat}: {a} {b}".rstrip())
    for name, *arguments in state.events:
        print(f"  event {name} {' '.join(map(str, arguments))}".rstrip())
    if state.raised:
        print(f"  the rules raise {state.raised}")
    if state.tick:
        changes = differences(before.fields, state.fields)
        for one in changes[:MAX_SHOWN]:
            if one.field != "tick":
                print(f"  {one.field}: {one.first} → {one.second}")
        if len(changes) > MAX_SHOWN:
            print(f"  … and {len(changes) - MAX_SHOWN} more")
    sys.stdout.flush()
    return state, state


def _keys() -> Iterator[str]:
    """What a person wants, as words of HELP: single keys of a terminal, or lines."""
    if not sys.stdin.isatty():
        for line in sys.stdin:
            yield line.strip()
        return
    while True:
        with _single_keys():
            key = os.read(sys.stdin.fileno(), 16)
        if key in (b"", b"\x04", b"\x03", b"q"):
            return
        if key == b"g":
            yield f"g {input('go to tick: ')}"
        else:
            yield KEYS.get(key, key.decode(errors="replace"))


@contextmanager
def _single_keys() -> Iterator[None]:
    """The terminal gives each key at once, without showing it."""
    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
