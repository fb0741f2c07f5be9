"""Abroad: connections here whose room is elsewhere.

What they ask goes to the room's home; when that is lost or gone they are brought to it anew. Looking a home
up may take a while and happens in greenlets that the node spawns; everything else is at once.
"""

from collections.abc import Callable

import msgspec

from game.cluster import messages as l
from game.cluster.asks import Asks
from game.cluster.connections import Edge
from game.cluster.gateway import Later
from game.cluster.homes import AGAIN_MS, ANSWER_MS, BUSY, Finder, Home, Unsure
from game.protocol import commands as c
from game.protocol.objects import Joined
from game.rooms.errors import NoSuchRoom, Refused
from game.rooms.service import RoomService

PATIENCE_MS = 40_000
"""How long a connection that was in a room is kept while its room cannot be found."""

EnterHere = Callable[[str, str, c.Command, Later], Joined | None]


class Abroad:
    """See the module's text. `enter_here` carries out a way in at this worker. `now_ms` is the world's clock.

    Attributes:
        rooms: the room of each such connection, by sid.
        homes: where those rooms are.
    """

    def __init__(
        self,
        process: str,
        desk: RoomService,
        edge: Edge,
        asks: Asks,
        post: Callable[[str, l.AnyLetter], bool],
        enter_here: EnterHere,
        is_moving: Callable[[str], bool],
        now_ms: Callable[[], int],
    ) -> None:
        self.process = process
        self.finder: Finder
        self.rooms: dict[str, str] = {}
        self.homes: dict[str, Home] = {}
        self._desk = desk
        self._edge = edge
        self._asks = asks
        self._post = post
        self._enter_here = enter_here
        self._is_moving = is_moving
        self._now_ms = now_ms
        self._reattaching: set[str] = set()

    def home_of(self, sid: str) -> Home | None:
        """Where the room of a connection is; None when it is here, in none, or being looked for."""
        return self.homes.get(self.rooms.get(sid, ""))

    def at(self, process: str) -> list[str]:
        """The connections whose room is at a process, or nobody knows where."""
        homes = {sid: self.homes.get(code) for sid, code in self.rooms.items()}
        return [sid for sid, home in homes.items() if home is None or home.process == process]

    def sweep(self) -> None:
        """Forget homes that nobody needs."""
        used = set(self.rooms.values())
        for code in [code for code in self.homes if code not in used]:
            del self.homes[code]

    # --- coming and going ---------------------------------------------------------------------

    def leave(self, sid: str, code: str) -> None:
        """The connection is in room `code` now: it leaves the one it was in elsewhere."""
        before = self.rooms.pop(sid, None)
        if before is not None and before != code and before in self.homes:
            passport = self._edge.passport(sid)
            device = passport.device if passport is not None else ""
            self._asks.ask(
                self.homes[before].process, sid, device, "leave", before, c.Nothing(), lambda told: None
            )

    def forget(self, sid: str) -> None:
        """The connection is gone."""
        self._reattaching.discard(sid)
        home = self.home_of(sid)
        code = self.rooms.pop(sid, "")
        if home is not None:
            self._post(home.process, l.Left(sid, code))

    def enter_by_code(self, sid: str, device: str, command: c.Join, code: str, later: Later) -> None:
        """Bring a connection into a room, wherever that is."""
        until_ms = self._now_ms() + ANSWER_MS

        def answered(told: l.Answered | None, process: str) -> None:
            if told is not None and not told.ok and told.data["code"] == "moved":
                self._again(until_ms, look, lambda: later(BUSY))
            else:
                self.entered(sid, process, told, later)

        def look() -> None:
            try:
                home = self.finder.locate(code)
            except Unsure:
                self._again(until_ms, look, lambda: later(BUSY))
                return
            if home is None:
                later(NoSuchRoom())
            elif home.process == self.process:
                try:
                    answer = self._enter_here(sid, device, command, later)
                except Refused as refused:
                    later(refused)
                else:
                    if answer is not None:
                        later(answer)
            else:
                self.know(code, home)
                process = home.process
                self._asks.ask(
                    process, sid, device, "join", code, command, lambda told: answered(told, process)
                )

        self.finder.spawn(look)

    def _again(self, until_ms: int, work: Callable[[], None], give_up: Callable[[], None]) -> None:
        if self._now_ms() >= until_ms:
            give_up()
        else:
            self.finder.spawn(work, AGAIN_MS)

    def entered(self, sid: str, process: str, told: l.Answered | None, later: Later) -> None:
        """Another process has answered a way in."""
        if told is None:
            later(BUSY)
        elif not told.ok:
            later(Refused(str(told.data["code"]), str(told.data["message"])))
        elif self._edge.passport(sid) is None:
            self._post(process, l.Left(sid, str(told.data["code"])))
        else:
            self._settle(sid, str(told.data["code"]), Home(process, told.epoch))
            later(c.read_answer("join", told.data))

    def _settle(self, sid: str, code: str, home: Home) -> None:
        """The connection is in a room elsewhere from now on."""
        place = self._desk.place(sid)
        if place is not None and place[0].code != code:
            self._desk.order(sid, "leave", c.Nothing(), self._now_ms())
        self.leave(sid, code)
        self.rooms[sid] = code
        self.know(code, home)

    def know(self, code: str, home: Home) -> None:
        """Learn where a room is, unless that is older than what is known."""
        known = self.homes.get(code)
        if known is None or home.epoch >= known.epoch:
            self.homes[code] = home

    def seek(
        self, sid: str, device: str, code: str, until_ms: int, done: Callable[[Joined | None], None]
    ) -> None:
        """Bring a returning device back into its room; `done` gets the answer, None for no such room."""

        def give_up() -> None:
            # Unsure is not gone: whoever comes back later may find it.
            self._edge.close(sid, "draining", "The server looks for your room. One moment.")

        def answered(told: l.Answered | None, process: str) -> None:
            if self._edge.passport(sid) is None:
                if told is not None and told.ok:
                    self._post(process, l.Left(sid, code))
            elif told is None or (not told.ok and told.data["code"] == "moved"):
                self.homes.pop(code, None)
                self._again(until_ms, look, give_up)
            elif not told.ok:
                done(None)
            else:
                self._settle(sid, code, Home(process, told.epoch))
                done(msgspec.convert(told.data, Joined))

        def look() -> None:
            if self._edge.passport(sid) is None:
                return
            try:
                home = self.finder.locate(code)
            except Unsure:
                self._again(until_ms, look, give_up)
                return
            if home is None:
                done(None)
            elif home.process == self.process:
                if self._is_moving(code) or self.finder.blocked():
                    self._again(until_ms, look, give_up)
                    return
                self.rooms.pop(sid, None)
                done(self._desk.resume(sid, device, code, self._now_ms()))
            else:
                process = home.process
                self.know(code, home)
                self._asks.ask(
                    process, sid, device, "resume", code, c.Nothing(), lambda told: answered(told, process)
                )

        self.finder.spawn(look)

    # --- what happens there -------------------------------------------------------------------

    def order(self, sid: str, code: str, name: str, command: c.Command, later: Later) -> None:
        """Have a command carried out where the room is."""

        def answered(told: l.Answered | None) -> None:
            if told is None or (not told.ok and told.data["code"] == "moved"):
                if self.homes.get(code, home) != home:
                    self.order(sid, code, name, command, later)
                else:
                    later(BUSY)
                    self.reattach(sid)
                return
            if told.ok and name == "leave":
                self.rooms.pop(sid, None)
            if told.ok:
                later(c.read_answer(name, told.data))
            else:
                later(Refused(str(told.data["code"]), str(told.data["message"])))

        home = self.homes.get(code)
        passport = self._edge.passport(sid)
        if home is None or passport is None:
            later(BUSY)
            self.reattach(sid)
        else:
            self._asks.ask(home.process, sid, passport.device, name, code, command, answered)

    def is_news(self, sender: str, code: str, epoch: int) -> bool:
        """Whether a room's word is not older than what is known of it; learns of a new home."""
        home = self.homes.get(code)
        if home is None or (epoch == home.epoch and sender == home.process):
            return True
        if epoch <= home.epoch:
            return False
        self.homes[code] = Home(sender, epoch)
        return True

    def moved(self, letter: l.Moved) -> None:
        """A room has moved, or nobody knows where to."""
        known = self.homes.get(letter.code)
        if letter.process:
            self.know(letter.code, Home(letter.process, letter.epoch))
        elif known is not None and known.epoch <= letter.epoch:
            for sid, code in list(self.rooms.items()):
                if code == letter.code:
                    self.reattach(sid)

    def reattach(self, sid: str) -> None:
        """Bring a connection to its room anew, wherever that is by now, and tell it all of it."""
        code, passport = self.rooms.get(sid), self._edge.passport(sid)
        if code is None or passport is None or sid in self._reattaching:
            return
        self._reattaching.add(sid)

        def done(joined: Joined | None) -> None:
            self._reattaching.discard(sid)
            if joined is None:
                self.rooms.pop(sid, None)
                self._edge.close(sid, "closed", "This room has ended.")
                return
            self._edge.tell_one(sid, "joined", joined)
            if sid not in self.rooms:
                self._desk.follow(sid)

        self.seek(sid, passport.device, code, self._now_ms() + PATIENCE_MS, done)
