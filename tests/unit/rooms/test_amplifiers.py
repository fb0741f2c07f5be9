"""Keyframes and changes of a room come at a limited pace, and none is lost."""

from game.rooms.errors import Refused
from tests.unit.rooms.world import Someone, World


def keyframes(one: Someone) -> int:
    """How many keyframes and checkpoints a connection was sent."""
    return sum(1 for event, _ in one.world.post.inboxes.get(one.member, []) if event == "k")


def playing(world: World) -> tuple[Someone, Someone]:
    ann = world.host(options={"ticks": 100_000})
    bob = world.guest(ann)
    world.playing(ann, bob)
    world.wait(1000)
    return ann, bob


def test_a_hundred_wishes_for_a_keyframe_in_one_tick_get_one() -> None:
    world = World()
    ann, bob = playing(world)
    before = keyframes(ann), keyframes(bob)
    for _ in range(100):
        ann.do("resync")
    assert keyframes(ann) == before[0] + 1
    world.wait(200)
    assert keyframes(ann) == before[0] + 2, "asked for after the first, so there is another"
    assert keyframes(bob) == before[1]


def test_keyframes_are_sent_twice_a_second_in_the_long_run() -> None:
    world = World()
    ann, _ = playing(world)
    before = keyframes(ann)
    for _ in range(400):
        ann.do("resync")
        world.wait(25)
    assert 20 <= keyframes(ann) - before <= 20 + 5


def test_a_wish_in_a_paused_match_is_fulfilled_too() -> None:
    world = World()
    ann, _ = playing(world)
    ann.do("pause", paused=True)
    before = keyframes(ann)
    for _ in range(5):
        ann.do("resync")
    world.wait(1000)
    assert keyframes(ann) >= before + 2


def test_who_changes_between_states_and_entries_quickly_ends_with_what_they_asked_for() -> None:
    world = World()
    ann, bob = playing(world)
    room = world.room_of(ann)
    for n in range(31):
        ann.do("predict", on=n % 2 == 0)
    ann.do("predict", on=False)
    world.wait_for(lambda: not room.replication.keyframes.waiting)
    world.wait(500)
    assert ann.match is not None
    assert bob.match is not None
    assert ann.match.state == bob.match.state
    assert ann.match.tick == bob.match.tick
    world.check(room)


def test_whose_page_is_hidden_gets_no_keyframe_that_had_to_wait() -> None:
    world = World()
    ann, _ = playing(world)
    for _ in range(9):
        ann.do("resync")
    ann.do("away", away=True)
    before = keyframes(ann)
    world.wait(5000)
    assert keyframes(ann) == before
    assert world.room_of(ann).replication.keyframes.waiting == {}
    ann.do("away", away=False)
    world.wait(1000)
    assert keyframes(ann) > before


def test_many_changes_at_one_moment_are_few_patches_and_all_of_them_arrive() -> None:
    world = World()
    ann = world.host()
    bob = world.guest(ann)
    version = bob.room["version"]
    for n in range(300):
        ann.do("profile", name=f"Ann {n}")
    assert bob.room["version"] - version <= 30
    world.wait(100)
    assert bob.room["people"][ann.player]["name"] == "Ann 299"


def test_who_makes_everyone_get_too_much_has_to_wait_and_may_always_leave() -> None:
    world = World(max_spectators=1000)
    ann = world.host()
    for _ in range(150):
        world.guest(ann, spectate=True)
    codes = []
    for n in range(100):
        try:
            ann.do("game", game=("duel", "dash")[n % 2])
            codes.append("ok")
        except Refused as refused:
            codes.append(refused.code)
    assert 3 < codes.count("ok") < 90
    assert codes[-1] == "too_fast"
    world.wait(60_000)
    ann.do("game", game="duel" if world.room_of(ann).game.name == "dash" else "dash")
    ann.do("leave")
