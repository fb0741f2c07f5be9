"""The commands of the protocol, one typed method each. How they travel is not known here."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from game.client.joined_room import JoinedRoom
from game.client.refused import NoAnswer
from game.protocol import commands as c
from game.protocol.fields import OptionValue

Json = dict[str, Any]
OptionValues = Mapping[str, OptionValue]
AnswerT = TypeVar("AnswerT", bound=c.Answer)


class Commands(ABC):
    """A method for each command, based on `call`; each raises Refused and NoAnswer as `call` does."""

    place: JoinedRoom | None
    """The room that this client is in, or None."""
    lines: int
    """How many lines of chat this client has sent in its room."""

    @abstractmethod
    def call(self, event: str, argument: object = None) -> Json:
        """Send any command and return its answer.

        Raises:
            Refused: the server said no.
            NoAnswer: it said nothing.
        """

    @property
    def here(self) -> JoinedRoom:
        """The room this client is in. Raises LookupError in none."""
        if self.place is None:
            raise LookupError("this client is in no room")
        return self.place

    def _command(self, event: str, **argument: object) -> Json:
        return self.call(event, {key: value for key, value in argument.items() if value is not None})

    def _ask(self, event: str, answer: type[AnswerT], **argument: object) -> AnswerT:
        # The answer as the protocol declares it; another one raises msgspec.ValidationError.
        return msgspec.convert(self._command(event, **argument), answer)

    def create(
        self,
        game: str | None = None,
        *,
        preset: str | None = None,
        options: OptionValues | None = None,
        private: bool = True,
        name: str | None = None,
        colour: int | None = None,
        shape: int | None = None,
    ) -> JoinedRoom:
        """Open a room and enter it as its host."""
        self._command(
            "create",
            game=game,
            preset=preset,
            options=options,
            private=private,
            name=name,
            colour=colour,
            shape=shape,
        )
        return self.here

    def join(
        self,
        code: str,
        *,
        spectate: bool = False,
        name: str | None = None,
        colour: int | None = None,
        shape: int | None = None,
    ) -> JoinedRoom:
        """Enter a room by its code."""
        self._command("join", code=code, spectate=spectate, name=name, colour=colour, shape=shape)
        return self.here

    def knock(self, code: str, *, spectate: bool = False) -> c.Knocked:
        """What is behind a code that would let you in."""
        return self._ask("knock", c.Knocked, code=code, spectate=spectate)

    def quick(
        self,
        game: str | None = None,
        *,
        name: str | None = None,
        colour: int | None = None,
        shape: int | None = None,
    ) -> JoinedRoom:
        """Play with players who wait, or with bots."""
        self._command("quick", game=game, name=name, colour=colour, shape=shape)
        return self.here

    def play_on(
        self, match: str, tick: int, *, seat: int | None = None, name: str | None = None
    ) -> JoinedRoom:
        """Open a room in which a kept match goes on from a tick."""
        self._command("play_on", match=match, tick=tick, seat=seat, name=name)
        return self.here

    def leave(self) -> None:
        """Leave the room for good."""
        self._command("leave")
        self.place = None

    def profile(self, name: str | None = None, colour: int | None = None, shape: int | None = None) -> None:
        """Be called and look differently."""
        self._command("profile", name=name, colour=colour, shape=shape)

    def sit(self, spectate: bool = False, seat: int | None = None) -> int | None:
        """Take a seat, or give it up and watch; returns the seat."""
        return self._ask("sit", c.Seated, spectate=spectate, seat=seat).seat

    def second(self, on: bool = True, name: str | None = None) -> int | None:
        """Let a second player share this keyboard; returns their seat."""
        return self._ask("second", c.Seated, on=on, name=name).seat

    def ready(self, ready: bool = True) -> None:
        """Ready, or not."""
        self._command("ready", ready=ready)

    def team(self, seat: int, team: int) -> None:
        """Put a seat into a team."""
        self._command("team", seat=seat, team=team)

    def start(self) -> None:
        """Begin the countdown."""
        self._command("start")

    def cancel(self) -> None:
        """Stop the countdown."""
        self._command("cancel")

    def options(self, preset: str | None = None, values: OptionValues | None = None) -> None:
        """Choose a preset, single options, or both in this order."""
        self._command("options", preset=preset, values=values)

    def game(self, game: str) -> None:
        """Play another game in this room."""
        self._command("game", game=game)

    def add_bot(self, level: int | None = None, style: int | None = None) -> int:
        """Seat a bot; returns its seat."""
        seat = self._ask("bot", c.Seated, add=True, level=level, style=style).seat
        if seat is None:
            raise NoAnswer("bot: the answer has no seat")
        return seat

    def change_bot(self, seat: int, level: int | None = None, style: int | None = None) -> None:
        """Change a bot."""
        self._command("bot", seat=seat, level=level, style=style)

    def remove_bot(self, seat: int) -> None:
        """Remove a bot."""
        self._command("bot", remove=seat)

    def kick(self, player: str) -> None:
        """Remove a player from the room."""
        self._command("kick", player=player)

    def ban(self, player: str, address: bool = False) -> None:
        """Remove a player and keep them out; with `address` also everyone new from their address."""
        self._command("ban", player=player, address=address or None)

    def unban(self) -> None:
        """Lift all bans of the room."""
        self._command("unban")

    def give(self, seat: int, player: str) -> None:
        """Let a player continue in the seat that is held for somebody else."""
        self._command("give", seat=seat, player=player)

    def mute(self, player: str, on: bool = True) -> None:
        """Stop a player from writing, or let them write again."""
        self._command("mute", player=player, on=on)

    def transfer(self, player: str) -> None:
        """Make a player the host."""
        self._command("transfer", player=player)

    def reclaim(self) -> None:
        """Become the host again of a room that this client made."""
        self._command("reclaim")

    def lock(
        self,
        locked: bool | None = None,
        hidden: bool | None = None,
        private: bool | None = None,
        *,
        cover: bool | None = None,
        polite: bool | None = None,
        delay: int | None = None,
    ) -> None:
        """Set who may enter, what the room shows, and whether bots stand in for absent players.

        Args:
            locked: nobody new is let in.
            hidden: the code is not shown.
            private: the room is in no list.
            cover: bots stand in.
            polite: coarse words are masked.
            delay: seconds by which spectators see a match later: 0, 3, 10 or 30.
        """
        self._command(
            "lock", locked=locked, hidden=hidden, private=private, cover=cover, polite=polite, delay=delay
        )

    def pause(self, paused: bool = True) -> None:
        """Pause the match, or resume it."""
        self._command("pause", paused=paused)

    def verb(self, verb: int, value: int = 0) -> None:
        """Send a host's command to the game."""
        self._command("verb", verb=verb, value=value)

    def pack(self, text: str = "") -> None:
        """Set the host's own questions, as TOML or CSV; "" selects the game's own."""
        self._command("pack", text=text)

    def rematch(self, want: bool = True) -> None:
        """Vote to play again, or not."""
        self._command("rematch", want=want)

    def lobby(self) -> None:
        """Take everyone back to the lobby; a running match ends without results."""
        self._command("lobby")

    def end(self) -> None:
        """End the running match with the places of this moment."""
        self._command("end")

    def playlist(self, entries: Sequence[Mapping[str, str | int]], at: int = 0) -> None:
        """Set what is played one after the other: `{"game": …, "preset": …, "matches": …}` for each."""
        self._command("playlist", entries=[dict(one) for one in entries], at=at)

    def next(self, skip: bool = False) -> None:
        """Go on to the next game; with `skip` leave out the present entry of the playlist."""
        self._command("next", skip=skip)

    def poll(self, open: bool | None = None, each: bool | None = None) -> None:
        """Begin or end a vote for the next game, or have one after each match."""
        self._command("poll", open=open, each=each)

    def vote(self, game: str) -> None:
        """Vote for the next game; "" takes the vote back."""
        self._command("vote", game=game)

    def new_evening(self) -> None:
        """Forget all points of the evening."""
        self._command("new_evening")

    def chat(self, text: str, n: int | None = None) -> int:
        """Say something; returns the line's id. Give `n` to send a numbered line again."""
        number = self.lines + 1 if n is None else n
        said = self._ask("chat", c.Said, text=text, n=number)
        self.lines = max(self.lines, number)
        return said.id

    def emote(self, emote: str) -> None:
        """Show an emote."""
        self._command("emote", emote=emote)

    def away(self, away: bool = True) -> None:
        """The page is hidden, or shown again."""
        self._command("away", away=away)

    def rtt(self, rtt: int) -> None:
        """Report the round trip that this client measured, in milliseconds."""
        self._command("rtt", rtt=rtt)

    def resync(self) -> None:
        """Ask for a keyframe."""
        self._command("resync")

    def report(self, words: str = "") -> str:
        """Report that something is wrong in the match; returns the report's id."""
        return self._ask("report", c.Reported, words=words).report

    def forget(self) -> int:
        """Have the server forget this device; returns how many seats of kept matches lose their name."""
        return self._ask("forget", c.Forgotten).seats

    def matches(self) -> c.OwnMatches:
        """The turn-based matches of this device that wait for their players."""
        return self._ask("matches", c.OwnMatches)

    def resign(self, code: str) -> None:
        """Leave a waiting match for good."""
        self._command("resign", code=code)

    def subscribe(self, endpoint: str, p256dh: str = "", auth: str = "", language: str = "en") -> bool:
        """Have push messages say when it is your turn; without `p256dh` not any more."""
        argument = {"endpoint": endpoint, "p256dh": p256dh, "auth": auth, "language": language}
        return self._ask("subscribe", c.Subscribed, **argument).on

    def clock(self, client_ms: int) -> int:
        """The server's time in milliseconds."""
        return self._ask("clock", c.Time, client=client_ms).now
