"""What every game can be tested with: matches of bots, recorded; states checked against their declaration.

Nothing here knows a particular game.
"""

import importlib
import json
import pkgutil
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hypothesis import strategies as st

from game import games as games_in_the_box
from game.rules import BOT_PLAYS, COMMAND, ENTROPY, JOIN, LEAVE, PRESS, Auto, BotContext, Entity, Game, Match
from game.rules.fields import Entities, Grid, Ints, Scalar, Series, Text, Track
from game.rules.snapshot import dump, load, state_hash

Entry = tuple[int, int, int, int]
ENTROPY_EVERY = 30
"""Ticks between two secret words, as the server feeds them."""
MOST_TABLE = 1 << 29
MOST_PLAYERS = 12
"""In matches of random presses: a hundred would find nothing more, and ten times as slowly."""


@dataclass
class Journal:
    """All that a match was made from: its set-up and the entries of each tick that had any."""

    game: Game
    chosen: list[int]
    seats: list[int]
    teams: list[int]
    seed: int
    ticks: int = 0
    entries: list[tuple[int, list[Entry]]] = field(default_factory=list)
    hashes: list[int] = field(default_factory=list)
    """The state's hash at tick 0 and after each tick."""
    happened: list[tuple[int, ...]] = field(default_factory=list)
    """The tick and the tuple of every event."""

    def begin(self) -> Match:
        """The match at tick 0."""
        m = Match(self.game, self.chosen, self.seats, self.teams, self.seed)
        m.begin()
        return m

    def at(self) -> dict[int, list[Entry]]:
        """The entries by tick."""
        return dict(self.entries)

    def line(self) -> str:
        """The journal as a line of JSON for another interpreter."""
        return json.dumps(
            {
                "game": self.game.name,
                "chosen": self.chosen,
                "seats": self.seats,
                "teams": self.teams,
                "seed": self.seed,
                "ticks": self.ticks,
                "entries": self.entries,
            },
            separators=(",", ":"),
        )

    def emitted(self, name: str) -> list[tuple[int, ...]]:
        """(tick, *arguments) of each event of this name."""
        kind = [event.name for event in self.game.events].index(name)
        return [(tick, *args) for tick, found, *args in self.happened if found == kind]


def all_games() -> list[Game]:
    """One of each game in the box."""
    found = []
    for info in pkgutil.iter_modules(games_in_the_box.__path__):
        module = importlib.import_module(f"game.games.{info.name}")
        found += [
            value()
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Game) and value.name == info.name
        ]
    return found


def choose(game: Game, **changes: object) -> list[int]:
    """The game's options with some changed, as a match takes them."""
    return game.options.merge(game.options.defaults(), changes)


def bot_match(  # noqa: C901 (one loop, with what each kind of test wants of it)
    game: Game,
    seats: Iterable[int],
    seed: int,
    *,
    ticks: int,
    options: Mapping[str, object] | None = None,
    teams: Iterable[int] = (),
    levels: Iterable[int] = (2,),
    come_and_go: bool = False,
    hashed: bool = True,
    people: Mapping[int, int] | None = None,
) -> Journal:
    """Let bots play a match, of `ticks` at most, and write it down.

    `levels` are handed out to the seats in turn. With `come_and_go` seats are left and taken as well. The
    seats in `people` are persons' who hold these buttons for the whole match; the journal says that the
    others are bots then.
    """
    chance = random.Random(seed)
    journal = Journal(game, choose(game, **(options or {})), list(seats), list(teams), seed & 0xFFFFFFF)
    m = journal.begin()
    ladder = list(levels)
    bots = [
        BotContext(
            seat, ladder[k % len(ladder)], k % len(game.bot_styles), chance.randrange(1 << 28), game.controls
        )
        for k, seat in enumerate(journal.seats)
        if seat not in (people or ())
    ]
    if hashed:
        journal.hashes.append(state_hash(m))
    while not m.over and journal.ticks < ticks:
        entries: list[Entry] = []
        if m.tick % ENTROPY_EVERY == 0:
            entries.append((ENTROPY, 0, chance.randrange(1 << 28), 0))
        if people is not None and m.tick == 0:
            entries += _who_plays(journal.seats, people)
        if come_and_go and chance.random() < 0.004:
            entries.append(_come_or_go(game, m, chance))
        for bot in bots:
            if bot.seat not in m.seats:
                continue
            bot.buttons = buttons = game.bot(m, bot)
            if buttons != m.inputs[bot.seat] or bot.changes:
                entries += m.bot_entries(bot, buttons)
        if entries:
            journal.entries.append((m.tick, entries))
        m.step(entries)
        journal.ticks += 1
        journal.happened += [(m.tick, *happened) for happened in m.happened]
        if hashed:
            journal.hashes.append(state_hash(m))
    return journal


