"""Chat: the lines of a room, each accepted exactly once.

A line is numbered by its writer (n = 1, 2, …). A line that is repeated with its number is answered with the
id that it got before, so a client may resend what was not acknowledged. Another text under a used number is
refused: it comes from another window of the same writer, and an id would mean that everyone has read it.
"""

import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import islice

from game.protocol import objects
from game.rooms.errors import Refused
from game.rooms.names import clean
from game.rooms.rate_limit import Bucket


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One accepted line; `at_ms` is the server's clock, `id` rises by one in a room."""

    id: int
    player: str
    name: str
    text: str
    at_ms: int

    def describe(self) -> objects.ChatLine:
        """The line as the protocol shows it."""
        return objects.ChatLine(id=self.id, player=self.player, name=self.name, text=self.text, at=self.at_ms)


@dataclass(slots=True)
class ChatWriter:
    """What a room remembers of one writer: the ids and checksums of recent lines, by number."""

    bucket: Bucket
    last_n: int = 0
    recent: dict[int, int] = field(default_factory=dict)
    checksums: dict[int, int] = field(default_factory=dict)


class Chat:
    """The chat of one room: the last `history` lines, at most `max_chars` characters each.

    Attributes:
        waiting: how many of the newest lines nobody has seen yet, because they are not saved.
    """

    def __init__(self, history: int, max_chars: int, rate_per_s: float, burst: int) -> None:
        self.lines: deque[ChatLine] = deque(maxlen=history)
        self.writers: dict[str, ChatWriter] = {}
        self.next_id = 1
        self.waiting = 0
        self._max_chars = max_chars
        self._rate = rate_per_s
        self._burst = burst

    def writer(self, player: str) -> ChatWriter:
        """What is remembered of a writer, made at the first call."""
        writer = self.writers.get(player)
        if writer is None:
            writer = self.writers[player] = ChatWriter(Bucket(self._rate, self._burst))
        return writer

    def forget(self, player: str) -> None:
        """Drop what is remembered of a writer who has left."""
        self.writers.pop(player, None)

    def say(
        self, player: str, name: str, text: str, n: int, now_ms: int, touch: Callable[[str], str] = str
    ) -> tuple[int, ChatLine | None]:
        """Accept a line.

        Args:
            player: the writer's id.
            name: the writer's name.
            text: the line as it was sent.
            n: the writer's number of the line.
            now_ms: the time.
            touch: turns the cleaned text into what is shown.

        Returns:
            The line's id and the line, or the old id and None when it was accepted before.

        Raises:
            Refused: `too_fast` beyond the rate, `gap` when a number was left out or belongs to another line,
                `bad_request` when nothing printable is left of the text.
        """
        writer = self.writer(player)
        checksum = zlib.crc32(text.encode(errors="surrogatepass"))
        if n <= writer.last_n:
            known = writer.recent.get(n)
            if known is None:
                raise Refused("gap", "That line is too old to be said again.")
            if writer.checksums.get(n, checksum) != checksum:
                raise Refused(
                    "gap", f"Line {n} is another line of yours. The next one is {writer.last_n + 1}."
                )
            return known, None
        if n != writer.last_n + 1:
            raise Refused("gap", f"Line {writer.last_n + 1} is missing before this one.")
        cleaned = clean(text, self._max_chars)
        if not cleaned:
            raise Refused("bad_request", "There is nothing to say in that line.")
        if not writer.bucket.take(now_ms):
            raise Refused("too_fast", "You are writing too fast. Wait a second.")
        line = ChatLine(self.next_id, player, name, touch(cleaned), now_ms)
        self.next_id += 1
        self.lines.append(line)
        writer.last_n = n
        writer.recent[n] = line.id
        writer.checksums[n] = checksum
        if len(writer.recent) > 32:
            oldest = min(writer.recent)
            del writer.recent[oldest]
            writer.checksums.pop(oldest, None)
        return line.id, line

    def retouch(self, touch: Callable[[str], str]) -> None:
        """Change the texts and names of the lines that newcomers receive."""
        lines = [replace(line, name=touch(line.name), text=touch(line.text)) for line in self.lines]
        self.lines = deque(lines, maxlen=self.lines.maxlen)

    def tail(self) -> list[objects.ChatLine]:
        """The lines that a newcomer receives, the oldest first; those that wait come to everyone later."""
        return [line.describe() for line in islice(self.lines, max(0, len(self.lines) - self.waiting))]
