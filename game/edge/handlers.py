"""Connection handlers: who may connect to the namespace `/`, and what happens to each event of a client.

Handlers check an event and pass it to the rooms; none of them blocks. What must follow an answer runs in a
greenlet of its own. A malformed event harms only its sender: it is refused and counted as a strike, and too
many strikes close the connection with a reason.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import gevent
import msgspec
from socketio.exceptions import ConnectionRefusedError as ConnectionRefused

from game import error_log, telemetry
from game.cluster.gateway import RoomGateway
from game.cluster.remote import Later
from game.edge.connections import ClientConnection, Connections
from game.edge.limits import RateLimits
from game.edge.output import Output
from game.edge.own_matches import OwnMatches
from game.edge.parsing import BadMessage, parse_clock, parse_command
from game.edge.slow_commands import INTERNAL, SlowCommands
from game.edge.tokens import Tokens
from game.protocol import commands as c
from game.protocol.fields import Json
from game.protocol.objects import Joined
from game.records.continuations import Continuations
from game.rooms.continuation import Continue
from game.rooms.errors import Refused
from game.rooms.handlers import HANDLERS
from game.rooms.hosting import PackFormat
from game.settings import Limits
from game.sync.varint import BadFrame
from game.sync.wire import ClockMessage, InputMessage, JsonValue, clock_frame, parse_message
from game.transport.manager import ClientManager, EncodedMessage, Framing
from game.transport.sampling import Sampler

log = logging.getLogger("rumpus.edge")

VERSION = 1
ABOUT_DEVICE = ("forget", "matches", "resign", "subscribe")
"""Commands about a device, and the matches that wait for it."""
SLOW_CLIENT = "slow client"
"""The reason with which the transport ends a connection that does not read."""
OTHERS = ("clock", "knock", *ABOUT_DEVICE)
"""Commands that are neither for a room nor a way into one."""
Answer = c.CommandAnswer


class ConnectionHandlers:
    """The event handlers of the namespace `/`."""

    def __init__(
        self,
        gateway: RoomGateway,
        connections: Connections,
        tokens: Tokens,
        output: Output,
        client_manager: ClientManager,
        limits: Limits,
        now_ms: Callable[[], int],
        address_of: Callable[[dict[str, Any]], str],
        welcome: Callable[[], dict[str, msgspec.Raw]],
        packs: PackFormat,
        forget: Callable[[str], int],
        continuations: Continuations | None = None,
        own_matches: OwnMatches | None = None,
    ) -> None:
        self._gateway = gateway
        self._connections = connections
        self._tokens = tokens
        self._output = output
        self._client_manager = client_manager
        self._limits = limits
        self._rate_limits = RateLimits(limits)
        self._slow_commands = SlowCommands(packs)
        self._continuations = continuations
        self._own_matches = own_matches
        self._sampler = Sampler()
        self._now_ms = now_ms
        self._address_of = address_of
        self._welcome = welcome
        self._forget_device = forget
        # Bound once for all connections: one for each would be one more object to load at every input.
        self._bare_message = self.bare_message
        output.on_strike = self._strike

    # --- connect and disconnect ---------------------------------------------------------------

    def connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        """Handle a new connection: read its auth, send `welcome`, and bring it back into its room.

        Raises:
            ConnectionRefused: the protocol version or framing is unknown, or there are too many connections.
        """
        given = auth if isinstance(auth, dict) else {}
        if given.get("version", VERSION) != VERSION:
            _refuse_connection("version", "This page is out of date. Reload it.")
        try:
            framing = Framing(given.get("framing", "binary"))
        except ValueError:
            _refuse_connection("bad_request", "framing must be binary, json or bare.")
        device = self._tokens.read_device(given.get("device"))
        token = str(given.get("device"))
        if device is None:
            device, token = self._tokens.new_device()
        seat = self._tokens.read_seat(given.get("seat"))
        code = seat[0] if seat is not None and seat[1] == device else None
        address = self._address_of(environ)
        if code is None:  # a player who comes back replaces their lost connection
            self._check_space(address)
        client = self._connections.add(
            sid,
            device,
            address,
            framing,
            newcomer=self._tokens.is_young(device),
            balancer_key=balancer_key(environ),
        )
        telemetry.connections.inc()
        self._client_manager.set_framing(sid, framing, partial(self._bare_message, client))
        # Nothing may be sent to a client before it knows that it is connected.
        gevent.spawn(self._greet, sid, device, token, code)

    def _check_space(self, address: str) -> None:
        if self._connections.is_full():
            code, sentence = "busy", "This server is full at the moment. Try again in a few minutes."
        elif self._connections.is_crowded(address):
            most = self._connections.most_per_network
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
        _refuse_connection(code, sentence)

    def _greet(self, sid: str, device: str, token: str, code: str | None) -> None:
        """Send `welcome`, after the device is back in the room `code` that it was in."""

        def welcome(resumed: Joined | None) -> None:
            if sid not in self._connections.by_sid:
                return
            greeting = {"version": VERSION, "device": token, "now": self._now_ms(), **self._welcome()}
            self._client_manager.send_event(
                sid, "welcome", msgspec.json.encode({**greeting, "resumed": resumed})
            )
            if resumed is not None:
                self._gateway.arrived(sid)

        if code is not None and sid in self._connections.by_sid:
            self._gateway.resume(sid, device, code, self._now_ms(), welcome)
        else:
            welcome(None)

    def disconnect(self, sid: str, reason: object = None) -> None:
        """Handle the end of a connection."""
        if reason == SLOW_CLIENT:
            telemetry.slow_clients.labels("closed").inc()
            log.info("closed a slow client", extra={"conn": sid})
        if sid in self._connections.by_sid:
            self._gateway.detach(sid, self._now_ms())
            self._connections.remove(sid)

    # --- commands -----------------------------------------------------------------------------

    def event(self, name: str, sid: str, *arguments: object) -> object:
        """Handle any event but connect and disconnect.

        Returns:
            the acknowledgement; or `ClientManager.unanswered`, and the acknowledgement is sent later.
        """
        client = self._connections.by_sid.get(sid)
        if client is None or client.closing:
            return None
        if name == "i":  # with a request for an acknowledgement; without one the transport calls `input`
            self.input(sid, *arguments)
            return None
        later = self._answer_later(client, name)
        try:
            answer = self._command(client, name, arguments, later)
        except BadMessage as error:
            return self._refused(client, name, self._strike(client, str(error)))
        except Refused as refused:
            return self._refused(client, name, refused)
        except Exception as error:  # noqa: BLE001  a fault of ours must harm its sender alone
            # It counts as a strike, so that a client that found a fault cannot go on with it.
            error_log.report(f"command {name[:32]!r}", error)
            self._strike(client, INTERNAL.message)
            return shown(INTERNAL)
        if answer is None:
            return self._client_manager.unanswered
        self._count_command(name)
        return shown(answer)

    def _answer_later(self, client: ClientConnection, name: str) -> Later:
        """The function that sends the acknowledgement of the event that is being handled."""
        acknowledge = self._client_manager.answer_later()

        def later(answer: Answer | Refused) -> None:
            if isinstance(answer, Refused):
                if answer.code == "internal":
                    self._strike(client, answer.message)
                acknowledge(self._refused(client, name, answer))
                return
            self._count_command(name)
            acknowledge(shown(answer))
            if name in c.ENTRANCES:
                self._gateway.arrived(client.sid)

        return later

    def _command(
        self, client: ClientConnection, name: str, arguments: tuple[object, ...], later: Later
    ) -> Answer | None:
        """Carry out a command; None: `later` is called with the answer."""
        now_ms = self._now_ms()
        if name == "clock":
            client_ms = parse_clock(arguments)
            if not client.clock_requests.take(now_ms):
                raise Refused("too_fast", "You asked for the time too often. Wait a moment.")
            return c.Time(client_ms, now_ms)
        if not client.commands.take(now_ms):
            raise Refused("too_fast", "That was too much at once. Wait a moment.")
        command, slow = parse_command(name, arguments)
        if name in ABOUT_DEVICE:
            self._about_device(client, command, now_ms, later, forget=name == "forget")
            return None
        if name in c.ENTRANCES or name == "knock":
            return self._enter(client, command, now_ms, later)
        if slow is None:
            return self._gateway.order(client.sid, name, command, now_ms, later)
        if not client.slow_commands.take(now_ms):
            raise Refused("too_fast", "That was tried too often. Wait a few seconds.")

        def carry_out(prepared: c.Command) -> None:
            answer = self._gateway.order(client.sid, name, prepared, self._now_ms(), later)
            if answer is not None:
                later(answer)

        self._slow_commands.start(name, slow, command, carry_out, later)
        return None

    def _forget(self, client: ClientConnection, now_ms: int, later: Later) -> None:
        """Forget the device of a connection; the database is asked in a greenlet of its own."""
        if not client.slow_commands.take(now_ms):
            raise Refused("too_fast", "That was tried too often. Wait a few seconds.")

        def forget() -> None:
            try:
                later(c.Forgotten(self._forget_device(client.device)))
            except Refused as refused:
                later(refused)

        gevent.spawn(forget)

    def _about_device(
        self, client: ClientConnection, command: c.Command, now_ms: int, later: Later, *, forget: bool
    ) -> None:
        """Forget a device, list the matches that wait for it, leave one, or subscribe to messages."""
        if forget:
            self._forget(client, now_ms, later)
            return
        own = self._own_matches
        if own is None:
            raise Refused("no_records", "This server keeps no matches.")
        if isinstance(command, c.Subscribe):
            if not client.slow_commands.take(now_ms):
                raise Refused("too_fast", "That was tried too often. Wait a few seconds.")
            own.subscribe(client.device, command, later)
        elif isinstance(command, c.Resign):

            def resigned(answer: Answer | Refused) -> None:
                if isinstance(answer, Refused) and answer.code in ("older_rules", "no_room"):
                    own.leave(client.device, command, later)
                else:
                    later(answer)

            self._gateway.resign(client.sid, client.device, command.code, now_ms, resigned)
        else:
            own.show(client.device, later)

    def _enter(
        self, client: ClientConnection, command: c.Command, now_ms: int, later: Later
    ) -> Answer | None:
        """Enter a room or knock, within the rate limits of the connection, its device and its network."""
        limits = self._rate_limits
        if isinstance(command, c.Profile | c.Knock):
            command = msgspec.structs.replace(command, place=self._tokens.network_mark(client.network))
        limits.before_entering(client, command, now_ms)

        def count(answer: Answer | Refused) -> None:
            if isinstance(answer, Refused):
                limits.after_refusal(client, answer, now_ms)
            elif isinstance(answer, Joined):
                opened = isinstance(command, c.Quick) and answer.room.owner == answer.player
                limits.after_entering(client, now_ms, opened_by_quick_play=opened)

        def counted(answer: Answer | Refused) -> None:
            count(answer)
            later(answer)

        if isinstance(command, c.PlayOn):
            self._play_on(client, command, counted)
            return None
        sid, device = client.sid, client.device
        answer: Answer | None
        try:
            if isinstance(command, c.Knock):
                answer = self._gateway.knock(sid, device, command, now_ms, counted)
            else:
                answer = self._gateway.enter(sid, device, command, now_ms, counted)
        except Refused as refused:
            count(refused)
            raise
        if isinstance(answer, Joined):
            count(answer)
            # The answer holds the schema with which the match is read, so it is sent first.
            gevent.spawn(self._gateway.arrived, client.sid)
        return answer

    def _play_on(self, client: ClientConnection, command: c.PlayOn, later: Later) -> None:
        """Enter a room in which a kept match goes on, as soon as that match is prepared. Raises Refused."""
        if self._continuations is None:
            raise Refused("no_records", "This server keeps no matches.")

        def carry_out(prepared: Continue) -> None:
            if client.closing or client.sid not in self._connections.by_sid:
                return
            answer = self._gateway.enter(client.sid, client.device, prepared, self._now_ms(), later)
            if answer is not None:
                later(answer)

        self._continuations.start(command, carry_out, later)

    def _refused(self, client: ClientConnection, name: str, refused: Refused) -> dict[str, Json]:
        """Count a refused command and return its answer; a sample of refused entrances is logged."""
        event = name if name in c.ENTRANCES or name in HANDLERS or name in OTHERS else "unknown"
        telemetry.refusals.labels(event, refused.code).inc()
        if (name in c.ENTRANCES or name == "knock") and self._sampler.admits((client.network, refused.code)):
            log.info(
                "refused",
                extra={
                    "command": name,
                    "reason": refused.code,
                    "conn": client.sid,
                    "address": client.address,
                    "not_logged_since": self._sampler.take_skipped(),
                },
            )
        return shown(refused)

    @staticmethod
    def _count_command(name: str) -> None:
        if name == "chat":
            telemetry.chat_lines.inc()
        elif name == "resync":
            telemetry.resyncs.inc()

    def _strike(self, client: ClientConnection, message: str) -> Refused:
        """Count a malformed message; too many close the connection. Returns the answer to the message."""
        client.strikes += 1
        telemetry.strikes.inc()
        if client.strikes >= self._limits.strikes and not client.closing:
            telemetry.struck_out.inc()
            log.warning(
                "closed a connection: too many malformed messages",
                extra={"conn": client.sid, "address": client.address},
            )
            self._gateway.detach(client.sid, self._now_ms())
            self._output.close(client.sid, "strikes", "Too many messages that make no sense.")
        return Refused("bad_request", message)

    # --- inputs -------------------------------------------------------------------------------

    # hot: every press of every player
    def bare_message(self, client: ClientConnection, payload: bytes) -> None:
        """Handle a binary message of a client with bare framing: inputs, a clock request or a resync."""
        if client.closing:
            return
        now_ms = self._now_ms()
        if not client.inputs.take(now_ms):
            return
        try:
            message = parse_message(payload)
        except BadFrame as error:
            self._strike(client, str(error))
            return
        if isinstance(message, InputMessage):
            self._gateway.press(client.sid, message, now_ms)
        elif isinstance(message, ClockMessage):
            if not client.clock_requests.take(now_ms):
                return
            frame = clock_frame(message.client, now_ms)
            self._client_manager.send(client.sid, EncodedMessage("s", frame), True)
        else:
            telemetry.resyncs.inc()
            self._gateway.follow(client.sid)

    # hot: every press of every player with binary or JSON framing
    def input(self, sid: str, *arguments: object) -> None:
        """Handle an input event: `[seat, [seq, tick, buttons], …]` with 1 to 8 inputs of rising seq.

        An input may end with an object of changed controls by name.
        """
        client = self._connections.by_sid.get(sid)
        if client is None or client.closing:
            return
        now_ms = self._now_ms()
        if not client.inputs.take(now_ms):
            return
        event = arguments[0] if len(arguments) == 1 else None
        numbers: list[object] = event if isinstance(event, list) else []
        try:
            inputs = msgspec.convert({"seat": numbers[0], "rows": numbers[1:]}, c.Inputs)
            message = read_inputs(inputs)
        except (IndexError, ValueError):
            self._strike(client, "i takes a list of a seat and 1 to 8 lists [seq, tick, buttons].")
            return
        self._gateway.press(client.sid, message, now_ms)

    # --- calls from the transport ---------------------------------------------------------------

    def pong(self, sid: str, round_trip_ms: float) -> None:
        """A client has answered a ping: pass its round trip on, from which its latency is modelled."""
        client = self._connections.by_sid.get(sid)
        if client is not None and not client.closing:
            self._gateway.measured(sid, round_trip_ms)

    @staticmethod
    def stale(_sid: str) -> None:
        """A client reads too slowly: the transport drops its states from now on."""
        telemetry.slow_clients.labels("stale").inc()

    def drained(self, sid: str) -> None:
        """A client that was too slow has read everything: send it one keyframe, and states again."""
        telemetry.slow_clients.labels("drained").inc()
        self._client_manager.resume(sid)
        self._gateway.follow(sid)


def _refuse_connection(code: str, message: str) -> NoReturn:
    """Refuse a connection: the message is for people, both are for programs."""
    raise ConnectionRefused(message, {"code": code, "message": message})


def read_inputs(inputs: c.Inputs) -> InputMessage:
    """The inputs of a client that sends JSON. Raises ValueError if a row is no input, or seqs do not rise."""
    taken: list[tuple[int, int, int | None]] = []
    named: list[dict[str, JsonValue]] = []
    first = 0
    for row in inputs.rows:
        numbers = [one for one in row if isinstance(one, int)]
        last = row[-1]
        named.append(last if isinstance(last, dict) else {})
        if len(numbers) != len(row) - (last is named[-1]) or not 3 <= len(numbers) <= 4:
            raise ValueError("an input is [seq, tick, buttons], a value and an object of controls")
        first = first or numbers[0]
        if numbers[0] != first + len(taken) or first < 1:
            raise ValueError("seqs rise by one from 1")
        taken.append((numbers[1], max(numbers[2], 0), numbers[3] if len(numbers) > 3 else None))
    return InputMessage(inputs.seat, first, tuple(taken), (), tuple(named) if any(named) else ())


def shown(answer: Answer | Refused) -> dict[str, Json]:
    """An answer as the protocol shows it."""
    if isinstance(answer, Refused):
        return {"ok": False, "code": answer.code, "message": answer.message}
    return {"ok": True, **msgspec.to_builtins(answer)}


def balancer_key(environ: dict[str, Any]) -> str:
    """The key by which a load balancer chose this worker: `h` in the address, in upper case."""
    for part in str(environ.get("QUERY_STRING", "")).split("&"):
        if part.startswith("h="):
            return part[2:34].upper()
    return ""
