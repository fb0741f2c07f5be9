"""The codes of refusals, goodbyes and notices: programs read the code, people the message."""

from typing import NamedTuple


class Code(NamedTuple):
    """Attributes: what happened, and what a client does about it."""

    meaning: str
    advice: str


ERRORS: dict[str, Code] = {
    "bad_request": Code(
        "the argument has a wrong type, an unknown key or a value out of its range, or names something "
        "that does not exist",
        "show the message; if the argument was malformed, correct the client",
    ),
    "no_room": Code(
        "no room has this code, or the room is private and does not let you in: of a private room `join` and "
        "`knock` do not say whether it is full or locked, or has banned you",
        "ask for another code",
    ),
    "full": Code(
        "all seats, or all places for spectators or bots, are taken", "offer to watch, or try again later"
    ),
    "locked": Code("the host lets nobody new into this room", "show the message"),
    "banned": Code("the host has banned this device or address", "show the message; do not try again"),
    "not_host": Code("only the host can do that", "hide the control from players who are not `ROOM.host`"),
    "not_in_room": Code("this connection is in no room", "enter a room first"),
    "wrong_phase": Code(
        "the command does not fit the phase of the room, or you have no seat",
        "wait for the next change of `phase`",
    ),
    "bad_option": Code(
        "the option or preset does not exist, or the value is not allowed",
        "show the message, keep the old value",
    ),
    "bad_name": Code("the name has no visible character", "ask for another name"),
    "too_fast": Code(
        "the budget for this kind of command is used up",
        "wait a second (a few seconds for `pack`), then send it again",
    ),
    "too_many": Code(
        "this device or its address tried too many wrong codes, opened too many rooms, or entered too many "
        "rooms",
        "show the message; wait a minute",
    ),
    "unknown_game": Code("the server does not offer this game", "choose one of `welcome.games`"),
    "bad_pack": Code("the questions cannot be read; the message names the lines", "show the message"),
    "muted": Code("the host has muted you", "show the message"),
    "gap": Code(
        "this `n` does not follow your last line, or belongs to another line",
        "count on from `chat_n` of the last JOINED",
    ),
    "no_records": Code("the server keeps no records, or not of this match", "show the message"),
    "older_rules": Code(
        "the match was played by other rules than those that the server has now", "show the message"
    ),
    "busy": Code(
        "the server is full, or the room is moving to another worker, or its store is slow",
        "try again after a second, with longer pauses",
    ),
    "replaced": Code(
        "(to `join`) you are in this room by another connection and took the seat over too often",
        "wait five seconds",
    ),
    "internal": Code("the server failed", "show the message; do not repeat the command at once"),
}
"""The codes of a refused command."""

REFUSED_CONNECTIONS: dict[str, Code] = {
    "version": Code("`auth.version` is not 1", "load the page again; a program needs a newer version"),
    "bad_request": Code("there is no such framing", "correct the client"),
    "crowded": Code(
        "too many players connect from your address", "try again later, no sooner than after some seconds"
    ),
    "busy": Code("the server is full", "try again later, no sooner than after some seconds"),
}
"""The codes of a refused connection."""

GOODBYES: dict[str, Code] = {
    "replaced": Code(
        "the same player connected elsewhere; also sent to a new connection that takes a seat from an open "
        "connection for the ninth time or more within seconds",
        "do not connect again unasked; in the second case wait five seconds",
    ),
    "kicked": Code("the host removed you from the room", "connect again, without the seat token"),
    "banned": Code("the host banned you from the room", "connect again, without the seat token"),
    "strikes": Code("too many malformed messages", "correct the client"),
    "draining": Code("this worker ends", "connect again, at once"),
    "closed": Code("the room ended", "connect again, without the seat token"),
    "failed": Code("something broke in the room, which ended it", "connect again, without the seat token"),
}
"""The codes of `bye`."""

NOTICES: dict[str, str] = {
    "announcement": "a message of the operator",
    "bot_seat": "people and bots had all seats: you play on the seat of a bot, which the message names",
    "bad_input": "you sent an input that the game cannot take; the message says what it takes",
    "too_long": "the match took too long and was ended",
    "game_failed": "the game's rules failed, so the match ended without results",
    "older_rules": "the rules have changed, and the kept match cannot be played on",
    "not_kept": "the match cannot be kept while nobody is there",
    "unsaved": "the result of the match cannot be kept",
    "match_lost": "the server was updated, and the match could not be continued",
    "room_lost": "the server was updated, and the room could not be continued",
}
"""The codes of `notice`."""
