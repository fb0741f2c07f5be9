"""Whatever people do, in whatever order and however often their connections break: rooms stay whole."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from game.protocol.codes import ERRORS
from game.rooms.errors import Refused
from game.rooms.room import Room
from game.settings import Bots
from tests.depth import depth
from tests.unit.rooms.toys import Dash, Duel
from tests.unit.rooms.world import Someone, World

pytestmark = pytest.mark.series

CODES = ERRORS.keys() - {"internal"}
DEVICES = [f"d{n}" for n in range(7)]

names = st.sampled_from(["Ann", "Bob", "Ann", "", "\u202e", "x" * 64, "Ann 2", "é"])
palette = st.integers(0, 7)
players = st.sampled_from([f"p{n}" for n in range(1, 9)])
seats = st.integers(0, 4)
WHO = st.integers(0, 6)


class Tracked(Duel):
    """A game whose rules stay on the server."""

    name = "tracked"
    replication = "states"


def optional(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Any choice of these arguments."""
    return st.fixed_dictionaries({}, optional=values)


COMMANDS = st.one_of(
    [
        st.tuples(st.just(event), arguments)
        for event, arguments in {
            "leave": optional(),
            "profile": optional(name=names, colour=palette, shape=palette),
            "sit": st.fixed_dictionaries({"spectate": st.booleans()}),
            "second": st.fixed_dictionaries({"on": st.booleans()}, optional={"name": names}),
            "ready": st.fixed_dictionaries({"ready": st.booleans()}),
            "team": st.fixed_dictionaries({"seat": seats, "team": st.integers(1, 8)}),
            "start": optional(),
            "cancel": optional(),
            "options": optional(
                preset=st.sampled_from(["Classic", "Short", "Teams", "Endless", "None"]),
                values=optional(
                    ticks=st.sampled_from([1, 5, 40, 0, "x"]), teams=st.sampled_from(["none", "2", 2, 9])
                ),
            ),
            "game": st.fixed_dictionaries({"game": st.sampled_from(["dash", "duel", "tracked", "chess"])}),
            "bot": optional(
                add=st.booleans(), seat=seats, remove=seats, level=st.integers(1, 5), style=palette
            ),
            "kick": st.fixed_dictionaries({"player": players}),
            "ban": st.fixed_dictionaries({"player": players}),
            "mute": st.fixed_dictionaries({"player": players}, optional={"on": st.booleans()}),
            "transfer": st.fixed_dictionaries({"player": players}),
            "lock": optional(
                locked=st.booleans(),
                hidden=st.booleans(),
                private=st.booleans(),
                cover=st.booleans(),
                polite=st.booleans(),
            ),
            "reclaim": optional(),
            "pause": st.fixed_dictionaries({"paused": st.booleans()}),
            "verb": st.fixed_dictionaries({"verb": st.integers(0, 3), "value": st.integers(-5, 5)}),
            "rematch": st.fixed_dictionaries({"want": st.booleans()}),
            "lobby": optional(),
            "end": optional(),
            "playlist": st.fixed_dictionaries(
                {
                    "entries": st.lists(
                        st.fixed_dictionaries(
                            {"game": st.sampled_from(["dash", "duel", "chess"])},
                            optional={
                                "preset": st.sampled_from(["Short", "?"]),
                                "matches": st.integers(1, 3),
                            },
                        ),
                        max_size=4,
                    )
                },
                optional={"at": st.integers(0, 4)},
            ),
            "next": optional(skip=st.booleans()),
            "poll": optional(open=st.booleans(), each=st.booleans()),
            "vote": st.fixed_dictionaries({"game": st.sampled_from(["dash", "duel", "", "chess"])}),
            "new_evening": optional(),
            "chat": st.fixed_dictionaries({"text": names, "n": st.integers(1, 4)}),
            "emote": st.fixed_dictionaries({"emote": st.sampled_from(["wave", "gg", "?"])}),
            "away": st.fixed_dictionaries({"away": st.booleans()}),
            "resync": optional(),
            "rtt": st.fixed_dictionaries({"rtt": st.integers(0, 300)}),
            "predict": st.fixed_dictionaries(
                {"on": st.booleans()}, optional={"game": st.sampled_from(["dash", "duel", "tracked"])}
            ),
            "desync": st.fixed_dictionaries({"tick": st.integers(0, 200), "hash": st.integers(0, 1)}),
            "report": st.fixed_dictionaries({"words": names}, optional={"tick": st.integers(0, 200)}),
        }.items()
    ]
)


def check_refusal(refused: Refused) -> None:
    """A no has one of the protocol's codes, and says something."""
    assert refused.code in CODES
    assert refused.message


def host_of(room: Room) -> str | None:
    """The connection of a room's host."""
    return room.people[room.host].member if room.host in room.people else None


