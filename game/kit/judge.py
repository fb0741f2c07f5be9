"""`rumpus check-game`: checks the source, trial matches, their cost, hidden fields, and both interpreters.

`check(game)` needs no server. `LOOKS` lists the checks, one line of the verdict each. A check returns what it
found, raises Fault with the correction, or Unable when this machine lacks what it needs.
"""

import keyword
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from time import monotonic, thread_time

from game.catalogue import line_in, source_of
from game.kit import figures, micropython, pictures, secrecy, soundness
from game.kit.breaches import breaches_in
from game.kit.replayer import THINK_EVERY, thoughts
from game.kit.trials import Fault, Trial, bot_match, nonsense, options_of
from game.kit.verdict import Verdict
from game.protocol.palette import INKS, MUTED, TEXT, contrast
from game.rooms.sources import own_files
from game.rules import BotContext, Button, Controls, Entities, Entity, Game, Ints, Match, Stick, Typed
from game.rules.controls import Control
from game.rules.options import BadOption
from game.rules.snapshot import state_hash
from game.sync.schema import BadSchema, Schema

FIRST = 600
"""Ticks of each match that are looked at one by one; of the rest every seventh is."""
LONGEST_MIN = 30
"""A match of bots that takes longer is not decided by them."""
PATIENCE_S = 12.0
STEP_US = 2000.0
BOTS_US = 4000.0
STATES_BYTES = 1000.0
"""A second down to each player; where browsers run the rules too, for those that cannot."""
CROWD_BYTES = 4000.0
"""The same in a game made for a crowd."""
MOVING_BYTES = 1600.0
"""The same in a game with a stick or a pointer."""
ENTRIES_BYTES = 200.0
"""A second down to each player, of what eight players press."""
MOVING_ENTRIES_BYTES = 400.0
"""The same of eight players who move a stick or a pointer."""
TYPING_BYTES = 250.0
"""A second up from a player who types or draws."""
TYPING_ENTRIES_BYTES = 500.0
"""The same down to each player, where browsers run the rules."""
READABLE = 4.5
"""The least contrast of a text with its ground, as WCAG 2 has it for normal sizes."""
VISIBLE = 3.0
"""The least contrast of a figure with its ground, as WCAG 2 has it."""
LOST = 2
"""The place that all share who have lost a match together, see `Match.lose`."""
MOST_BREACHES = 8
MOST_BUTTONS = 28
LEAST_HZ, MOST_HZ = 1, 60
KEYS = {
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "act": "Space",
    "bomb": "Space",
    "A": "A",
    "B": "B",
    "C": "C",
    "D": "D",
}
"""The names of buttons that have keys of their own, and the first player's key, as in web/src/settings.ts."""
SEED = 20


class Unable(Exception):
    """This machine lacks what a look needs; the text says what, and how to get it."""


class Case:
    """One game under judgement, with the matches that several looks share."""

    def __init__(self, game: Game, path: Path) -> None:
        self.game = game
        self.path = path
        self.matches: list[Trial] = []
        self.ticks_watched = 0

    def watch(self, m: Match) -> None:
        """Look at the state after a tick. Raises Fault."""
        if m.tick > FIRST and m.tick % 7:
            return
        self.ticks_watched += 1
        try:
            soundness.check_ranges(m.state, "state")
            soundness.check_events(m)
            if m.game.sleeps and not m.over:
                soundness.check_turn(m)
        except Fault as fault:
            raise Fault(f"at tick {m.tick}, {len(m.seats)} seats: {fault}") from None

    def numbers(self) -> list[int]:
        """The fewest seats, and the most."""
        return sorted(set(self.game.seats))


def check(game: Game, path: Path | None = None, only: str = "") -> Verdict:
    """Judge a game.

    Args:
        game: the game.
        path: its file or the folder of its package; None: found by its class.
        only: the name of the one look that is wanted, besides those that it needs; "": all.

    Returns:
        What each look found.
    """
    source = path or Path(source_of(game))
    fewest, most = game.seats
    seats = f"{most}" if fewest == most else f"{fewest}–{most}"
    head = f"{game.title} ({game.name}), {seats} seats, {game.tick_hz} Hz, {game.replication}"
    verdict = Verdict(game.name, head)
    case = Case(game, source)
    with redirect_stdout(Discarded()):  # a print() in step would bury the verdict; its line is named
        for about, look in LOOKS:
            if only not in ("", about) and look not in NEEDED:
                continue
            try:
                verdict.add(about, "ok", look(case))
            except Unable as reason:
                verdict.add(about, "skip", str(reason))
            except Exception as error:  # noqa: BLE001 (a game may raise anything)
                verdict.add(about, "FAIL", error_line(error, source))
                if look in NEEDED:
                    break
    return verdict


