"""What this worker has asked of others and has no answer to yet."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from game.cluster import messages as l
from game.cluster.connections import Edge
from game.cluster.homes import AGAIN_MS, ANSWER_MS
from game.protocol import commands as c

Done = Callable[[l.Answered | None], None]


@dataclass(slots=True)
class _Asked:
    process: str
    until_ms: int
    done: Done


class Asks:
    """Asks on behalf of connections here.

    `post` writes a letter and tells whether it can get there; `spawn` runs something a little later.
    """

    def __init__(
        self,
        edge: Edge,
        post: Callable[[str, l.AnyLetter], bool],
        spawn: Callable[[Callable[[], None], int], None],
        now_ms: Callable[[], int],
    ) -> None:
        self._edge = edge
        self._post = post
        self._spawn = spawn
        self._now_ms = now_ms
        self._asked: dict[int, _Asked] = {}
        self._last = 0

    def ask(
        self, process: str, sid: str, device: str, what: str, code: str, command: c.Command, done: Done
    ) -> None:
        """Send a command to where its room is; `done` gets the answer, or None when none comes."""
        passport = self._edge.passport(sid)
        self._last += 1
        self._asked[self._last] = _Asked(process, self._now_ms() + ANSWER_MS, done)
        as_json = passport is not None and passport.as_json
        hashed = passport is not None and passport.hash == code
        payload = msgspec.to_builtins(command)
        place = payload.pop("place", "")
        ask = l.Ask(self._last, sid, device, what, code, as_json, hashed, payload, place)
        if not self._post(process, ask):
            del self._asked[ask.id]
            self._spawn(lambda: done(None), AGAIN_MS)

    def offer(self, process: str, code: str, frozen: bytes, done: Done) -> None:
        """Ask a process whether it can go on with a room; `done` gets the answer, or None when none comes."""
        self._last += 1
        self._asked[self._last] = _Asked(process, self._now_ms() + ANSWER_MS, done)
        if not self._post(process, l.Offer(self._last, code, frozen)):
            del self._asked[self._last]
            done(None)

    def answered(self, letter: l.Answered) -> None:
        """An answer came."""
        asked = self._asked.pop(letter.id, None)
        if asked is not None:
            asked.done(letter)

    def sweep(self) -> None:
        """Give up what was not answered in time; call it some times a second."""
        now_ms = self._now_ms()
        self._give_up([number for number, one in self._asked.items() if one.until_ms <= now_ms])

    def owing(self) -> set[str]:
        """The processes that owe an answer."""
        return {one.process for one in self._asked.values()}

    def unanswered(self, process: str) -> None:
        """What a process was asked will not be answered any more."""
        self._give_up([number for number, one in self._asked.items() if one.process == process])

    def _give_up(self, numbers: list[int]) -> None:
        for number in numbers:
            self._asked.pop(number).done(None)
