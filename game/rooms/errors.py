"""Why a command was not carried out: a code for programs and a sentence for people."""


class Refused(Exception):
    """A command that the room will not carry out.

    `code` is one of the protocol's codes, `message` a sentence fit for the person who asked.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NoSuchRoom(Refused):
    """There is no room with the code that somebody gave.

    A room that exists but lets nobody in is refused with the same code and words by a plain `Refused`, so
    that trying codes shows nothing, while only codes without a room count as tries.
    """

    def __init__(self) -> None:
        super().__init__("no_room", NO_ROOM)


NO_ROOM = "There is no open room with this code. It may have ended, be full or be locked."