class Discarded(StringIO):
    """Takes what a game prints and keeps nothing."""

    def write(self, text: str) -> int:
        """Drop a text; returns its length."""
        return len(text)


def error_line(error: Exception, source: Path) -> str:
    """An error as one line: a fault's own words, else where in the game's file it came from."""
    if isinstance(error, (Fault, BadSchema)):
        return str(error)
    place = line_in(error, source)
    return f"{place}: {type(error).__name__}: {error}" if place else f"{type(error).__name__}: {error}"


def _source(case: Case) -> str:
    found = breaches_in(case.path)
    if found:
        lines = [breach.describe(file.name) for file, breach in found[:MOST_BREACHES]]
        if len(found) > MOST_BREACHES:
            lines.append(f"and {len(found) - MOST_BREACHES} more")
        raise Fault("\n".join(lines))
    files = own_files(type(case.game))
    count = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
    return f"{count} lines, no breach" if len(files) == 1 else f"{len(files)} files, {count} lines, no breach"


def _declared(case: Case) -> str:
    game = case.game
    check_declared(game)
    place = case.path.parent if case.path.name == "__init__.py" else case.path
    if game.name != (place.stem if place.suffix == ".py" else place.name):
        raise Fault(f"the game is named {game.name} and its file {place.name}: a server loads {game.name}.py")
    return f"{len(game.options.fields)} options, {len(game.presets)} presets, {len(game.events)} events"


def check_declared(game: Game) -> None:
    """Check what a game declares, without playing it.

    Raises:
        Fault: a declaration is missing or out of its range; the text says what to write.
        BadSchema: the state cannot be sent.
    """
    for method in ("start", "step"):
        if getattr(type(game), method) is getattr(Game, method):
            parameters = "self, m" if method == "start" else "self, m, inputs"
            raise Fault(f"{type(game).__name__} has no {method}; write `def {method}({parameters}):`")
    _check_kinds(game)
    _check_values(game)
    if game.controls is None:
        _check_buttons(game.buttons)
    else:
        _check_controls(game, game.controls)
    _check_texts(game)
    for name, changes in game.presets:
        try:
            options_of(game, changes)
        except BadOption as error:
            raise Fault(f"preset {name}: {error}") from None
    Schema.of(game)


TUPLES = (
    "buttons",
    "button_docs",
    "presets",
    "bot_styles",
    "events",
    "awards",
    "teasing",
    "picture",
    "commands",
)
"""What a game declares as a tuple."""


def _check_kinds(game: Game) -> None:
    """Check that the root is declared, and that what is a tuple is one. Raises Fault."""
    if game.State is Entity:
        raise Fault(f"{type(game).__name__} has no State; write `State = ` and the class of the root entity")
    for name in TUPLES:
        if not isinstance(getattr(game, name), tuple | list):
            raise Fault(f"{name} is no tuple; a tuple of one thing has a comma: `{name} = (…,)`")


def _check_sleep(game: Game) -> None:
    """Check what a game says about turns that wait. Raises Fault."""
    kind = type(game).__name__
    if game.sleeps and type(game).turn is Game.turn:
        raise Fault(
            f"{kind} sleeps and has no turn; write `def turn(self, m):` with the seats that have to act"
        )
    if not game.turn_hours:
        return
    names = [field.name for field in game.options.fields]
    if game.turn_hours not in names:
        known = ", ".join(names) or "none"
        raise Fault(f"turn_hours is {game.turn_hours!r}, and there is no such option; there are {known}")
    if type(game).time_up is Game.time_up:
        raise Fault(f"{kind} has turn_hours and no time_up; write `def time_up(self, m, seat):`")


