"""Two small games, whole but quickly over, for tests of what stands around a game."""

from typing import Any

from game.rules import (
    Auto,
    BotContext,
    Choice,
    Count,
    Entities,
    Entity,
    Event,
    Game,
    Int,
    Match,
    Options,
    Place,
    Subset,
)


class Runner(Entity):
    steps = Count(max=1 << 20)
    held = Int(0, 0, 3)
    team = Int(0, 0, 4)
    luck = Int()


class Track(Entity):
    left = Count(max=1 << 20)
    words = Int(0)
    runners = Entities(Runner, 8)


class Dash(Game):
    """A player who holds a button runs; after `ticks` ticks the one who ran most has won."""

    name = "dash"
    title = "Dash"
    seats = (2, 4)
    buttons = ("run", "jump")
    options = Options(
        ticks=Int(60, 1, 100_000),
        teams=Choice("none", "2", "3"),
        target=Auto(3, 100),
        extras=Subset("wind", "rain"),
    )
    presets: tuple[tuple[str, dict[str, Any]], ...] = (
        ("Classic", {}),
        ("Short", {"ticks": 3}),
        ("Teams", {"teams": "2"}),
        ("Endless", {"ticks": 100_000}),
    )
    bot_styles: tuple[str, ...] = ("Hare", "Tortoise")
    events = (Event("stride", "seat"), Event("ordered", "verb", "value"))
    awards = ("luckiest",)
    team_option = "teams"
    commands: tuple[str, ...] = ("hurry", "wait")
    State = Track

    def start(self, m: Match) -> None:
        m.state.left = m.options.ticks
        for seat in m.seats:
            m.state.runners.append(Runner(seat, team=m.teams[seat]))

    def step(self, m: Match, inputs: list[int]) -> None:
        for runner in m.state.runners:
            runner.held = inputs[runner.id]
            if inputs[runner.id] & 1:
                runner.steps += 1
                m.emit("stride", runner.id)
            runner.luck = m.rng.below(1 << 20)
        m.state.left -= 1
        if m.state.left == 0:
            ranking = sorted(m.state.runners, key=lambda runner: (-runner.steps, runner.id))
            m.finish([Place(runner.id, k + 1, runner.steps) for k, runner in enumerate(ranking)])
            if ranking:
                m.award("luckiest", ranking[0].id, ranking[0].luck)

    def stop(self, m: Match) -> None:
        m.award_most("luckiest", [(runner.id, runner.steps) for runner in m.state.runners])
        m.rank([(runner.id, runner.steps) for runner in m.state.runners])

    def join(self, m: Match, seat: int) -> None:
        self.leave(m, seat)
        m.state.runners.append(Runner(seat, team=m.teams[seat]))
        m.state.runners.sort(key=lambda runner: runner.id)

    def leave(self, m: Match, seat: int) -> None:
        m.state.runners = [runner for runner in m.state.runners if runner.id != seat]

    def command(self, m: Match, seat: int, verb: int, value: int) -> None:
        m.state.words += 1
        m.emit("ordered", verb, value)

    def bot(self, m: Match, bot: BotContext) -> int:
        return 1 if bot.rng.below(10) < 2 * bot.level else 0


class Duel(Dash):
    """The same for exactly two, without options that matter."""

    name = "duel"
    title = "Duel"
    seats = (2, 2)
    presets = ()
    bot_styles = ("Second",)
    events = (Event("stride", "seat"), Event("ordered", "verb", "value"))
    commands = ()


class Broken(Dash):
    """A game whose rules fail in their third step."""

    name = "broken"
    title = "Broken"
    presets = (("Classic", {}),)

    def step(self, m: Match, inputs: list[int]) -> None:
        if m.tick == 3:
            raise ZeroDivisionError("the author's mistake")
        super().step(m, inputs)
