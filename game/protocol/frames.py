"""The binary frames: kinds, flags, limits and the layout of each, as `game.sync` writes and reads them.

The layouts are data for the document and for clients in other languages; `docs/vectors.json` has examples.
"""

from typing import Final, NamedTuple

from game.protocol.fields import INT_BITS

# Kinds of frames from the server: the low four bits of the first byte.
STATE: Final = 1
KEYFRAME: Final = 2
PRIVATE: Final = 3
CLOCK: Final = 4
ENTRIES: Final = 5
SHIFT: Final = 6
CHECKPOINT: Final = 7

# Flags of a state.
ACKS: Final = 0x10
EVENTS: Final = 0x20
ADVANCE: Final = 0x40
# Flags of a private part.
FULL: Final = 0x10
OF_HOST: Final = 0x20
FLAGS: Final = {STATE: ACKS | EVENTS | ADVANCE, KEYFRAME: 0, PRIVATE: FULL | OF_HOST, CLOCK: 0, SHIFT: 0}
"""The flags that each kind of frame may have, but for those of a client that runs the rules."""
# Flags of entries.
HASHED: Final = 0x10
MARGINS: Final = 0x20
SPREAD: Final = 0x40
ENTROPY: Final = 0x80

# Kinds of messages from a client: the first byte.
INPUT: Final = 1
CLOCK_UP: Final = 2
RESYNC: Final = 3
CONTROLS: Final = 4

# How a change of a control is written: the low two bits of its head.
CHANGE_NUMBER: Final = 0
CHANGE_TEXT: Final = 1
CHANGE_LIVE_TEXT: Final = 2
CHANGE_POINTS: Final = 3

MOST_INPUTS: Final = 8
"""Inputs of one message."""
MOST_CHANGES: Final = 8
"""Changes of controls in one input."""
MOST_POINTS: Final = 64
"""Points of a stroke in one change."""
MOST_CHANGE_BYTES: Final = 1024
"""Of a text, and of points."""
MOST_UP_BYTES: Final = 5
"""A number from a client has at most 35 bits."""
INT_MAX: Final = (1 << INT_BITS) - 1
"""The greatest tick, seq, value and bit mask."""
CHECK_BYTES: Final = 2
MOST_FIELDS: Final = 28
"""Fields of an entity, since a mask has this many bits."""
MOST_TEXT_BYTES: Final = 4096
MOST_INTS: Final = 1 << 16
"""Of a list of integers and of a list of entities."""
MOST_VARINT_BYTES: Final = 7
"""A number on the wire has at most 49 bits: milliseconds of 17,000 years."""
MOST_CELLS: Final = 1 << 20
"""Of a grid."""
MOST_TICKS_AHEAD: Final = 15
"""An input for a later tick is moved to this one."""


class Layout(NamedTuple):
    """One row of a table of frames: its name, its bytes."""

    name: str
    layout: str


STATES: Final = (
    Layout(
        "state",
        "`01` + flags, number (1 byte), [advance varint, if flag `40`], [acks, if flag `10`], "
        "[events, if flag `20`], update of the root, check",
    ),
    Layout(
        "keyframe", "`02`, number (1 byte), epoch varint, tick varint, at varint, acks, root in full, check"
    ),
    Layout(
        "private",
        "`03` + flags, seat varint, update of the private part's root (flag `10`: in full; flag `20`: it "
        "is the "
        "host's part), check",
    ),
    Layout(
        "clock",
        "`04`, client varint, now varint, check. Only in the framing `bare`: it answers the message `02` "
        "of section 6",
    ),
    Layout(
        "shift",
        "`06`, tick varint, at varint, check: from now on, tick t is due at `at` + (t − tick) × 1000 / "
        "tick_hz",
    ),
)
"""The frames that tell a state."""