def _check_values(game: Game) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", game.name):
        raise Fault(f"name is {game.name!r}; write lower-case letters, digits, underscores")
    if not game.title:
        raise Fault("title is empty; people read it")
    if not 1 <= game.seats[0] <= game.seats[1]:
        raise Fault(f"seats is {game.seats}; write the fewest and the most")
    if game.replication not in ("events", "delta"):
        raise Fault(f'replication is {game.replication!r}; write "events" or "delta"')
    if type(game.tick_hz) is not int or not LEAST_HZ <= game.tick_hz <= MOST_HZ:
        raise Fault(f"tick_hz is {game.tick_hz!r}; write a whole number from {LEAST_HZ} to {MOST_HZ}")
    if game.controls is None and not 1 <= len(game.buttons) <= MOST_BUTTONS:
        raise Fault(f"there are {len(game.buttons)} buttons; a game has 1 to {MOST_BUTTONS}")
    _check_teams(game)
    _check_sleep(game)
    if not game.bot_styles:
        raise Fault("bot_styles is empty; a bot needs at least one")
    _check_look(game)


def _check_teams(game: Game) -> None:
    """Check that the option of the number of teams exists and can ask for two. Raises Fault."""
    if not game.team_option:
        return
    found = [field for field in game.options.fields if field.name == game.team_option]
    if not found:
        names = ", ".join(field.name for field in game.options.fields) or "none"
        raise Fault(f"team_option is {game.team_option!r}, and there is no such option; there are {names}")
    asked = found[0].names or (str(found[0].high),)
    if not any(text.isdigit() and int(text) > 1 for text in asked):
        raise Fault(
            f"the option {game.team_option} holds the number of teams and never asks for two: write "
            f'{game.team_option}=Int(0, 0, 2), or a Choice of numbers such as Choice("0", "2")'
        )


def _check_look(game: Game) -> None:
    """Check that the game's colours can be told apart, and that texts and players are seen on its ground."""
    for attribute, colour in (("accent", game.accent), ("ground", game.ground)):
        if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
            raise Fault(f"{attribute} is {colour!r}; write a colour as #RRGGBB")
    for what, colour, least in (
        ("text", TEXT, READABLE),
        ("small text", MUTED, READABLE),
        ("accent", game.accent, READABLE),
        *((f"player {number}", ink.colour, VISIBLE) for number, ink in enumerate(INKS, 1)),
    ):
        found = contrast(colour, game.ground)
        if found < least:
            raise Fault(
                f"{what} {colour} on ground {game.ground} has a contrast of {found:.1f}, less than {least}; "
                f"make {'accent lighter or ' if what == 'accent' else ''}ground darker"
            )
    if type(game.minutes) is not int or game.minutes < 0:
        raise Fault(f"minutes is {game.minutes!r}; write a whole number, or 0 if it is not known")


def _check_texts(game: Game) -> None:
    """Check that documentation texts fit what they document, and that names of events are unique."""
    for attribute, named, docs in (
        ("button_docs", game.buttons, game.button_docs),
        ("command_docs", game.commands, game.command_docs),
    ):
        if docs and len(docs) != len(named):
            raise Fault(
                f"{attribute} has {len(docs)} texts; write one for each of {', '.join(named) or 'none'}"
            )
    names = [event.name for event in game.events]
    if len(set(names)) < len(names):
        raise Fault("two events have the same name")


def _check_buttons(buttons: tuple[str, ...]) -> None:
    """Every button must have a key of its own. Raises Fault."""
    owner: dict[str, str] = {}
    for name in buttons:
        key = KEYS.get(name) or name[:1].upper()
        if not "A" <= key[:1] <= "Z" and name not in KEYS:
            raise Fault(f"a button is named {name!r}; begin the name with a letter, which becomes its key")
        if key in owner:
            raise Fault(
                f"the buttons {owner[key]!r} and {name!r} have the same key ({key}); rename one: the names "
                f"{', '.join(KEYS)} have keys of their own, any other name has its first letter"
            )
        owner[key] = name


STICK_KEYS = {
    "WASD": ("KeyW", "KeyA", "KeyS", "KeyD"),
    "arrows": ("ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"),
}
"""The keys' codes of the short forms of `Stick.keys`."""