def _who_plays(seats: list[int], people: Mapping[int, int]) -> list[Entry]:
    bots: list[Entry] = [(COMMAND, seat, BOT_PLAYS, 1) for seat in seats if seat not in people]
    return bots + [(PRESS, seat, buttons, 0) for seat, buttons in people.items()]


def _come_or_go(game: Game, m: Match, chance: random.Random) -> Entry:
    absent = [seat for seat in range(game.seats[1]) if seat not in m.seats]
    if absent and (len(m.seats) <= 2 or chance.random() < 0.5):
        seat = chance.choice(absent)
        return (JOIN, seat, m.teams[seat], 0)
    return (LEAVE, chance.choice(m.seats), 0, 0)


def steps(m: Match, count: int, **presses: int) -> list[tuple[int, ...]]:
    """Step `count` ticks with buttons held from now on (`s0=LEFT` for seat 0); all that happened."""
    entries: list[Entry] = [(PRESS, int(seat[1:]), buttons, 0) for seat, buttons in presses.items()]
    happened: list[tuple[int, ...]] = []
    for _ in range(count):
        m.step(entries)
        entries = []
        happened += m.happened
    return happened


def events_named(game: Game, happened: list[tuple[int, ...]], name: str) -> list[tuple[int, ...]]:
    """The arguments of the events of a name."""
    kind = [event.name for event in game.events].index(name)
    return [tuple(args) for found, *args in happened if found == kind]


def replay(journal: Journal, m: Match | None = None) -> Iterator[Match]:
    """The match after each tick of the journal, from its beginning or from where `m` is."""
    entries = journal.at()
    m = m or journal.begin()
    while m.tick < journal.ticks:
        m.step(entries.get(m.tick, []))
        yield m


def check_sync(journal: Journal, back: int = 3) -> None:
    """Run the journal such that every tick is stepped, taken back up to `back` ticks and stepped again.

    Before that the match runs ahead from every tick, as in a client that knows no inputs yet.
    """
    entries = journal.at()
    m = journal.begin()
    assert state_hash(m) == journal.hashes[0]
    while m.tick < journal.ticks:
        start = m.tick
        mark = m.mark()
        m.ahead = True
        for _ in range(back):
            m.step([])
        m.rewind(mark)
        for _ in range(2):
            for tick in range(start, min(start + back, journal.ticks)):
                m.step(entries.get(tick, []))
                assert state_hash(m) == journal.hashes[m.tick], f"tick {m.tick} differs after a rewind"
            m.rewind(mark)
            assert state_hash(m) == journal.hashes[start], f"a rewind does not lead back to tick {start}"
        m.step(entries.get(start, []))


def check_restore(journal: Journal, at: int, ticks: int = 120) -> None:
    """A match that is packed at tick `at` and restored goes on exactly as the one that was not."""
    entries = journal.at()
    m = journal.begin()
    while m.tick < at:
        m.step(entries.get(m.tick, []))
    data = dump(m)
    restored = load(journal.game, data)
    assert dump(restored) == data
    while restored.tick < min(at + ticks, journal.ticks):
        restored.step(entries.get(restored.tick, []))
        assert state_hash(restored) == journal.hashes[restored.tick], f"tick {restored.tick} differs"


def check_ranges(entity: Entity, where: str = "state") -> None:
    """Every value of the entity, and of all within it, is of the declared type and range."""
    for declared in entity.fields:
        value = getattr(entity, declared.name)
        name = f"{where}.{declared.name}"
        if isinstance(declared, Scalar):
            assert type(value) is int, f"{name} is {value!r}"
            assert declared.low <= value <= declared.high, f"{name} is {value}"
        elif isinstance(declared, Text):
            assert len(value) <= declared.max, name
        elif isinstance(declared, Ints):
            assert len(value) <= declared.max, name
            for number in value:
                assert type(number) is int, name
                assert declared.low <= number <= declared.high, f"{name} holds {number}"
        elif isinstance(declared, Series):
            assert len(value) % len(declared.columns) == 0, name
            for number in value[-len(declared.columns) :]:
                assert type(number) is int, name
                assert -MOST_TABLE <= number < MOST_TABLE, f"{name} holds {number}"
        elif isinstance(declared, Grid):
            assert len(value) % max(1, getattr(entity, declared.width)) == 0, name
            assert max(value, default=0) <= declared.high, name
        else:
            assert isinstance(declared, Entities)
            assert len(value) <= declared.max, name
            ids = [one.id for one in value]
            assert ids == sorted(set(ids)), f"{name} has the ids {ids}"
            for one in value:
                assert type(one) is declared.of, name
                check_ranges(one, f"{name}[{one.id}]")