FIELDS: Final = (
    Layout(
        "scalars",
        "zigzag of new − old, where both are the value >> drop; with `wraps`, the difference is taken modulo "
        "m = wraps >> drop into the range −⌊m/2⌋ … m − ⌊m/2⌋ − 1, and old plus difference modulo m is the "
        "new value",
    ),
    Layout("text", "length in bytes varint, UTF-8"),
    Layout(
        "ints",
        "new length varint, number of changes varint, each: index gap varint (index − last index − 1, last "
        "= −1 at "
        "first), zigzag of new − old (old = 0 beyond the old end)",
    ),
    Layout(
        "series, track",
        "cut varint: 0 keeps all rows, n + 1 keeps the first n; count of new rows varint; each row: every "
        "column as "
        "zigzag of the difference to the row before, which for the first new row is the last row kept (0 "
        "without "
        "one), where each is the value >> the column's drop",
    ),
    Layout(
        "grid",
        "number of changes varint, each: index gap varint, value byte; or 0 and then the whole: length "
        "varint, runs "
        "of (value byte, count varint)",
    ),
    Layout(
        "entities",
        "number of operations varint, each: head varint = (id − last id − 1) × 4 + op, last = −1 at first; "
        "op 0: mask "
        "varint and update; 1: a new entity in full; 2: it is gone; 3: an update with the same mask as the "
        "last "
        "update (op 0 or 3) of this entity; the mask is forgotten when the entity is removed, and all "
        "masks with a "
        "keyframe or a private part in full",
    ),
)
"""How a field of each kind is written against the old value."""

MESSAGES: Final = (
    Layout(
        "input",
        "`01`, seat varint, count varint, first seq varint, then each: tick zigzag (the first as it is, "
        "the others "
        "against the one before), buttons varint × 2 + (1 if a value follows), [value zigzag]; the seqs "
        "rise by one",
    ),
    Layout("clock", "`02`, client varint"),
    Layout("resync", "`03`"),
    Layout(
        "controls",
        "`04`, seat varint, count varint, first seq varint, then each: tick zigzag as in `input`, buttons "
        "varint, number of changes varint, each: head varint = number of the control × 4 + form; form 0: "
        "its packed number varint; 1: length in bytes varint, text in UTF-8; 2: the same for a text that is "
        "only being typed; 3: length in bytes varint, points: for each zigzag(x − x before) × 2 + down "
        "varint and zigzag(y − y before) varint, the first against (0, 0)",
    ),
)
"""The binary messages of a client in the framing "bare"."""

PREDICTED: Final = (
    Layout(
        "checkpoint (`k`)",
        "`07`, epoch varint, tick varint, at varint, acks, chance, length varint and the packed match "
        "(`game/rules/snapshot.py`), the journal's rows since, check",
    ),
    Layout(
        "entries (`s`)",
        "`05` + flags, advance varint, [hash, 4 bytes low first, if flag `10`], [margins, if flag `20`: "
        "count varint, "
        "each seat varint, margin zigzag], [chance, if flag `80`], entries up to the end; no check",
    ),
)
"""The frames for a client that runs the rules."""


class EntryKind(NamedTuple):
    """One row of the table of entries: its number, its meaning and its two numbers."""

    number: int
    meaning: str
    a: str
    b: str


ENTRY_KINDS: Final = (
    EntryKind(0, "press: the seat holds these buttons from now on", "buttons", "value"),
    EntryKind(1, "entropy word; only in a checkpoint's rows, in entries it is *chance*", "word", "0"),
    EntryKind(2, "join: the seat is taken", "team", "0"),
    EntryKind(3, "leave: the seat is given up", "0", "0"),
    EntryKind(4, "command: the host, or the room itself, to the game", "verb", "value"),
    EntryKind(
        5,
        "control: a control that is not a button changed",
        "number of the control; + 32 × (1 + n) if it brings n bytes of a text or of points, + 256 with the "
        "last of them, + 512 if the text is only being typed",
        "packed number, or the bytes, low first",
    ),
)
"""The kinds of entries, which are those of `game.rules`."""
