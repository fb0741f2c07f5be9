"""Command handlers: what a person in a room may ask of it, who may ask, and what is done.

`HANDLERS` has a row for each command of the protocol. A handler takes the room, the person, the decoded
command and the time, and returns what the answer holds besides `ok`. When it raises Refused, nothing has
changed.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from game.protocol import commands as c
from game.protocol.commands import COMMANDS
from game.protocol.events import EmoteShown
from game.protocol.objects import PlaylistEntry
from game.rooms.errors import Refused
from game.rooms.hosting import BadPack, PackFormat, ReadPack
from game.rooms.lifecycle import RUNNING, Phase, WrongPhase
from game.rooms.names import clean_name
from game.rooms.people import Person, Seat, unused_look
from game.rooms.room import Room
from game.rules.options import BadOption
from game.sync.schema import Schema

DONE = c.Done()


class Preparation(NamedTuple):
    """Turns a client's command into one of the type `result`, which a room takes.

    It may take milliseconds, so it must not run in the greenlet of the ticks; it needs no room. It raises
    Refused.
    """

    result: type[c.Command]
    prepare: Callable[[Any, PackFormat], c.Command]


class CommandHandler(NamedTuple):
    """The function that handles a command, and the preparation that the command needs before."""

    handle: Callable[[Room, Person, Any, int], c.Answer]
    slow: Preparation | None = None


def argument_of(name: str) -> type[c.Command]:
    """The type of the command `name` that a room takes."""
    slow = HANDLERS[name].slow
    return COMMANDS[name].argument if slow is None else slow.result


def handle(room: Room, person: Person, name: str, command: c.Command, now_ms: int) -> c.Answer:
    """Handle one command and publish what it changed. Raises Refused."""
    if COMMANDS[name].host_only and room.host != person.id:
        raise Refused("not_host", "Only the host can do that.")
    if name not in UNLIMITED and person.output.in_debt(now_ms):
        raise Refused("too_fast", "You changed too much for everyone at once. Wait a few seconds.")
    if name not in PASSIVE:
        room.seating.acted(person, now_ms)
    try:
        answer = HANDLERS[name].handle(room, person, command, now_ms)
    except BadOption as error:
        raise Refused("bad_option", str(error)) from None
    except WrongPhase:
        raise Refused("wrong_phase", "That is not possible right now.") from None
    if name not in QUIET:
        room.replication.review_delays()
    room.lifecycle.review(now_ms)
    if name in RESEATING and room.runner is not None:
        room.publisher.charge_for_seat_change(person)
    if person.displaced:
        room.publisher.send_displaced(person)
    if name not in QUIET:
        room.publisher.publish_soon(now_ms, person)
    return answer


def _leave(room: Room, person: Person, _: c.Nothing, now_ms: int) -> c.Answer:
    room.seating.remove(person, now_ms)
    return DONE


def _profile(room: Room, person: Person, command: c.Profile, _now_ms: int) -> c.Answer:
    if command.name is not None:
        _rename(room, person, command.name)
    if command.colour is not None:
        person.colour = command.colour
    if command.shape is not None:
        person.shape = command.shape
    if command.language is not None:
        person.language = command.language
    if person.seat is not None:
        seat = room.seats[person.seat]
        seat.name = person.name
        others = [one for number, one in room.seats.items() if number != person.seat]
        if command.colour is not None or command.shape is not None:
            colour = seat.colour if command.colour is None else command.colour
            shape = seat.shape if command.shape is None else command.shape
            seat.colour, seat.shape = unused_look(others, colour, shape)
    return DONE


def _rename(room: Room, person: Person, wished: str) -> None:
    name = clean_name(wished)
    if not name:
        raise Refused("bad_name", "A name needs at least one letter or digit.")
    if name != person.name:
        person.name = ""
        if person.seat is not None:
            room.seats[person.seat].name = ""
        person.name = room.seating.unused_name(name)


def _sit(room: Room, person: Person, command: c.Sit, now_ms: int) -> c.Answer:
    if command.spectate:
        if person.seat is not None and room.seating.spectators_full():
            raise Refused("full", "There are too many people watching already.")
        room.seating.vacate(person)
        return c.Seated(None)
    if command.seat is not None:
        room.seating.change_seat(person, command.seat)
    elif person.seat is None:
        _seat(room, person)
        if person.member is not None and room.phase is Phase.RESULTS:
            room.seating.want_rematch(person, False, now_ms)
    return c.Seated(person.seat)


def _seat(room: Room, person: Person) -> None:
    if room.demo:
        raise Refused("wrong_phase", "The demonstration plays by itself.")
    if not room.seating.find_seat(person):
        raise Refused("full", "Every seat is taken.")


def _second(room: Room, person: Person, command: c.Second, _now_ms: int) -> c.Answer:
    if not command.on:
        if person.second is not None:
            room.seating.free(person.second)
            person.second = None
        return c.Seated(None)
    if person.seat is None:
        raise Refused("wrong_phase", "Take a seat yourself first.")
    if person.second is None:
        number = room.seating.open_seat()
        if number is None:
            raise Refused("full", "Every seat is taken.")
        name = clean_name(command.name or "") or f"{person.name[:12]} 2"
        room.seating.take_seat(person, number, name=name, second=True)
    return c.Seated(person.second)


def _ready(room: Room, person: Person, command: c.Ready, now_ms: int) -> c.Answer:
    if person.seat is None:
        raise Refused("wrong_phase", "You are watching. Take a seat first.")
    if room.phase not in (Phase.LOBBY, Phase.COUNTDOWN):
        raise Refused("wrong_phase", "The match is running already.")
    room.seating.set_ready(person, command.ready, now_ms)
    return DONE


def _team(room: Room, person: Person, command: c.Team, _now_ms: int) -> c.Answer:
    seat = room.seats.get(command.seat)
    if seat is None:
        raise Refused("bad_request", "Nobody sits there.")
    if seat.player != person.id and room.host != person.id:
        raise Refused("not_host", "Only the host can move others to a team.")
    if room.phase in RUNNING:
        raise Refused("wrong_phase", "Teams stay as they are during a match.")
    if command.team > room.choice.teams():
        raise Refused("bad_request", f"There are {room.choice.teams()} teams in this room.")
    seat.team = command.team
    return DONE


def _start(room: Room, _person: Person, _: c.Nothing, now_ms: int) -> c.Answer:
    room.lifecycle.start(now_ms)
    return DONE


def _cancel(room: Room, _person: Person, _: c.Nothing, now_ms: int) -> c.Answer:
    room.lifecycle.cancel(now_ms)
    return DONE


def _options(room: Room, _person: Person, command: c.Options, _now_ms: int) -> c.Answer:
    _settable(room)
    if room.continuation is not None:
        raise Refused("wrong_phase", "This match goes on as it was: its settings cannot be changed.")
    before = (room.preset, room.chosen)
    try:
        if command.preset is not None:
            room.choice.choose_preset(command.preset)
        if command.values:
            room.choice.choose_options(command.values)
    except (BadOption, Refused):
        room.preset, room.chosen = before
        raise
    if room.chosen != before[1]:
        room.seating.withdraw_agreement()
    return DONE


def _settable(room: Room) -> None:
    if room.phase not in (Phase.LOBBY, Phase.RESULTS):
        raise Refused("wrong_phase", "Settings can be changed between matches.")


def _game(room: Room, person: Person, command: c.ChooseGame, now_ms: int) -> c.Answer:
    _settable(room)
    if command.game not in room.context.games:
        raise Refused("unknown_game", "This server does not have that game.")
    room.next_game.drop()
    if room.phase is Phase.RESULTS:
        room.lifecycle.back_to_lobby(now_ms)
    if command.game != room.game.name:
        room.choice.choose_game(command.game)
        room.seating.withdraw_agreement()
        room.publisher.send_to_all(person, "schema", Schema.of(room.game).describe())
    return DONE


def _bot(room: Room, _person: Person, command: c.Bot, _now_ms: int) -> c.Answer:
    if command.remove is not None:
        _bot_on(room, command.remove)
        room.seating.free(command.remove)
        if room.fill:
            room.fill = max(0, len(room.seats))
        return c.Seated(None)
    if command.style is not None and command.style >= len(room.game.bot_styles):
        raise Refused("bad_request", f"This game has {len(room.game.bot_styles)} kinds of bots.")
    if command.seat is not None:
        _bot_on(room, command.seat)
        room.seating.change_bot(command.seat, command.level, command.style)
        return c.Seated(command.seat)
    if not command.add:
        raise Refused("bad_request", "Say add, seat or remove.")
    return c.Seated(room.seating.add_bots(command.level, command.style))


def _bot_on(room: Room, number: int) -> Seat:
    seat = room.seats.get(number)
    if seat is None or seat.kind != "bot":
        raise Refused("bad_request", "There is no bot on that seat.")
    return seat


def _other(room: Room, person: Person, player: str) -> Person:
    other = room.people.get(player)
    if other is None:
        raise Refused("bad_request", "That player is not here any more.")
    if other is person:
        raise Refused("bad_request", "That would be yourself.")
    return other


def _kick(room: Room, person: Person, command: c.OnPlayer, now_ms: int) -> c.Answer:
    other = _other(room, person, command.player)
    member = other.member
    room.seating.remove(other, now_ms)
    if member is not None:
        room.context.outbox.close(member, "kicked", "The host asked you to leave.")
    return DONE


def _ban(room: Room, person: Person, command: c.Ban, now_ms: int) -> c.Answer:
    other = _other(room, person, command.player)
    member = other.member
    room.banned.add(other.device)
    if command.address and other.place:
        room.banned_places.add(other.place)
    room.seating.remove(other, now_ms)
    if member is not None:
        room.context.outbox.close(member, "banned", "The host does not let you into this room.")
    return DONE


def _unban(room: Room, _person: Person, _: c.Nothing, _now_ms: int) -> c.Answer:
    room.banned.clear()
    room.banned_places.clear()
    return DONE


def _give(room: Room, _person: Person, command: c.Give, now_ms: int) -> c.Answer:
    person = room.people.get(command.player)
    if person is None:
        raise Refused("bad_request", "That player is not here any more.")
    room.seating.give_seat(command.seat, person, now_ms)
    return DONE


def _mute(room: Room, person: Person, command: c.OnPlayer, _now_ms: int) -> c.Answer:
    _other(room, person, command.player).muted = command.on
    return DONE


def _transfer(room: Room, person: Person, command: c.OnPlayer, _now_ms: int) -> c.Answer:
    other = _other(room, person, command.player)
    if not other.connected:
        raise Refused("bad_request", f"{other.name} is not connected.")
    room.seating.make_host(other)
    return DONE


def _reclaim(room: Room, person: Person, _: c.Nothing, _now_ms: int) -> c.Answer:
    if room.owner != person.id:
        raise Refused("not_host", "Only the one who made the room can take it back.")
    room.seating.make_host(person)
    return DONE


def _lock(room: Room, _person: Person, command: c.Lock, _now_ms: int) -> c.Answer:
    if command.locked is not None:
        room.locked = command.locked
    if command.hidden is not None:
        room.hidden = command.hidden
    if command.private is not None:
        room.set_private(command.private)
    if command.cover is not None:
        room.stand_ins = command.cover
    if command.delay is not None and command.delay != room.delay_s:
        room.delay = command.delay
        room.replication.restart_delayed()
    if command.polite is not None:
        room.set_polite(command.polite)
    elif command.private is False:
        room.set_polite(True)  # strangers may come
    return DONE


def _pause(room: Room, person: Person, command: c.Pause, now_ms: int) -> c.Answer:
    if command.paused:
        room.lifecycle.pause(person.id, now_ms)
    else:
        room.lifecycle.resume(now_ms)
    return DONE


def _verb(room: Room, person: Person, command: c.Verb, _now_ms: int) -> c.Answer:
    if room.runner is None or room.phase is not Phase.LIVE:
        raise Refused("wrong_phase", "No match is running.")
    if command.verb >= len(room.game.commands):
        raise Refused("bad_request", "This game does not know that.")
    room.runner.command(person.seat if person.seat is not None else -1, command.verb, command.value)
    return DONE


def _read_pack(command: c.Pack, packs: PackFormat) -> ReadPack:
    try:
        return ReadPack(packs.encode(packs.read(command.text)) if command.text.strip() else b"")
    except BadPack as error:
        raise Refused("bad_pack", str(error)) from None


def _pack(room: Room, person: Person, command: ReadPack, _now_ms: int) -> c.Answer:
    _settable(room)
    if not room.game.hosted:
        raise Refused("bad_request", "This game takes no pack.")
    room.pack = room.context.packs.decode(command.data) if command.data else None
    room.pack_by = person.device if command.data else ""
    return c.PackTaken(room.pack.describe() if room.pack is not None else None)


def _rematch(room: Room, person: Person, command: c.Rematch, now_ms: int) -> c.Answer:
    if room.phase is not Phase.RESULTS:
        raise Refused("wrong_phase", "There is nothing to play again yet.")
    if command.want and person.seat is None:
        _seat(room, person)
    room.seating.want_rematch(person, command.want, now_ms)
    return DONE


def _lobby(room: Room, _person: Person, _: c.Nothing, now_ms: int) -> c.Answer:
    if room.phase is Phase.COUNTDOWN:
        room.lifecycle.cancel(now_ms)
    else:
        room.lifecycle.back_to_lobby(now_ms)
    return DONE


def _end(room: Room, _person: Person, _: c.Nothing, now_ms: int) -> c.Answer:
    room.lifecycle.stop(now_ms)
    return DONE


def _playlist(room: Room, person: Person, command: c.Playlist, _now_ms: int) -> c.Answer:
    entries = [
        PlaylistEntry(game=one.game, preset=one.preset, matches=one.matches) for one in command.entries
    ]
    room.next_game.set_playlist(entries, command.at, person)
    return DONE


def _next(room: Room, person: Person, command: c.Next, now_ms: int) -> c.Answer:
    _settable(room)
    room.next_game.check_next(command.skip)
    room.next_game.close_poll(now_ms, person)
    if command.skip:
        room.next_game.skip(person)
    if room.phase is Phase.RESULTS:
        room.lifecycle.back_to_lobby(now_ms)
    else:
        room.next_game.choose_due(person)
    return DONE


def _poll(room: Room, person: Person, command: c.OpenPoll, now_ms: int) -> c.Answer:
    if command.open:
        if not person.polls.take(now_ms):
            raise Refused("too_fast", "You began too many votes. Wait a few seconds.")
        room.next_game.open_poll(now_ms)
    elif command.open is False:
        room.next_game.close_poll(now_ms, person)
    if command.each is not None:
        room.next_game.each = command.each
    return DONE


def _vote(room: Room, person: Person, command: c.Vote, now_ms: int) -> c.Answer:
    if not person.votes.take(now_ms):
        raise Refused("too_fast", "You changed your vote too often. Wait a second.")
    room.next_game.vote(person, command.game, now_ms)
    return DONE


def _new_evening(room: Room, _person: Person, _: c.Nothing, _now_ms: int) -> c.Answer:
    room.evening.clear()
    return DONE


def _chat(room: Room, person: Person, command: c.Say, now_ms: int) -> c.Answer:
    if person.muted:
        raise Refused("muted", "The host has muted you.")
    number, line = room.chat.say(person.id, person.name, command.text, command.n, now_ms, room.masked)
    if line is not None:
        room.context.outbox.send(room.code, "chat", line.describe())
    return c.Said(number)


def _emote(room: Room, person: Person, command: c.Emote, now_ms: int) -> c.Answer:
    if command.emote not in c.EMOTES:
        raise Refused("bad_request", f"The emotes are {', '.join(c.EMOTES)}.")
    if person.muted:
        raise Refused("muted", "The host has muted you.")
    if not person.emotes.take(now_ms):
        raise Refused("too_fast", "Too many at once. Wait a second.")
    shown = EmoteShown(player=person.id, seat=person.seat, emote=command.emote)
    room.context.outbox.send(room.code, "emote", shown)
    return DONE


def _away(room: Room, person: Person, command: c.Away, _now_ms: int) -> c.Answer:
    if command.away == person.away or person.member is None:
        return DONE
    person.away = command.away
    if command.away:
        room.replication.pause(person.member)
        room.seating.release_buttons(person)
    else:
        room.replication.follow(person)
    return DONE


def _predict(room: Room, person: Person, command: c.Predict, _now_ms: int) -> c.Answer:
    if command.on:
        _check_predict(room, person, command.game)
    person.predicts = command.on
    if not person.away:
        room.replication.follow(person)
    return DONE


def _check_predict(room: Room, person: Person, game: str) -> None:
    """Raise Refused if this person's client cannot run the rules of the room's game."""
    if room.game.replication != "events" or Schema.of(room.game).private:
        raise Refused("bad_request", "The rules of this game stay on the server.")
    if game not in ("", room.game.name):
        raise Refused("bad_request", "The room has changed its game meanwhile.")
    if room.context.games.get(room.game.name) is not room.game:
        raise Refused("bad_request", "This match is played by rules that have been exchanged since.")
    if not room.context.outbox.takes_entries(person.member or ""):
        raise Refused("bad_request", "Entries are sent as bytes: connect with framing bare or binary.")


def _desync(room: Room, person: Person, command: c.Desync, _now_ms: int) -> c.Answer:
    room.replication.repair(person, command)
    return DONE


def _report(room: Room, person: Person, command: c.Report, now_ms: int) -> c.Answer:
    return c.Reported(room.reports.said(person, command, now_ms))


def _resync(room: Room, person: Person, _: c.Nothing, _now_ms: int) -> c.Answer:
    if person.member is not None:
        room.replication.send_keyframe(person.member)
    return DONE


def _rtt(_room: Room, person: Person, command: c.Rtt, _now_ms: int) -> c.Answer:
    person.rtt = command.rtt
    return DONE


HANDLERS: dict[str, CommandHandler] = {
    "leave": CommandHandler(_leave),
    "profile": CommandHandler(_profile),
    "sit": CommandHandler(_sit),
    "second": CommandHandler(_second),
    "ready": CommandHandler(_ready),
    "team": CommandHandler(_team),
    "start": CommandHandler(_start),
    "cancel": CommandHandler(_cancel),
    "options": CommandHandler(_options),
    "game": CommandHandler(_game),
    "bot": CommandHandler(_bot),
    "kick": CommandHandler(_kick),
    "ban": CommandHandler(_ban),
    "unban": CommandHandler(_unban),
    "give": CommandHandler(_give),
    "mute": CommandHandler(_mute),
    "transfer": CommandHandler(_transfer),
    "reclaim": CommandHandler(_reclaim),
    "lock": CommandHandler(_lock),
    "pause": CommandHandler(_pause),
    "verb": CommandHandler(_verb),
    "pack": CommandHandler(_pack, Preparation(ReadPack, _read_pack)),
    "rematch": CommandHandler(_rematch),
    "lobby": CommandHandler(_lobby),
    "end": CommandHandler(_end),
    "playlist": CommandHandler(_playlist),
    "next": CommandHandler(_next),
    "poll": CommandHandler(_poll),
    "vote": CommandHandler(_vote),
    "new_evening": CommandHandler(_new_evening),
    "chat": CommandHandler(_chat),
    "emote": CommandHandler(_emote),
    "away": CommandHandler(_away),
    "resync": CommandHandler(_resync),
    "rtt": CommandHandler(_rtt),
    "predict": CommandHandler(_predict),
    "desync": CommandHandler(_desync),
    "report": CommandHandler(_report),
}

PASSIVE = frozenset({"away", "resync", "rtt", "leave", "predict", "desync"})
"""Commands that a page sends without its user: they do not show that the person is there."""
UNLIMITED = frozenset({"away", "resync", "rtt", "leave", "predict", "desync", "report", "chat", "emote"})
"""Commands that no debt of output forbids: they cost little, or have limits of their own."""
RESEATING = frozenset({"sit", "second", "bot"})
"""Commands by which players join and leave, in a running match too."""
QUIET = frozenset({"resync", "rtt", "chat", "emote", "predict", "desync", "report"})
"""Commands that do not change ROOM, or whose change may wait for the next housekeeping."""
