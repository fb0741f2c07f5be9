"""What a room plays next: by the host's playlist, or by a vote.

A vote goes before the playlist, once. What is decided is chosen when the room returns to its lobby; a match
that begins, or a game that the host chooses by hand, drops a vote and what it has decided.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import UNSET, Struct

from game.protocol.objects import NextInfo, PlaylistEntry, PlaylistInfo, PollInfo
from game.rooms.errors import Refused
from game.rooms.lifecycle import Phase
from game.rules import Random

if TYPE_CHECKING:
    from game.rooms.people import Person
    from game.rooms.room import Room

POLL_MS = 20_000
"""How long people can vote."""
SHOW_MS = 6000
"""How long the decision of a vote is shown before the results are left."""
MOST_GAMES = 8
"""Games of one vote."""


class FrozenPoll(Struct, frozen=True):
    """An open vote in a frozen room."""

    games: list[str]
    votes: dict[str, str]
    ends_in_ms: int
    seed: int


class FrozenNext(Struct, frozen=True):
    """Playlist and vote in a frozen room."""

    entries: list[PlaylistEntry] = []
    at: int = 0
    played: int = 0
    each: bool = False
    decided: NextInfo | None = None
    poll: FrozenPoll | None = None


@dataclass(slots=True)
class Poll:
    """An open vote.

    Attributes:
        games: what can be chosen.
        ends_ms: when it ends at the latest.
        seed: of the random number that decides between equal votes; drawn when the vote begins, so that
            the worker that ends it does not matter.
        votes: the game that each person wants, by id.
    """

    games: list[str]
    ends_ms: int
    seed: int
    votes: dict[str, str] = field(default_factory=dict)

    def result(self) -> NextInfo | None:
        """The game that the votes decide; None if nobody has voted."""
        counts = [(sum(1 for one in self.votes.values() if one == game), game) for game in self.games]
        most = max(count for count, _ in counts)
        if not most:
            return None
        best = [game for count, game in counts if count == most]
        chosen = best[0] if len(best) == 1 else Random(self.seed).pick(best)
        return NextInfo(game=chosen, by="vote", tied=best if len(best) > 1 else UNSET)


class NextGame:
    """The playlist and the vote of one room.

    Attributes:
        each: a vote begins after each match, unless a playlist says what is next.
        decided: what a vote has decided, until the next match begins.
        poll: the open vote, or None.
    """

    def __init__(self, room: "Room") -> None:
        self._room = room
        self._entries: list[PlaylistEntry] = []
        self._at = 0
        self._played = 0
        self._applied = False
        self.each = False
        self.decided: NextInfo | None = None
        self.poll: Poll | None = None

    # --- what is next

    def due(self) -> NextInfo | None:
        """What is to be played next, or None if nothing says it."""
        if self.decided is not None:
            return self.decided
        entry = self._entry()
        if entry is None:
            return None
        return NextInfo(game=entry.game, preset=entry.preset or UNSET, by="playlist")

    def changes_game(self) -> bool:
        """Whether what is next is another game than the present one."""
        due = self.due()
        return due is not None and due.game != self._room.game.name

    def choose_due(self, by: "Person | None" = None) -> None:
        """Choose what is next, if that has not been done.

        Args:
            by: the person who asked for it and pays for what is sent; None: it was time.
        """
        due = self.due()
        if due is None or self._applied:
            return
        self._applied = self.decided is not None
        self._room.choice.switch_to(due.game, "" if due.preset is UNSET else due.preset, by)

    def drop(self) -> None:
        """A match begins, or the host has chosen a game: drop the vote and what it has decided."""
        self.poll = None
        self.decided = None
        self._applied = False

    def match_over(self, now_ms: int) -> None:
        """A match has ended with results: go on in the playlist, or begin a vote."""
        entry = self._entry()
        if entry is not None:
            if entry.game == self._room.game.name:
                self._played += 1
                if self._played >= entry.matches:
                    self._go_to(self._at + 1)
        elif self.each:
            with suppress(Refused):  # there is one game only
                self.open_poll(now_ms)

    def forget(self, person: "Person") -> None:
        """A person has left, and their vote with them."""
        if self.poll is not None:
            self.poll.votes.pop(person.id, None)

    # --- the playlist

    def _entry(self) -> PlaylistEntry | None:
        """The present entry of the playlist; games that are not here any more are skipped."""
        while self._at < len(self._entries):
            entry = self._entries[self._at]
            if entry.game in self._room.context.games:
                return entry
            self._go_to(self._at + 1)
        return None

    def _go_to(self, at: int) -> None:
        self._at = at
        self._played = 0

    def set_playlist(self, entries: list[PlaylistEntry], at: int, by: "Person") -> None:
        """Take a playlist, and choose its present game between matches.

        Args:
            entries: the new list; empty: no playlist.
            at: the entry that is next; equal to the length: all are played.
            by: the host.

        Raises:
            Refused: the list names what is not here; nothing has changed.
        """
        games = self._room.context.games
        for entry in entries:
            game = games.get(entry.game)
            if game is None:
                raise Refused("unknown_game", f"This server does not have the game {entry.game}.")
            if entry.preset and entry.preset not in [name for name, _ in game.presets]:
                raise Refused("bad_option", f"{game.title} has no preset {entry.preset}.")
        if at > len(entries):
            raise Refused("bad_request", f"The playlist has {len(entries)} entries.")
        same = self._entry()
        kept = same is not None and at < len(entries) and entries[at] == same
        played = self._played
        self._entries = list(entries)
        self._go_to(at)
        if kept:
            self._played = played
        else:
            self._choose_entry(by)

    def _choose_entry(self, by: "Person") -> None:
        """In the lobby: choose the present entry, unless a vote has decided what comes before it."""
        if self._room.phase is not Phase.LOBBY or (self.decided is not None and not self._applied):
            return
        self.decided = None
        self._applied = False
        self.choose_due(by)

    def check_next(self, skip: bool) -> None:
        """Raise Refused if there is no entry to skip, or nothing that is next."""
        if skip and self._entry() is None:
            raise Refused("wrong_phase", "There is nothing in the playlist to skip.")
        if not (skip or self.due() or (self.poll and self.poll.votes)):
            raise Refused("wrong_phase", "No next game is chosen yet.")

    def skip(self, by: "Person") -> None:
        """Go to the next entry of the playlist."""
        self._go_to(self._at + 1)
        self._choose_entry(by)

    # --- the vote

    def open_poll(self, now_ms: int) -> None:
        """Begin a vote, between matches. Raises Refused."""
        room = self._room
        if room.phase not in (Phase.LOBBY, Phase.RESULTS):
            raise Refused("wrong_phase", "Vote between matches.")
        if self.poll is not None:
            raise Refused("wrong_phase", "A vote is open already.")
        games = self._candidates()
        if len(games) < 2:
            raise Refused("wrong_phase", "There is only one game that fits this room.")
        self.decided = None
        self._applied = False
        self.poll = Poll(games, now_ms + POLL_MS, room.context.draw_entropy())
        if room.results_until_ms is not None:
            room.results_until_ms = max(room.results_until_ms, self.poll.ends_ms + SHOW_MS)

    def _candidates(self) -> list[str]:
        """The games with a seat for each person who plays."""
        room = self._room
        people = sum(1 for seat in room.seats.values() if seat.kind == "human")
        fitting = [name for name, game in room.context.games.items() if game.seats[1] >= people]
        return fitting[:MOST_GAMES]

    def vote(self, person: "Person", game: str, now_ms: int) -> None:
        """Set or change a person's vote; "" takes it back. Raises Refused."""
        poll = self.poll
        if poll is None:
            raise Refused("wrong_phase", "No vote is open.")
        if not game:
            poll.votes.pop(person.id, None)
        elif game in poll.games:
            poll.votes[person.id] = game
        else:
            raise Refused("bad_request", "That game is not in the vote.")
        self.review(now_ms)

    def review(self, now_ms: int) -> None:
        """End the vote if its time is over, or if everyone who plays and is here has voted."""
        poll = self.poll
        if poll is None:
            return
        here = [p.id for p in self._room.people.values() if p.connected and p.seat is not None]
        if now_ms >= poll.ends_ms or (here and all(player in poll.votes for player in here)):
            self.close_poll(now_ms)

    def close_poll(self, now_ms: int, by: "Person | None" = None) -> None:
        """Count the votes. In the lobby the game is chosen at once, after a match when the results are left.

        Args:
            now_ms: the time.
            by: the host who has ended the vote, or None.
        """
        room, poll = self._room, self.poll
        if poll is None:
            return
        self.poll = None
        self.decided = poll.result()
        if room.phase is Phase.LOBBY:
            self.choose_due(by)
        elif self.decided is not None and room.results_until_ms is not None:
            room.results_until_ms = min(room.results_until_ms, now_ms + SHOW_MS)

    # --- as others see it

    def describe_playlist(self) -> PlaylistInfo | None:
        """The playlist as the protocol shows it."""
        if not self._entries:
            return None
        return PlaylistInfo(entries=self._entries, at=self._at, played=self._played)

    def describe_poll(self) -> PollInfo | None:
        """The open vote as the protocol shows it."""
        if self.poll is None:
            return None
        return PollInfo(games=self.poll.games, votes=dict(self.poll.votes), ends_at=self.poll.ends_ms)

    def describe_next(self) -> NextInfo | None:
        """What is next as the protocol shows it: between matches only."""
        if self._room.phase is Phase.RESULTS:
            return self.due()
        return self.decided if self._room.phase is Phase.LOBBY else None

    def freeze(self, now_ms: int) -> FrozenNext | None:
        """Playlist and vote for a frozen room; None if there is nothing to keep."""
        poll = self.poll
        if not (self._entries or self.each or self.decided or poll):
            return None
        return FrozenNext(
            self._entries,
            self._at,
            self._played,
            self.each,
            None if self._applied else self.decided,
            None
            if poll is None
            else FrozenPoll(poll.games, dict(poll.votes), poll.ends_ms - now_ms, poll.seed),
        )

    def thaw(self, frozen: FrozenNext | None, now_ms: int) -> None:
        """Take back what `freeze` returned. A game that is not here is not next any more."""
        if frozen is None:
            return
        games = self._room.context.games
        self._entries, self._at, self._played = list(frozen.entries), frozen.at, frozen.played
        self.each = frozen.each
        if frozen.decided is not None and frozen.decided.game in games:
            self.decided = frozen.decided
        if frozen.poll is not None and all(game in games for game in frozen.poll.games):
            poll = frozen.poll
            self.poll = Poll(list(poll.games), now_ms + max(poll.ends_in_ms, 0), poll.seed, dict(poll.votes))
