"""A party for tests: a match of All Thumbs with the round that a test wants."""

from game.games.thumbs import Thumbs
from game.games.thumbs.party import Player
from game.games.thumbs.tuning import ARM, BOARD, END, INTRO, KINDS, OPEN, REVEAL
from game.rules import COMMAND, PRESS, Match
from game.rules.hosted import HOST_SEAT, PACK_BYTES
from game.rules.random import WORD
from tests.unit.games.harness import Entry, choose

LETTERS = "ABCD"
QUIZ = (
    "Night\t1",
    "Largest planet?\tMars\tJupiter\tVenus\t\t3\t1\t\tnature",
    "Is it?\tYes\tNo\t\t\t2\t0\t\t",
    "Name the painter\t\t\t\t\t0\t-1\tLeonardo\t",
)


class Partying:
    """A match with `seats` players in which every round is of one kind; any small seed will do."""

    def __init__(
        self, kind: str, seats: int = 4, *, seed: int = 7, pack: bool = False, **options: object
    ) -> None:
        self.game = Thumbs()
        chosen = choose(self.game, **{"kinds": [kind], "finale": False, **options})
        teams = [1 + seat % 2 for seat in range(100)] if options.get("teams") else []
        self.m = Match(self.game, chosen, list(range(seats)), teams, seed * 98765431 & WORD)
        self.m.begin()
        self.kind = KINDS.index(kind)
        self.due: list[Entry] = []
        self.events: list[tuple[str, ...] | tuple[object, ...]] = []
        if pack:
            self.bring(QUIZ)

    @property
    def s(self):  # type: ignore[no-untyped-def]
        """The state."""
        return self.m.state

    def player(self, seat: int) -> Player:
        """A seat's player."""
        found: Player = next(p for p in self.m.state.players if p.id == seat)
        return found

    def bring(self, lines: tuple[str, ...]) -> None:
        """Hand a pack over, as the room does."""
        data = "\n".join(lines).encode()
        words = [int.from_bytes(data[k : k + 3], "little") for k in range(0, len(data), 3)]
        self.due += [(COMMAND, 0, PACK_BYTES, word) for word in [*words, -1]]

    def host(self, seat: int) -> None:
        """Say who leads."""
        self.due.append((COMMAND, 0, HOST_SEAT, seat + 1))

    def say(self, verb: str) -> None:
        """The host's word, and the step that carries it out."""
        self.due.append((COMMAND, 0, self.game.commands.index(verb), 0))
        self.step()

    def press(self, seat: int, button: str, ms: int = 0) -> None:
        """Press a button of A to D, and let go of it: two steps."""
        self.due.append((PRESS, seat, 1 << LETTERS.index(button), ms))
        self.step()
        self.due.append((PRESS, seat, 0, 0))
        self.step()

    def press_all(self, picks: dict[int, tuple[str, int]]) -> None:
        """Several presses in the same tick."""
        for seat, (button, ms) in picks.items():
            self.due.append((PRESS, seat, 1 << LETTERS.index(button), ms))
        self.step()
        self.due += [(PRESS, seat, 0, 0) for seat in picks]
        self.step()

    def step(self, ticks: int = 1) -> None:
        """Let time pass."""
        for _ in range(ticks):
            entries, self.due = self.due, []
            self.m.step(entries)
            names = [event.name for event in self.game.events]
            self.events += [(names[kind], *args) for kind, *args in self.m.happened]

    def until(self, phase: int, most: int = 400) -> None:
        """Let time pass until a phase has begun."""
        for _ in range(most):
            if self.s.phase == phase:
                return
            self.step()
        raise AssertionError(f"phase {phase} did not come, it is {self.s.phase}")

    def opened(self) -> "Partying":
        """Up to the light of the next round."""
        if self.s.phase >= OPEN:
            self.until(INTRO)
        self.until(ARM)
        self.until(OPEN)
        return self

    def revealed(self) -> "Partying":
        """Up to the answer."""
        self.until(REVEAL)
        return self

    def ended(self) -> "Partying":
        """Up to the end of the match."""
        self.until(END, 20_000)
        return self

    def emitted(self, name: str) -> list[tuple[object, ...]]:
        """The arguments of each event of this name."""
        return [event[1:] for event in self.events if event[0] == name]


def wrong(key: int) -> str:
    """A button that is not the right one."""
    return LETTERS[(key + 1) % 4]


def buzzing(*, penalty: bool = True) -> Partying:
    """Five who may buzz, hosted by seat 0; the buzzers are alive."""
    party = Partying("buzz", 5, pack=True, penalty=penalty)
    party.host(0)
    return party.opened()


__all__ = ["ARM", "BOARD", "END", "INTRO", "LETTERS", "OPEN", "REVEAL", "Partying", "buzzing", "wrong"]
