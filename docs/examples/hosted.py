"""A game that a host leads: it takes a pack of words and the command `next`."""

from game.rules import NOBODY, Count, Entity, HostedGame, Int, Ints, Match


class Stage(Entity):
    inbox = Ints(32768, high=255, see=NOBODY)
    host = Int(-1, -1, 8)
    words = Count(99)
    shown = Count(99)


class Show(HostedGame):
    name, title, seats = "show", "Show", (1, 8)
    buttons = ("act",)
    commands = ("next",)
    State = Stage

    def start(self, m):
        m.state.shown = 0

    def step(self, m, inputs):
        """Only the host acts."""

    def led_by(self, m, seat):
        m.state.host = seat

    def take_pack(self, m, data):
        m.state.words = len(data.decode().split())

    def host_command(self, m, verb, value):
        if verb == self.commands.index("next"):
            m.state.shown = min(m.state.words, m.state.shown + 1)


m = Match(Show(), [], [0], [], 1)
m.begin()
data = b"apple pear "
entries = [(4, 0, 64, 1)]
for k in range(0, len(data), 3):
    part = data[k : k + 3] + b"\0\0"
    entries.append((4, 0, 65, part[0] | part[1] << 8 | part[2] << 16))
m.step(entries + [(4, 0, 65, -1), (4, 0, 0, 0)])
assert (m.state.host, m.state.words, m.state.shown) == (0, 2, 1)