def _check_controls(game: Game, controls: Controls) -> None:
    """Names must not meet, keys must be different, and fields must exist. Raises Fault."""
    if not controls.all:
        raise Fault("controls is empty; a game has at least one")
    attributes: dict[str, str] = {}
    keys: dict[str, str] = {}
    for control in controls.all:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", control.name):
            raise Fault(f"a control is named {control.name!r}; write lower-case letters, digits, underscores")
        if keyword.iskeyword(control.name):
            raise Fault(f"a control is named {control.name!r}, which is a word of Python; rename it")
        for name in _attributes(control):
            if name in attributes:
                raise Fault(
                    f"the controls {attributes[name]} and {control.name} both give inputs[seat].{name}"
                )
            attributes[name] = control.name
        for key in _keys(control):
            if key in keys:
                raise Fault(f"the controls {keys[key]} and {control.name} have the same key ({key})")
            keys[key] = control.name
        _check_control_fields(game, control)


def _attributes(control: Control) -> list[str]:
    """The attributes of `SeatInput` that a control has."""
    if isinstance(control, Button):
        return [control.name, f"{control.name}_pressed", f"{control.name}_released"]
    return [control.name, f"{control.name}_live"] if isinstance(control, Typed) else [control.name]


def _keys(control: Control) -> list[str]:
    """The keys' codes that a control names."""
    if isinstance(control, Button):
        key = str(control.place["key"])
        return [key] if key else []
    if isinstance(control, Stick):
        keys = str(control.place["keys"])
        found = list(STICK_KEYS.get(keys, keys.split()))
        if found and len(found) != len(STICK_KEYS["WASD"]):
            raise Fault(f'{control.name}: keys is {keys!r}; write "WASD", "arrows" or four codes')
        return found
    return []


def _check_control_fields(game: Game, control: Control) -> None:
    fields = game.State.declared
    if control.only and control.only not in fields:
        raise Fault(f"{control.name}: only is {control.only!r}, and the root has no such field")
    of = str(control.place.get("of", ""))
    if of and not _is_list(game, of):
        raise Fault(f"{control.name}: of is {of!r}, and neither the root nor a list of it has such a list")


def _is_list(game: Game, name: str) -> bool:
    """Whether the root, or an entity in one of its lists, has a list of this name."""
    kinds = [game.State, *(field.of for field in game.State.fields if isinstance(field, Entities))]
    return any(isinstance(kind.declared.get(name), Entities | Ints) for kind in kinds)


def _matches(case: Case) -> str:
    """Play whole matches; they serve the other looks as well."""
    game = case.game
    lasting = []
    begun = thread_time()

    def watch(m: Match) -> None:
        case.watch(m)
        if thread_time() - begun > PATIENCE_S:
            minutes = m.tick / game.tick_hz / 60
            raise Unable(
                f"{len(m.seats)} seats: undecided after {minutes:.0f} minutes of play; no time for more"
            )

    for seats in case.numbers():
        most = LONGEST_MIN * 60 * game.tick_hz

        trial = bot_match(game, range(seats), SEED + seats, ticks=most, watch=watch)
        case.matches.append(trial)
        if not trial.over:
            raise Fault(f"{seats} seats: bots have not decided a match after {LONGEST_MIN} minutes of play")
        lasting.append(f"{seats} seats: {_span(trial.ticks / game.tick_hz)}")
    for m in (trial.until(trial.ticks) for trial in case.matches):
        _check_ranking(m)
    return "bots decide a match; " + ", ".join(lasting)


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def _check_ranking(m: Match) -> None:
    ranked = sorted(place.seat for place in m.places)
    if ranked != sorted(m.seats):
        raise Fault(f"the ranking names the seats {ranked}; those that played are {sorted(m.seats)}")
    places = {place.place for place in m.places}
    if 1 not in places and places != {LOST}:
        raise Fault("nobody has place 1; use m.rank([(seat, points), …]), m.win() or m.lose()")
    for row in m.game.rounds(m):
        if any(type(points) is not int for points in row):
            raise Fault(f"rounds() tells {row}; points are ints")


