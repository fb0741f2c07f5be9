"""Why a command was not carried out: a code for programs and a sentence for people."""


class Refused(Exception):
    """A command that the room will not carry out.

    `code` is one of the protocol's codes, `message` a sentence fit for the person who asked.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
