"""Games that the host leads: they know the host's seat, and take a pack that the host brought.

A pack is content for one match, such as questions, as bytes in a format that the game and the server's
plug-in for packs agree on. The room passes all this on as commands with numbers above those of `commands`.
"""

from .game import Game

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .match import Match
    from .options import Values

HOST_SEAT = 64
"""Number of the command with the host's seat + 1; 0: the host has no seat."""
PACK_BYTES = 65
"""Number of the command with three bytes of the pack, the first in the lowest bits; -1: the pack is whole."""
PACK_KNOWN_TO = 66
"""Number of the command with the seats that know the pack: seat + 1, and 128 times a second seat + 1."""
MOST_BYTES = 32768


class HostedGame(Game):
    """A game that the host leads.

    Its state declares where the bytes of a pack are collected:

        inbox = Ints(32768, high=255, see=NOBODY)

    Write `led_by`, `take_pack` and, for the names in `commands`, `host_command`.
    """

    hosted = True
    """Seats of players who lost the connection are held for the whole match."""

    def led_by(self, m: "Match", seat: int) -> None:
        """The host sits on this seat from now on; -1: the host has no seat."""

    def take_pack(self, m: "Match", data: bytes) -> None:
        """A whole pack has arrived; it comes before the first step."""

    def pack_known_to(self, m: "Match", seats: "list[int]") -> None:
        """The players on these seats brought the pack, and so know what is in it."""

    def box_wanted(self, options: "Values") -> "tuple[str, list[str]]":  # noqa: ARG002 (for games with options)
        """What of the server's own pack a match with these options wants, when the host brought none.

        Returns:
            The language of the texts, "" for the host's; and the categories, none for all.
        """
        return "", []

    def host_command(self, m: "Match", verb: int, value: int) -> None:
        """The host gave a command: `verb` is an index into `commands`."""

    def command(self, m: "Match", seat: int, verb: int, value: int) -> None:  # noqa: ARG002 (as in Game)
        """Hand a command from the room or the host to the method that is meant for it."""
        if verb == HOST_SEAT:
            self.led_by(m, value - 1)
        elif verb == PACK_BYTES:
            self._collect(m, value)
        elif verb == PACK_KNOWN_TO:
            self.pack_known_to(m, [one - 1 for one in (value & 127, value >> 7) if one])
        else:
            self.host_command(m, verb, value)

    def _collect(self, m: "Match", value: int) -> None:
        inbox = m.state.inbox
        if value < 0:
            m.state.inbox = []
            self.take_pack(m, bytes(inbox).rstrip(b"\0"))
        elif len(inbox) <= MOST_BYTES - 3:
            inbox.extend((value & 255, value >> 8 & 255, value >> 16 & 255))
