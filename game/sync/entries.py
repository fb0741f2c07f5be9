"""Replication by inputs: what a client that runs the rules itself is told.

Such a client is given a checkpoint and the journal since, and from then on nothing but the accepted inputs,
the words of chance a few ticks ahead, and now and then a hash to compare. Silence means that nothing happened
that it could not work out. The frames are described in docs/protocol.md, section 7.
"""

from collections.abc import Sequence

from game.protocol.frames import CHECKPOINT, ENTRIES, ENTROPY, HASHED, MARGINS, SPREAD
from game.rules import PRESS
from game.sync.varint import varint, zigzag
from game.sync.wire import Ack, acks_bytes, sealed

Entry = tuple[int, int, int, int]
StampedEntry = tuple[int, Entry]


def seat_bits(seats: int) -> int:
    """How many bits a seat's number takes in a press, for a game with this many seats."""
    return max(seats - 1, 1).bit_length()


# hot: once per room and message
def inputs_frame(
    tick: int,
    advance: int,
    told: Sequence[StampedEntry],
    bits: int,
    hash_: int | None,
    margins: Sequence[tuple[int, int]],
    chance: tuple[int, int] | None,
) -> bytes:
    """The frame that tells every entry before `tick`, `advance` ticks after the last frame.

    `told` are (tick, entry) in order; `margins` are (seat, ticks). `chance` is (tick of its use, word); one
    that was used already is left out, since a checkpoint or its journal told it.
    """
    out = bytearray(1)
    head = ENTRIES
    out += varint(advance)
    if hash_ is not None:
        head |= HASHED
        out += hash_.to_bytes(4, "little")
    if margins:
        head |= MARGINS
        out += varint(len(margins))
        for seat, margin in margins:
            out += varint(seat)
            out += zigzag(margin)
    if chance is not None and chance[0] >= tick:
        head |= ENTROPY
        out += varint(chance[0] - tick)
        out += chance[1].to_bytes(4, "little")
    spread = any(at != tick - 1 for at, _ in told)
    if spread:
        head |= SPREAD
    for at, (kind, seat, a, b) in told:
        if spread:
            out += varint(tick - 1 - at)
        if kind == PRESS and b == 0:
            out += varint((a << bits | seat) << 1)
        else:
            out += varint((seat << 3 | kind) << 1 | 1)
            out += zigzag(a)
            out += zigzag(b)
    out[0] = head
    return bytes(out)


def checkpoint_frame(
    epoch: int,
    tick: int,
    at_ms: int,
    acks: Sequence[Ack],
    chance: tuple[int, int] | None,
    checkpoint: bytes,
    rows: bytes,
) -> bytes:
    """The frame that brings a client to `tick`: a packed match, and the journal's rows since it."""
    out = bytearray([CHECKPOINT])
    out += varint(epoch)
    out += varint(tick)
    out += varint(at_ms)
    out += acks_bytes(acks)
    if chance is None:
        out += varint(0)
    else:
        out += varint(chance[0] - tick + 1)
        out += chance[1].to_bytes(4, "little")
    out += varint(len(checkpoint))
    out += checkpoint
    out += rows
    return sealed(bytes(out))
