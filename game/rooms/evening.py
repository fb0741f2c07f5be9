"""The evening tally: how the people of a room stand over all its matches, whatever the games.

Scores of different games cannot be added, so every match gives points for places. The rule, in one place:

- A match counts when at least two people have a place in it. One person against bots practises.
- Points go by a person's place among the people, bots left out: `PLACE_POINTS`, and `FOR_TAKING_PART` from
  there on. People who share a place get the same points, and the places below it are skipped.
- A match that everybody has lost together gives `FOR_TAKING_PART` to each.
- A match that the host has ended before anybody was ahead does not count.
- A win is the first place of the match, bots included.

A person is known by the device, so a lost connection, another seat and leaving the room change nothing. Bots
have no line; only how often a bot came first is counted.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from game.protocol.objects import EveningInfo, PlaceLine, Results, StandingInfo

if TYPE_CHECKING:
    from game.rooms.people import Person
    from game.rooms.room import Room

PLACE_POINTS = (10, 7, 5, 3, 2)
"""Points for the places from the first on."""
FOR_TAKING_PART = 1
"""Points for every other place."""
MOST_LINES = 100
"""Lines of one room; the one who is gone with the fewest points gives way."""


class FrozenStanding(Struct, frozen=True):
    """A line of the tally in a frozen room; `second`: the second player at the device's keyboard."""

    device: str
    second: bool
    player: str
    name: str
    colour: int
    shape: int
    points: int
    wins: int
    matches: int


class FrozenEvening(Struct, frozen=True):
    """The tally in a frozen room."""

    matches: int
    bot_wins: int
    lines: list[FrozenStanding]


@dataclass(slots=True)
class Standing:
    """One person's line; `player` is their last id in the room."""

    player: str
    name: str
    colour: int
    shape: int
    points: int = 0
    wins: int = 0
    matches: int = 0

    def add(self, other: "Standing") -> None:
        """Take over what somebody else has collected."""
        self.points += other.points
        self.wins += other.wins
        self.matches += other.matches


def place_points(place: int) -> int:
    """The points for a place among the people, from 1."""
    return PLACE_POINTS[place - 1] if place <= len(PLACE_POINTS) else FOR_TAKING_PART


class Evening:
    """The tally of one room. A line's key is (device, whether it is the second player there)."""

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._lines: dict[tuple[str, bool], Standing] = {}
        self._matches = 0
        self._bot_wins = 0
        self._described: EveningInfo | None = None

    def count(self, results: Results) -> Results:
        """Count a match that has just ended.

        Args:
            results: its results; the seats are still as they were at the end.

        Returns:
            The results with the points that each person got; unchanged if the match does not count.
        """
        room = self._room
        people: list[tuple[PlaceLine, Person]] = []
        bots_first = False
        for line in results.places:
            seat = room.seats.get(line.seat)
            person = room.people.get(line.player or "")
            if person is not None:
                people.append((line, person))
            elif seat is not None and seat.kind == "bot" and line.place == 1:
                bots_first = True
        best = min((line.place for line in results.places), default=1)
        draw = bool(results.nobody_won)
        if len(people) < 2 or (draw and results.ended is True):
            return results
        earned: dict[int, int] = {}
        for line, person in people:
            place = 1 + sum(1 for other, _ in people if other.place < line.place)
            points = place_points(place) if best == 1 and not draw else FOR_TAKING_PART
            standing = self._line(person, line)
            if standing is None:
                continue
            standing.points += points
            standing.matches += 1
            standing.wins += line.place == 1 and not draw
            earned[line.seat] = points
        self._matches += 1
        self._bot_wins += bots_first and not draw
        self._described = None
        return replace_points(results, earned)

    def _line(self, person: "Person", place: PlaceLine) -> Standing | None:
        """The line of a person who was at a place, made if there is none; None: there are too many."""
        key = (person.device, place.seat == person.second)
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= MOST_LINES and not self._drop_one():
                return None
            line = self._lines[key] = Standing(person.id, place.name, place.colour, place.shape)
        line.player, line.name, line.colour, line.shape = person.id, place.name, place.colour, place.shape
        return line

    def _drop_one(self) -> bool:
        """Forget the one with the fewest points among those who are gone; False: nobody is gone."""
        here = {person.device for person in self._room.people.values()}
        gone = [key for key in self._lines if key[0] not in here]
        if not gone:
            return False
        del self._lines[min(gone, key=lambda key: (self._lines[key].points, self._lines[key].matches, key))]
        return True

    def returned(self, person: "Person") -> None:
        """Somebody has come in, who may have been here before under another id."""
        for second in (False, True):
            line = self._lines.get((person.device, second))
            if line is not None and line.player != person.id:
                line.player = person.id
                self._described = None

    def continue_as(self, absent: "Person", person: "Person") -> None:
        """A person goes on as one who is gone: what that one collected is theirs."""
        for second in (False, True):
            line = self._lines.pop((absent.device, second), None)
            if line is None:
                continue
            known = self._lines.get((person.device, second))
            if known is not None:
                line.add(known)
            line.player = person.id
            self._lines[person.device, second] = line
            self._described = None

    def clear(self) -> None:
        """Begin a new evening."""
        self._lines.clear()
        self._matches = self._bot_wins = 0
        self._described = None

    def describe(self) -> EveningInfo | None:
        """The tally as the protocol shows it; None before the first match that counts."""
        if not self._matches:
            return None
        if self._described is None:
            standings = {
                line.player + "+" * second: StandingInfo(
                    name=line.name,
                    colour=line.colour,
                    shape=line.shape,
                    points=line.points,
                    wins=line.wins,
                    matches=line.matches,
                )
                for (_, second), line in self._lines.items()
            }
            self._described = EveningInfo(
                matches=self._matches,
                bot_wins=self._bot_wins,
                place_points=[*PLACE_POINTS, FOR_TAKING_PART],
                standings=standings,
            )
        return self._described

    def freeze(self) -> FrozenEvening | None:
        """The tally for a frozen room; None if there is nothing to keep."""
        if not self._matches:
            return None
        lines = [
            FrozenStanding(
                device,
                second,
                line.player,
                line.name,
                line.colour,
                line.shape,
                line.points,
                line.wins,
                line.matches,
            )
            for (device, second), line in self._lines.items()
        ]
        return FrozenEvening(self._matches, self._bot_wins, lines)

    def thaw(self, frozen: FrozenEvening | None) -> None:
        """Take back what `freeze` returned."""
        self.clear()
        if frozen is None:
            return
        self._matches, self._bot_wins = frozen.matches, frozen.bot_wins
        for one in frozen.lines[:MOST_LINES]:
            self._lines[one.device, one.second] = Standing(
                one.player, one.name, one.colour, one.shape, one.points, one.wins, one.matches
            )


def replace_points(results: Results, earned: dict[int, int]) -> Results:
    """Results with the points of the evening, by seat."""
    places = [
        replace(line, evening=earned[line.seat]) if line.seat in earned else line for line in results.places
    ]
    return replace(results, places=places)