Tables = dict[tuple[object, ...], list[int]]


def tables(entity: Entity, where: tuple[object, ...] = ()) -> Tables:
    """A copy of every series within an entity, by its place."""
    found: Tables = {}
    for declared in entity.fields:
        value = getattr(entity, declared.name)
        if isinstance(declared, Series):
            found[(*where, declared.name)] = list(value)
        elif isinstance(declared, Entities):
            for one in value:
                found.update(tables(one, (*where, declared.name, one.id)))
    return found


def check_tables(before: Tables, entity: Entity, where: tuple[object, ...] = ()) -> None:
    """Since `before` rows were appended, or tables emptied or cut; tracks recorded just what they must."""
    for declared in entity.fields:
        value = getattr(entity, declared.name)
        if isinstance(declared, Entities):
            for one in value:
                check_tables(before, one, (*where, declared.name, one.id))
        if not isinstance(declared, Series):
            continue
        place = (*where, declared.name)
        old = before.get(place, [])
        width = len(declared.columns)
        kept = len(old) if value[: len(old)] == old else _slid(value, old, width)
        assert kept or len(value) <= width, f"{place}: a row was changed in place"
        if isinstance(declared, Track):
            if getattr(entity, declared.when):
                row = [getattr(entity, column) for column in declared.columns]
                assert value[kept:] == row, f"{place} recorded {value[kept:]}, the fields are {row}"
            else:
                assert len(value) in (kept, 0), f"{place} recorded a row while {declared.when} was off"


def _slid(value: list[int], old: list[int], width: int) -> int:
    """How much of a table was there before, if it was cut at its front and gained a row at most; else 0."""
    for kept in (len(value), len(value) - width):
        if 0 < kept < len(old) and old[-kept:] == value[:kept]:
            return kept
    return 0


def option_values(game: Game) -> st.SearchStrategy[list[int]]:
    """Any options within their limits."""
    columns = []
    for declared in game.options.fields:
        if isinstance(declared, Auto):
            columns.append(st.one_of(st.just(0), st.integers(declared.least, declared.high)))
        else:
            columns.append(st.integers(declared.low, declared.high))
    return st.tuples(*columns).map(list)


@st.composite
def journals(draw: st.DrawFn, game: Game, most_ticks: int = 400) -> Journal:
    """Random presses, and players who come and go, in a match of random options; rarely sensible play."""
    fewest, most = game.seats
    players = draw(st.integers(fewest, min(most, MOST_PLAYERS)))
    teams = draw(st.sampled_from([0, 0, 2, 4]))
    journal = Journal(
        game,
        draw(option_values(game)),
        list(range(players)),
        [seat % teams + 1 if teams else 0 for seat in range(game.seats[1])],
        draw(st.integers(0, (1 << 28) - 1)),
        ticks=draw(st.integers(1, most_ticks)),
    )
    # A seed, not a draw for each press: thousands of draws are slow to make and slower to shrink.
    chance = random.Random(draw(st.integers(0, 1 << 32)))
    ease = draw(st.sampled_from([5, 20, 80]))
    restless = draw(st.sampled_from([0.0, 0.02]))
    seated = set(journal.seats)
    for tick in range(journal.ticks):
        entries: list[Entry] = []
        if tick % ENTROPY_EVERY == 0:
            entries.append((ENTROPY, 0, chance.randrange(1 << 28), 0))
        if chance.random() < restless:
            seat = chance.randrange(players)
            if seat not in seated:
                seated.add(seat)
                entries.append((JOIN, seat, journal.teams[seat] if journal.teams else 0, 0))
            elif len(seated) > fewest:
                seated.remove(seat)
                entries.append((LEAVE, seat, 0, 0))
        entries += [
            (PRESS, seat, chance.randrange(1 << len(game.buttons)), 0)
            for seat in sorted(seated)
            if chance.randrange(ease) == 0
        ]
        if entries:
            journal.entries.append((tick, entries))
    start = journal.begin()
    journal.hashes.append(state_hash(start))
    journal.hashes += [state_hash(m) for m in replay(journal, start)]
    return journal
