"""Frames for clients that run the rules: checkpoints, and the inputs of all players.

Such a client receives a checkpoint and the journal since, and from then on only the accepted inputs, entropy
words a few ticks ahead, and now and then a hash to compare. Silence means that nothing has happened that it
could not compute. docs/protocol.md describes the frames in section 7.
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
    stamped: Sequence[StampedEntry],
    bits: int,
    state_hash: int | None,
    margins: Sequence[tuple[int, int]],
    entropy: tuple[int, int] | None,
) -> bytes:
    """The frame of all entries since the last frame.

    Args:
        tick: the tick that the frame leads to.
        advance: ticks since the last frame.
        stamped: (tick, entry) in order.
        bits: bits of a seat's number, see `seat_bits`.
        state_hash: the state's hash at `tick`, or None.
        margins: (seat, ticks) of inputs.
        entropy: (tick of its use, word); one that was used already is left out, since a checkpoint or its
            journal holds it.

    Returns:
        The frame.
    """
    out = bytearray(1)
    head = ENTRIES
    out += varint(advance)
    if state_hash is not None:
        head |= HASHED
        out += state_hash.to_bytes(4, "little")
    if margins:
        head |= MARGINS
        out += varint(len(margins))
        for seat, margin in margins:
            out += varint(seat)
            out += zigzag(margin)
    if entropy is not None and entropy[0] >= tick:
        head |= ENTROPY
        out += varint(entropy[0] - tick)
        out += entropy[1].to_bytes(4, "little")
    spread = any(at != tick - 1 for at, _ in stamped)
    if spread:
        head |= SPREAD
    for at, (kind, seat, a, b) in stamped:
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
    entropy: tuple[int, int] | None,
    checkpoint: bytes,
    rows: bytes,
) -> bytes:
    """The frame that brings a client to `tick`: a packed match, and the journal's rows since it."""
    out = bytearray([CHECKPOINT])
    out += varint(epoch)
    out += varint(tick)
    out += varint(at_ms)
    out += acks_bytes(acks)
    if entropy is None:
        out += varint(0)
    else:
        out += varint(entropy[0] - tick + 1)
        out += entropy[1].to_bytes(4, "little")
    out += varint(len(checkpoint))
    out += checkpoint
    out += rows
    return sealed(bytes(out))