class Rooms(RuleBasedStateMachine):
    """Several people and the clock do anything at all."""

    def __init__(self) -> None:
        super().__init__()
        self.at: dict[str, Someone] = {}

    @initialize(
        most_bots=st.integers(0, 4), hold_s=st.sampled_from([1, 60]), cover=st.booleans(), json=st.booleans()
    )
    def open(self, most_bots: int, hold_s: int, cover: bool, json: bool) -> None:
        self.world = World(
            {"dash": Dash(), "duel": Duel(), "tracked": Tracked()},
            bots=Bots(quick_play_seats=3),
            max_bots=most_bots,
            seat_hold_s=hold_s,
            host_absent_s=2,
            empty_room_close_s=5,
            abandoned_s=2,
            countdown_s=1,
            results_s=3,
            afk_s=5,
            max_spectators=2,
        )
        ann = self.world.someone("d0")
        if json:
            self.world.post.as_json.add(ann.member)
        ann.go_in("create", game="dash", private=False, preset="Endless", name="Ann")
        if cover:
            ann.do("lock", cover=True)
        self.at["d0"] = ann

    def _one(self, who: int) -> Someone | None:
        """Somebody whose connection stands."""
        present = [
            one for one in self.at.values() if one.member not in self.world.post.closed and not one.dropped
        ]
        return present[who % len(present)] if present else None

    @rule(
        device=st.sampled_from(DEVICES),
        way=st.sampled_from(["join", "join", "join", "join", "quick", "create", "demo"]),
        spectate=st.sampled_from([False, False, True]),
        name=names,
    )
    def enter(self, device: str, way: str, spectate: bool, name: str) -> None:
        """Go into a room on the connection one has, or on a first one."""
        one = self.at.get(device)
        if one is None or one.dropped or one.bye is not None:
            one = self.world.someone(device)
        argument: dict[str, Any] = {}
        if way == "join":
            codes = sorted(self.world.lobby.rooms)
            argument = {"code": codes[0] if codes else "NONE", "spectate": spectate}
        if way != "demo" and name:
            argument["name"] = name
        try:
            one.go_in(way, **argument)
        except Refused as refused:
            check_refusal(refused)
        else:
            self.at[device] = one

    @rule(who=WHO, command=COMMANDS)
    def command(self, who: int, command: tuple[str, dict[str, Any]]) -> None:
        """Give a command, fitting or not."""
        one = self._one(who)
        if one is None:
            return
        try:
            one.do(command[0], **command[1])
        except Refused as refused:
            check_refusal(refused)

    @rule(command=COMMANDS)
    def host_command(self, command: tuple[str, dict[str, Any]]) -> None:
        """The host of a room gives a command."""
        for who in range(len(self.at)):
            one = self._one(who)
            if one is not None and one.room.get("host") == one.joined["player"]:
                self.command(who, command)
                return

    @rule(who=WHO, game=st.sampled_from(["dash", "tracked"]))
    def run_the_rules(self, who: int, game: str) -> None:
        """Somebody runs the rules, and the host, who is between two matches perhaps, has another game."""
        self.command(who, ("predict", {"on": True}))
        self.host_command(("game", {"game": game}))

    @rule(ticks=st.sampled_from([4, 30, 100_000]), humans=st.booleans())
    def begin(self, ticks: int, humans: bool) -> None:
        """The host of the first room begins a match, with the people who are there and a bot."""
        rooms = sorted(self.world.lobby, key=lambda room: room.code)
        one = next((one for one in self.at.values() if rooms and one.member == host_of(rooms[0])), None)
        if one is None:
            return
        try:
            one.do("options", values={"ticks": ticks})
            if not humans:
                one.do("bot", add=True)
            one.do("start")
        except Refused as refused:
            check_refusal(refused)
        self.world.wait(1100)

    @rule(who=WHO, buttons=st.integers(0, 3), other=st.booleans(), ahead=st.integers(-40, 40))
    def press(self, who: int, buttons: int, other: bool, ahead: int) -> None:
        """Press something, on one's own seat or another's."""
        one = self._one(who)
        if one is None or one.seat is None or one.match is None:
            return
        seat = one.seat + 1 if other else one.seat
        seq = one.match.acks.get(seat, (0, 0))[0] + 1
        one.press(seq, buttons, seat=seat, tick=max(0, one.match.tick + ahead))

    @rule(who=WHO)
    def drop(self, who: int) -> None:
        """A connection breaks."""
        one = self._one(who)
        if one is not None:
            one.drop()

    @rule(device=st.sampled_from(DEVICES))
    def second_tab(self, device: str) -> None:
        """Somebody comes back, or opens a second page."""
        one = self.at.get(device)
        if one is None:
            return
        other = self.world.someone(device)
        answer = self.world.service.resume(other.member, device, one.joined["code"], self.world.now_ms)
        if answer is not None:
            other.entered(answer)
            self.world.service.follow(other.member)
            self.at[device] = other

    @rule(ms=st.sampled_from([0, 40, 300, 1100, 2600, 7000]))
    def wait(self, ms: int) -> None:
        """Time passes."""
        self.world.wait(ms)

    @precondition(lambda self: hasattr(self, "world"))
    @invariant()
    def rooms_are_whole(self) -> None:
        """Nothing broke, every room holds together, and people know it as it is."""
        assert self.world.failed == []
        for room in list(self.world.lobby):
            room.publisher.publish()
            self.world.check(room)
        for one in self.at.values():
            if one.match is not None:
                assert one.match.resyncs == 0, "a state was lost"


TestAnything = Rooms.TestCase
TestAnything.settings = settings(max_examples=depth(30, 60), stateful_step_count=60)
