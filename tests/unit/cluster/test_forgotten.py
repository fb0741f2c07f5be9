"""What a worker knows of connections and rooms ends with them: a night of visits leaves nothing behind."""

from tests.unit.cluster.fleet import Fleet


def test_connections_that_have_left_are_forgotten(fleet: Fleet) -> None:
    home, other = fleet.worker("a"), fleet.worker("b")
    host = fleet.guest(home)
    host.go_in("create")
    fleet.wait_for(lambda: host.answers, "the room")
    for number in range(6):
        guest = fleet.guest(other)
        guest.go_in("join", code=host.code)
        fleet.wait_for(lambda: guest.answers, "a way in")  # noqa: B023
        assert len(home.outbox.passports) == 1
        if number % 2:
            guest.do("leave")
        else:
            other.front.detach(guest.sid, fleet.now_ms)
        fleet.wait_for(lambda: not home.outbox.passports, "the connection to be forgotten")
    stranger = fleet.guest(other)
    home.room(host.code).locked = True
    stranger.go_in("join", code=host.code)
    fleet.wait_for(lambda: stranger.answers, "a refusal")
    fleet.wait_for(lambda: not home.outbox.passports, "who was refused to be forgotten")


def test_rooms_that_have_closed_are_forgotten(fleet: Fleet) -> None:
    home = fleet.worker("a", empty_room_close_s=1)
    for _ in range(3):
        host = fleet.guest(home)
        host.go_in("create")
        fleet.wait_for(lambda: host.answers, "the room")  # noqa: B023
        assert list(home.outbox.epochs) == [host.code]
        host.do("leave")
        fleet.wait_for(lambda: host.code not in home.lobby.rooms, "the room to close")  # noqa: B023
        fleet.wait_for(lambda: not home.outbox.epochs, "the room to be forgotten")
