"""A client that runs the rules itself, as the browser does; its frames are in the protocol, section 7."""

from game.protocol.frames import CHECKPOINT, ENTRIES, ENTROPY, HASHED, MARGINS, SPREAD
from game.rules import PRESS, Game
from game.rules.browser import BrowserMatch
from game.sync.entries import seat_bits
from game.sync.varint import Reader

CHECK_BYTES = 2


class Predictor:
    """The confirmed state of one match, from nothing but a checkpoint and the frames after it."""

    def __init__(self, game: Game) -> None:
        self.bridge = BrowserMatch(game)
        self.tick = -1
        """The confirmed tick; -1 while no checkpoint has come."""
        self.differing: list[int] = []
        """Ticks for which the server's hash was another one."""
        self.hashes = 0
        """How many hashes were compared."""
        self.acks: dict[int, int] = {}
        """The last input that was applied, by seat."""
        self._bits = seat_bits(game.seats[1])

    def frame(self, data: bytes) -> None:
        """Take a checkpoint or entries; other frames are not for this client."""
        kind = data[0] & 15
        if kind == CHECKPOINT:
            self._checkpoint(data)
        elif kind == ENTRIES and self.tick >= 0:
            self._entries(data)

    def _checkpoint(self, data: bytes) -> None:
        reader = Reader(data, 1, len(data) - CHECK_BYTES)
        reader.varint()
        self.tick = reader.varint()
        reader.varint()
        self.acks = {}
        for _ in range(reader.varint()):
            seat = reader.varint()
            self.acks[seat] = reader.varint()
            reader.zigzag()
        ahead = reader.varint()
        word = int.from_bytes(reader.raw(4), "little") if ahead else 0
        self.bridge.load(reader.raw(reader.varint()))
        if ahead:
            self.bridge.entropy(self.tick + ahead - 1, word)
        rows: list[int] = []
        at = 0
        while reader.at < reader.end:
            at += reader.zigzag()
            for _ in range(reader.zigzag()):
                kind, seat, a, b = (reader.zigzag() for _ in range(4))
                rows += [at, kind, seat, a, b]
                if kind == PRESS:
                    reader.zigzag()
        self.bridge.confirm(self.tick, rows, quiet=True)

    def _entries(self, data: bytes) -> None:
        head = data[0]
        reader = Reader(data, 1)
        self.tick += reader.varint()
        known = int.from_bytes(reader.raw(4), "little") if head & HASHED else None
        if head & MARGINS:
            for _ in range(reader.varint()):
                reader.varint()
                reader.zigzag()
        if head & ENTROPY:
            at = self.tick + reader.varint()
            self.bridge.entropy(at, int.from_bytes(reader.raw(4), "little"))
        rows: list[int] = []
        while reader.at < len(data):
            back = reader.varint() if head & SPREAD else 0
            number = reader.varint()
            if number & 1:
                kind, seat = number >> 1 & 7, number >> 4
                a, b = reader.zigzag(), reader.zigzag()
            else:
                kind, seat = PRESS, number >> 1 & (1 << self._bits) - 1
                a, b = number >> 1 + self._bits, 0
            rows += [self.tick - 1 - back, kind, seat, a, b]
        self.bridge.confirm(self.tick, rows)
        if known is not None:
            self.hashes += 1
            if known != self.bridge.hash():
                self.differing.append(self.tick)
