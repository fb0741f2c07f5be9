"""Types that several messages share: texts of limited length, numbers in a range, absent values."""

from typing import Annotated

from msgspec import Meta, UnsetType

INT_BITS = 29
"""Inputs, ticks and numbers of a match fit into this many bits, as unsigned numbers."""
NAME_CHARS = 16
"""Visible characters of a name that are kept."""
LOOKS = 8
"""How many colours there are, and how many shapes."""

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""Any JSON value."""
Patch = dict[str, Json]
"""A JSON merge patch (RFC 7396): objects merge, null removes a key, all else replaces."""
Absent = UnsetType
"""The type of a field that is left out of the message; its value in Python is `msgspec.UNSET`."""


def about(text: str) -> Meta:
    """The meaning of a field, for `Annotated`; it goes into the documents that are generated."""
    return Meta(description=text)


Name = Annotated[str, Meta(max_length=64)]
PlayerId = Annotated[str, Meta(max_length=8)]
SeatNumber = Annotated[int, Meta(ge=0, le=127)]
Index = Annotated[int, Meta(ge=0, le=127)]
Look = Annotated[int, Meta(ge=0, le=LOOKS - 1)]
GameName = Annotated[str, Meta(max_length=32)]
RoomCode = Annotated[str, Meta(max_length=32)]
OptionName = Annotated[str, Meta(max_length=32)]
OptionValue = (
    bool
    | Annotated[int, Meta(ge=-(1 << 31), lt=1 << 31)]
    | OptionName
    | Annotated[list[OptionName], Meta(max_length=32)]
)
OptionValues = Annotated[dict[OptionName, OptionValue], Meta(max_length=64)]
