"""The doorman: who may connect, and what every event of a connection may be.

Handlers check and hand on; nothing here waits, and what must come after an answer is left to a greenlet. A
bad event harms only its sender: it is answered, counted as a strike, and after too many strikes the
connection is closed with a reason.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import gevent
import msgspec
from gevent.lock import BoundedSemaphore
from socketio.exceptions import ConnectionRefusedError as Refuse

from game import error_log, telemetry
from game.cluster.gateway import Front, Later
from game.edge.connections import Visitor, Visitors
from game.edge.limits import Budgets
from game.edge.output import Outlet
from game.edge.tokens import Tokens
from game.protocol import commands as c
from game.rooms.errors import NoSuchRoom, Refused
from game.rooms.handlers import ORDERS, Slow
from game.settings import Limits
from game.sync.varint import BadFrame
from game.sync.wire import ClockMessage, InputMessage, clock_frame, parse_message
from game.transport.manager import Fanout, Frame, Framing
from game.transport.sampling import Sampler

log = logging.getLogger("rumpus.net")

VERSION = 1
MOST_SEAT = 127
SLOW = "slow client"
"""The reason with which the transport ends a connection that does not read."""
MOST_PREPARED = 8
"""Commands that may wait for a long preparation at once."""
Answer = dict[str, Any]
ENTRANCES: dict[str, type[c.Command]] = {"create": c.Create, "join": c.Join, "quick": c.Quick, "demo": c.Demo}


INTERNAL = Refused("internal", "Something went wrong here. Try again.")


def _refusal(code: str, message: str) -> Refuse:
    """A refused connection: the message for people, both for programs."""
    return Refuse(message, {"code": code, "message": message})


class Doorman:
    """The event handlers of the namespace `/`."""

    def __init__(
        self,
        front: Front,
        visitors: Visitors,
        tokens: Tokens,
        outlet: Outlet,
        fanout: Fanout,
        limits: Limits,
        now_ms: Callable[[], int],
        address_of: Callable[[dict[str, Any]], str],
        welcome: Callable[[], dict[str, msgspec.Raw]],
    ) -> None:
        self._front = front
        self._visitors = visitors
        self._tokens = tokens
        self._outlet = outlet
        self._fanout = fanout
        self._limits = limits
        self._budgets = Budgets(limits)
        self._sampler = Sampler()
        self._now_ms = now_ms
        self._address_of = address_of
        self._welcome = welcome
        self._frame = self.frame  # one for all: each would be something more to fetch at every press
        self._preparing = 0
        self._preparation = BoundedSemaphore(1)

    # --- coming and going ---------------------------------------------------------------------

    def connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        """A connection to `/`: read its auth, greet it, and put it back where it was."""
        told = auth if isinstance(auth, dict) else {}
        if told.get("version", VERSION) != VERSION:
            raise _refusal("version", "This page is out of date. Reload it.")
        try:
            framing = Framing(told.get("framing", "binary"))
        except ValueError:
            raise _refusal("bad_request", "framing must be binary, json or bare.") from None
        device = self._tokens.read_device(told.get("device"))
        token = str(told.get("device"))
        if device is None:
            device, token = self._tokens.new_device()
        seat = self._tokens.read_seat(told.get("seat"))
        code = seat[0] if seat is not None and seat[1] == device else None
        address = self._address_of(environ)
        if code is None:  # a player who comes back takes the place of their lost connection
            self._check_space(address)
        visitor = self._visitors.enter(sid, device, address, framing, self._tokens.is_young(device))
        visitor.hash = placed_by(environ)
        telemetry.connections.inc()
        self._fanout.set_framing(sid, framing, partial(self._frame, visitor))
        # Nothing may be said to a client before it knows that it is connected.
        gevent.spawn(self._greet, sid, device, token, code)

    def _check_space(self, address: str) -> None:
        if self._visitors.is_full():
            code, sentence = "busy", "This server is full at the moment. Try again in a few minutes."
        elif self._visitors.is_crowded(address):
            most = self._visitors.most_per_place
            code = "crowded"
            sentence = f"There are {most} players from your network already. Try again when some have left."
        else:
            return
        if self._sampler.admits(address if code == "crowded" else ""):
            log.warning(
                "refused a connection from %s: %s (not logged since: %d)",
                address,
                "server.max_connections_per_address" if code == "crowded" else "server.max_connections",
                self._sampler.take_skipped(),
            )
        telemetry.refusals.labels("connect", code).inc()
        raise _refusal(code, sentence)

    def _greet(self, sid: str, device: str, token: str, code: str | None) -> None:
        """Say welcome, and bring a device back into the room that it was in."""

        def welcome(resumed: Answer | None) -> None:
            if sid not in self._visitors.by_sid:
                return
            greeting = {"version": VERSION, "device": token, "now": self._now_ms(), **self._welcome()}
            self._fanout.send_event(sid, "welcome", msgspec.json.encode({**greeting, "resumed": resumed}))
            if resumed is not None:
                self._front.arrived(sid)

        if code is not None and sid in self._visitors.by_sid:
            self._front.resume(sid, device, code, self._now_ms(), welcome)
        else:
            welcome(None)

    def disconnect(self, sid: str, reason: object = None) -> None:
        """A connection is gone."""
        if reason == SLOW:
            telemetry.slow_clients.labels("closed").inc()
            log.info("closed a slow client", extra={"conn": sid})
        if sid in self._visitors.by_sid:
            self._front.detach(sid, self._now_ms())
            self._visitors.leave(sid)

    # --- events -------------------------------------------------------------------------------

    def event(self, name: str, sid: str, *args: Any) -> object:
        """Any event but connect and disconnect. Its answer is the acknowledgement, now or later."""
        visitor = self._visitors.by_sid.get(sid)
        if visitor is None or visitor.closing:
            return None
        if name == "i":  # with a wish for an acknowledgement; without one it takes the quick way
            self.input(sid, *args)
            return None
        acknowledge = self._fanout.answer_later()

        def later(answer: Answer | Refused) -> None:
            if isinstance(answer, Refused):
                self._count_refusal(visitor, name, answer.code)
                if answer.code == "internal":
                    self._strike(visitor, answer.message)
            else:
                self._count_command(name)
            acknowledge(shown(answer))
            if name in ENTRANCES and not isinstance(answer, Refused):
                self._front.arrived(sid)

        try:
            answer = self._command(visitor, name, args, later)
        except Refused as refused:
            self._count_refusal(visitor, name, refused.code)
            return shown(refused)
        except Exception as error:
            return shown(self._failed(visitor, name, error))
        if answer is None:
            return self._fanout.unanswered
        self._count_command(name)
        return shown(answer)

    def _count_refusal(self, visitor: Visitor, name: str, code: str) -> None:
        """Count a refused command; refused ways into a room are logged, some of them."""
        event = name if name in ENTRANCES or name in ORDERS or name == "clock" else "unknown"
        telemetry.refusals.labels(event, code).inc()
        if name in ENTRANCES and self._sampler.admits((visitor.place, code)):
            log.info(
                "refused",
                extra={
                    "command": name,
                    "reason": code,
                    "conn": visitor.sid,
                    "address": visitor.address,
                    "not_logged_since": self._sampler.take_skipped(),
                },
            )

    @staticmethod
    def _count_command(name: str) -> None:
        if name == "chat":
            telemetry.chat_lines.inc()
        elif name == "resync":
            telemetry.resyncs.inc()

    def _failed(self, visitor: Visitor, name: str, error: Exception) -> Refused:
        """A command raised: a fault of ours, which hurts the one who sent it.

        The operator reads one line, once a minute. It counts as a strike: whoever found a way to make the
        server fail must not be able to go on.
        """
        error_log.report(f"command {name[:32]!r}", error)
        self._strike(visitor, INTERNAL.message)
        return INTERNAL

    def _command(self, visitor: Visitor, name: str, args: tuple[Any, ...], later: Later) -> Answer | None:
        now_ms = self._now_ms()
        if name == "clock":
            client = args[0].get("client") if len(args) == 1 and isinstance(args[0], dict) else None
            if (
                isinstance(client, bool)
                or not isinstance(client, (int, float))
                or not -c.MOST_CLOCK <= client <= c.MOST_CLOCK  # nor is NaN
            ):
                raise self._strike(visitor, "clock takes the client's time as a number.")
            if not visitor.clocks.take(now_ms):
                raise Refused("too_fast", "You asked for the time too often. Wait a moment.")
            return {"client": client, "now": now_ms}
        if not visitor.commands.take(now_ms):
            raise Refused("too_fast", "That was too much at once. Wait a moment.")
        order = ORDERS.get(name)
        if order is None and name not in ENTRANCES:
            raise self._strike(visitor, f"There is no command {name[:32]}.")
        slow = order.slow if order is not None else None
        shape = slow.shape if slow is not None else order.shape if order is not None else ENTRANCES[name]
        payload = args[0] if args else {}
        if len(args) > 1 or not isinstance(payload, dict):
            raise self._strike(visitor, f"{name} takes one object.")
        try:
            command = msgspec.convert(payload, shape)
            if slow is None:
                msgspec.msgpack.encode(command)  # whether it could be handed on to another worker
        except msgspec.ValidationError as error:
            raise self._strike(visitor, f"{name}: {error}") from None
        except UnicodeEncodeError:
            raise self._strike(visitor, f"{name}: half a surrogate pair is no text.") from None
        if order is None:
            return self._enter(visitor, command, now_ms, later)
        if slow is not None:
            self._prepare(visitor, name, slow, command, now_ms, later)
            return None
        return self._front.order(visitor.sid, name, command, now_ms, later)

    def _prepare(
        self, visitor: Visitor, name: str, slow: Slow, command: c.Command, now_ms: int, later: Later
    ) -> None:
        """Carry a command out whose preparation takes long: in a thread, one at a time, so that ticks go on.

        Raises Refused when this connection, or all of them, ask for too much of it.
        """
        if not visitor.preparations.take(now_ms):
            raise Refused("too_fast", "That was tried too often. Wait a few seconds.")
        if self._preparing >= MOST_PREPARED:
            raise Refused("busy", "The server is busy. Try again in a moment.")
        self._preparing += 1

        def work() -> None:
            try:
                with self._preparation:
                    prepared = gevent.get_hub().threadpool.apply(_attempt, (slow, command))
                if isinstance(prepared, Exception):
                    raise prepared
                answer = self._front.order(visitor.sid, name, prepared, self._now_ms(), later)
            except Refused as refused:
                later(refused)
            except Exception as error:
                error_log.report(f"command {name!r}", error)
                later(INTERNAL)
            else:
                if answer is not None:
                    later(answer)
            finally:
                self._preparing -= 1

        gevent.spawn(work)

    def _enter(self, visitor: Visitor, command: c.Command, now_ms: int, later: Later) -> Answer | None:
        """Enter a room, within the budgets of the connection, its device and its address."""
        budgets = self._budgets
        if isinstance(command, c.Profile):
            command = msgspec.structs.replace(command, place=self._tokens.place_mark(visitor.place))
        if not visitor.entries.has(now_ms):
            raise Refused("too_many", "You went in and out of too many rooms. Wait a few seconds.")
        if isinstance(command, c.Create):
            budgets.open_room(visitor, now_ms)
        elif isinstance(command, c.Quick):
            budgets.play_quickly(visitor, now_ms)
        elif isinstance(command, c.Join):
            budgets.try_code(visitor, now_ms)

        def count(answer: Answer | Refused) -> None:
            if isinstance(answer, NoSuchRoom):
                budgets.wrong_code(visitor, now_ms)
            elif not isinstance(answer, Refused):
                visitor.entries.take(now_ms)
                if isinstance(command, c.Quick) and answer["room"].get("owner") == answer["player"]:
                    budgets.opened_by_quick_play(visitor, now_ms)

        def counted(answer: Answer | Refused) -> None:
            count(answer)
            later(answer)

        try:
            answer = self._front.enter(visitor.sid, visitor.device, command, now_ms, counted)
        except Refused as refused:
            count(refused)
            raise
        if answer is not None:
            count(answer)
            # The answer holds the schema by which the match can be read, so it goes first.
            gevent.spawn(self._front.arrived, visitor.sid)
        return answer

    def _strike(self, visitor: Visitor, message: str) -> Refused:
        """Count a malformed message; the tenth closes the connection."""
        visitor.strikes += 1
        telemetry.strikes.inc()
        if visitor.strikes >= self._limits.strikes and not visitor.closing:
            telemetry.struck_out.inc()
            log.warning(
                "closed a connection: too many malformed messages",
                extra={"conn": visitor.sid, "address": visitor.address},
            )
            self._front.detach(visitor.sid, self._now_ms())
            self._outlet.close(visitor.sid, "strikes", "Too many messages that make no sense.")
        return Refused("bad_request", message)

    # --- inputs -------------------------------------------------------------------------------

    # hot: every press of every player
    def frame(self, visitor: Visitor, payload: bytes) -> None:
        """A bare binary message of a client that agreed on the bare framing."""
        if visitor.closing:
            return
        now_ms = self._now_ms()
        if not visitor.inputs.take(now_ms):
            return
        try:
            message = parse_message(payload)
        except BadFrame as error:
            self._strike(visitor, str(error))
            return
        if isinstance(message, InputMessage):
            self._front.press(visitor.sid, message, now_ms)
        elif isinstance(message, ClockMessage):
            if not visitor.clocks.take(now_ms):
                return
            frame = clock_frame(message.client, now_ms)
            self._fanout.send(visitor.sid, Frame("s", frame), True)
        else:
            telemetry.resyncs.inc()
            self._front.follow(visitor.sid)

    # hot: every press of every player with ordinary framing
    def input(self, sid: str, *args: Any) -> None:
        """An input of a client with ordinary framing."""
        visitor = self._visitors.by_sid.get(sid)
        if visitor is None or visitor.closing:
            return
        now_ms = self._now_ms()
        if not visitor.inputs.take(now_ms):
            return
        try:
            seat, *inputs = msgspec.convert(args[0] if len(args) == 1 else None, list[Any])
            rows = msgspec.convert(inputs, list[list[int]])
            if not isinstance(seat, int) or not 0 <= seat <= MOST_SEAT or not 1 <= len(rows) <= 8:
                raise ValueError
            for row in rows:
                if not 3 <= len(row) <= 4 or not all(-(1 << 29) <= number < (1 << 29) for number in row):
                    raise ValueError
        except (ValueError, TypeError):
            self._strike(visitor, "i takes a list of a seat and 1 to 8 lists [seq, tick, buttons].")
            return
        first = rows[0][0]
        if any(row[0] != first + k for k, row in enumerate(rows)) or first < 1:
            self._strike(visitor, "the inputs' seqs rise by one from 1.")
            return
        taken = tuple((row[1], max(row[2], 0), row[3] if len(row) > 3 else None) for row in rows)
        self._front.press(visitor.sid, InputMessage(seat, first, taken), now_ms)

    def pong(self, sid: str, round_trip_ms: float) -> None:
        """A client has answered a ping: that is how its line is measured."""
        visitor = self._visitors.by_sid.get(sid)
        if visitor is not None and not visitor.closing:
            self._front.measured(sid, round_trip_ms)

    # --- slow clients -------------------------------------------------------------------------

    def drained(self, sid: str) -> None:
        """A client that was too slow has read everything: one keyframe, and it follows again."""
        telemetry.slow_clients.labels("drained").inc()
        self._fanout.resume(sid)
        self._front.follow(sid)


def _attempt(slow: Slow, command: c.Command) -> c.Command | Exception:
    """Prepare a command in a thread. What it raises is returned: gevent would print a traceback of it."""
    try:
        return slow.prepare(command)
    except Exception as error:
        return error


def shown(answer: Answer | Refused) -> Answer:
    """An answer as the protocol shows it."""
    if isinstance(answer, Refused):
        return {"ok": False, "code": answer.code, "message": answer.message}
    return {"ok": True, **answer}


def placed_by(environ: dict[str, Any]) -> str:
    """What a load balancer placed a connection by: `h` in the address, as a room's code is written."""
    for part in str(environ.get("QUERY_STRING", "")).split("&"):
        if part.startswith("h="):
            return part[2:34].upper()
    return ""