def _presets(case: Case) -> str:
    game = case.game
    seats = (game.seats[0] + game.seats[1]) // 2
    for k, (name, changes) in enumerate(game.presets):
        try:
            bot_match(game, range(seats), SEED + k, ticks=300, changes=changes, watch=case.watch)
        except Fault as fault:
            raise Fault(f"preset {name}: {fault}") from None
    # Bots that come and go: what a player left behind is still there when the seat is taken again.
    most = game.seats[1]
    ticks = max(FIRST // 4, min(FIRST * 3, FIRST * 24 // most))  # a crowd costs more a tick
    for k in range(3):
        bot_match(game, range(most), SEED + k, ticks=ticks, watch=case.watch, come_and_go=True)
    for k in range(3):
        trial = nonsense(game, SEED + k, ticks=FIRST, watch=case.watch)
        case.matches.append(trial)
    return f"every value in its range, {case.ticks_watched} ticks, with nonsense pressed and seats left too"


def _tables(case: Case) -> str:
    for trial in case.matches:
        growth = None
        for m in trial.replay():
            if growth is None:
                growth = soundness.Growth(m)
            else:
                growth.look(m)
            if m.tick >= FIRST:
                break
    return "tables only grow, tracks record what they must"


def _bots(case: Case) -> str:
    """A bot decides alone and changes nothing."""
    count = 0
    for trial in case.matches[:2]:
        for m in trial.replay():
            if m.tick % 50 or m.over:
                continue
            before = state_hash(m)
            for seat in m.seats:
                for style in range(len(case.game.bot_styles)):
                    case.game.bot(m, BotContext(seat, 1 + count % 5, style, count, case.game.controls))
                    count += 1
            if state_hash(m) != before:
                raise Fault(
                    f"bot() changes the match at tick {m.tick}; it may only look at m, and use bot.rng"
                )
            if m.tick > FIRST:
                break
    return f"{count} decisions, none of which changed the match"


def _sync(case: Case) -> str:
    count = sum(soundness.check_sync(trial, FIRST * 4, 2 + k) for k, trial in enumerate(case.matches))
    return f"{count} ticks taken back and run again: equal"


def _restored(case: Case) -> str:
    count = 0
    for trial in case.matches:
        for part in (0, 1, 3):
            soundness.check_restored(trial, min(trial.ticks, FIRST * 2) * part // 4, 90)
            count += 1
    return f"packed and restored {count} times: goes on equal"


def _times(case: Case) -> str:
    seats = case.game.seats[1]
    found = figures.times(case.game, seats, SEED, 900)
    figure = f"{seats} seats: {found.step_mean:.0f} µs a tick, p99 {found.step_p99:.0f}"
    figure += f"; bots {found.bots_mean:.0f} µs"
    if found.step_mean > STEP_US:
        raise Fault(f"{figure}; a step may take {STEP_US:.0f} µs")
    if found.bots_mean > BOTS_US:
        raise Fault(
            f"{figure}; bots may take {BOTS_US:.0f} µs: decide every few ticks, return bot.buttons between"
        )
    return figure


def _bandwidth(case: Case) -> str:
    game = case.game
    seats = game.seats[1]
    found = figures.bandwidth(game, seats, SEED, 60 * game.tick_hz)
    states = found.delta + found.private
    moving = game.controls is not None and any(control.held for control in game.controls.others)
    figure = f"{seats} seats, bytes a second down: states {states:.0f}"
    if game.replication == "events":
        figure += f", entries {found.entries:.0f}"
        allowed = (MOVING_ENTRIES_BYTES if moving else ENTRIES_BYTES) * max(1, seats / 8)
        if found.entries > allowed:
            raise Fault(
                f"{figure}; entries may take {allowed:.0f}: bots press or move something else too often; "
                "let them decide every few ticks"
            )
    most = CROWD_BYTES if game.crowd else MOVING_BYTES if moving else STATES_BYTES
    if states > most:
        cure = "let fewer fields change a tick, see=NOBODY what nobody draws, Fixed(…, wire=0)"
        raise Fault(f"{figure}; states may take {most:.0f}: {cure}")
    return figure


def _controls(case: Case) -> str:
    """What each control costs while a player uses it steadily."""
    game = case.game
    if game.controls is None:
        return f"{len(game.buttons)} buttons, no other controls"
    lines = []
    for control in game.controls.others:
        found = figures.control_cost(game, control)
        down = f", {found.down:.0f} down to each player" if game.replication == "events" else ""
        figure = f"{control.name} {found.up:.0f} up{down}"
        lines.append(figure)
        if control.held:
            continue  # clients send these less often when they cost too much
        shorter = "fewer chars, or live=False" if isinstance(control, Typed) else "a smaller sheet"
        if found.up > TYPING_BYTES:
            raise Fault(f"bytes a second of {figure}; {TYPING_BYTES:.0f} up are allowed: {shorter}")
        if game.replication == "events" and found.down > TYPING_ENTRIES_BYTES:
            raise Fault(
                f"bytes a second of {figure}; {TYPING_ENTRIES_BYTES:.0f} down are allowed: {shorter}, or "
                'replication = "delta"'
            )
    return "in steady use, bytes a second: " + "; ".join(lines) if lines else "buttons alone"


def _hidden(case: Case) -> str:
    game = case.game
    fields = list(secrecy.hidden_fields(game.State))
    typed = secrecy.describe_typed(game, case.matches)
    if secrecy.hides(game) and game.replication == "events":
        names = ", ".join(f"{of.__name__}.{field.name}" for of, field in fields)
        raise Fault(f'{names}: with replication "events" every browser holds the whole state; write "delta"')
    if not fields:
        return f"nothing is hidden{typed}"
    count = sum(secrecy.check_secrecy(trial, max(30, trial.ticks // 8)) for trial in case.matches[:4])
    if count == 0:
        raise Fault(f"{len(fields)} fields are hidden, but no match ever held a value of them")
    return f"{len(fields)} hidden fields: {count} values exchanged, nobody else's frame changed{typed}"


def _picture(case: Case) -> str:
    parts = pictures.check_picture(case.game)
    if not parts:
        return "none declared: what has x and y is drawn as it is"
    filled = pictures.upright_percent(case.game)
    if filled >= pictures.ENOUGH_PERCENT:
        return f"{parts} parts"
    return (
        f"{parts} parts; they fill {filled} % of an upright phone: World takes `turnable` and `upright`, and "
        "a Camera fills it"
    )


def _parity(case: Case) -> str:
    reason = micropython.missing()
    if reason:
        raise Unable(f"not compared with browsers: {reason}")
    ticks = 0
    # What no browser ever runs is looked at as well, so that it stays fit for it, but not for as long.
    first = FIRST if case.game.replication == "events" else FIRST // 5
    begun = monotonic()
    with micropython.MicroPython([case.game]) as python:
        for trial in case.matches:
            python.send(trial.line(first))
            hashes, buttons = python.replayed()
            _check_equal(trial, hashes, buttons)
            ticks += min(first, trial.ticks)
    return f"{ticks} ticks equal under MicroPython, {1e6 * (monotonic() - begun) / max(1, ticks):.0f} µs each"


def _check_equal(trial: Trial, hashes: list[int], buttons: list[int]) -> None:
    m = trial.begin()
    thought: list[int] = []
    for there in hashes:
        if state_hash(m) != there:
            raise Fault(
                f"{trial.describe()}: tick {m.tick} is another one under MicroPython:"
                " an order of equals, a dict, a set, or a number beyond 30 bits?"
            )
        if m.tick % THINK_EVERY == 0 and not (m.tick and m.over):
            thought += thoughts(m)
            if buttons[: len(thought)] != thought:
                raise Fault(f"{trial.describe()}: bots decide otherwise under MicroPython at tick {m.tick}")
        trial.step(m)


LOOKS: tuple[tuple[str, Callable[[Case], str]], ...] = (
    ("source", _source),
    ("declared", _declared),
    ("matches", _matches),
    ("ranges", _presets),
    ("tables", _tables),
    ("bots", _bots),
    ("taken back", _sync),
    ("restored", _restored),
    ("time", _times),
    ("bandwidth", _bandwidth),
    ("controls", _controls),
    ("hidden", _hidden),
    ("picture", _picture),
    ("MicroPython", _parity),
)
"""What is looked at, in order."""
NEEDED = (_declared, _matches, _presets)
"""Where one of these fails, the rest would only repeat it."""
