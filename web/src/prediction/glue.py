# Runs under MicroPython, between engine.ts and game/rules/browser.py. Small numbers are passed as arguments.
# Arrays pass through the device /dev/arrays, which engine.ts implements: one copy each.
import gc
import sys
from array import array

# By default this port collects garbage after each 16 kB: in a match, that is with every call.
gc.threshold(1 << 20)
sys.path.insert(0, "/rules")
_in = open("/dev/arrays", "rb")
_out = open("/dev/arrays", "wb")
_match = None


def _take(count):
    numbers = array("i", bytes(4 * count))
    if count:
        _in.readinto(numbers)
    return numbers


def open_game(module, name):
    global _match
    from game.rules.browser import BrowserMatch

    __import__(module)
    _match = BrowserMatch(getattr(sys.modules[module], name)())


def load(size):
    packed = bytearray(size)
    _in.readinto(packed)
    _match.load(packed)


def entropy(tick, word):
    _match.entropy(tick, word)


def confirm(until, count, quiet):
    _match.confirm(until, _take(count), quiet)


def state_hash():
    return _match.hash()


def look(first, last, count, near):
    _out.write(_match.look(first, last, _take(count), near))


def begin(options, seats, teams, seed):
    numbers = list(_take(options + seats + teams))
    _match.begin(numbers[:options], numbers[options : options + seats], numbers[options + seats :], seed)


def bot(seat, level, style, seed):
    _match.bot(seat, level, style, seed)


def free(seat):
    _match.free(seat)


def play(until, held, changes):
    numbers = list(_take(held + changes))
    if changes:
        _match.play(until, numbers[:held], numbers[held:])
    else:
        _match.play(until, numbers)


def places():
    _out.write(_match.places())


def collect():
    gc.collect()
    return gc.mem_alloc()


# --- replays
#
# A replay runs the rules of its record, which may be older than this file by years. All that is used of them:
# `BrowserMatch` of game/rules/browser.py with __init__, begin, load, confirm, look, hash and `m`; of a match `tick`,
# `state`, `step` and `happened`; of an entity `id`, of its class `fields`, of a field `name`, `kind` and `see`; and
# `game.rules.snapshot.dump`. These must keep their names and meaning. `BrowserMatch.pack` and `unpack` are used where
# they are. web/tests/replay/old_rules.test.ts runs documents whose rules differ from those of today.


def run(until, count):
    # Steps on without a render snapshot. Writes each event as its length, tick, kind and arguments, and each tick after
    # which the match is in another round as 2, tick and -1 - round.
    m = _match.m
    rows = list(_take(count))
    out = []
    k = 0
    while m.tick < until:
        tick = m.tick
        due = []
        while k < len(rows) and rows[k] == tick:
            due.append((rows[k + 1], rows[k + 2], rows[k + 3], rows[k + 4]))
            k += 5
        before = getattr(m.state, "round", 0)
        m.step(due)
        for event in m.happened:
            out.append(len(event) + 1)
            out.append(m.tick)
            out += event
        now = getattr(m.state, "round", 0)
        if now != before and isinstance(now, int):
            out += (2, m.tick, -1 - now)
    if k < len(rows):
        raise ValueError("a row for tick %d, which is not before %d" % (rows[k], until))
    _out.write(array("i", out))


def tick():
    return _match.m.tick


def _write_bytes(data):
    _out.write(data + bytes(-len(data) % 4))
    return len(data)


def save():
    from game.rules.snapshot import dump

    return _write_bytes(dump(_match.m))


def pack():
    # For `unpack` alone: several times faster than `save` and `load`.
    if not hasattr(_match, "pack"):
        return save()
    numbers = _match.pack()
    _out.write(numbers)
    return 4 * len(numbers)


def unpack(size):
    if hasattr(_match, "unpack"):
        _match.unpack(_take(size // 4))
    else:
        load(size)


def secrets():
    # What only one seat, or only the host, could see: as JSON, all of it.
    import json

    return _write_bytes(json.dumps(_secrets_of(_match.m.state)).encode())


def _secrets_of(entity, sees=("owner", "host")):
    # The fields that these see; within a list that only they see, those that all see.
    found = {"id": entity.id}
    for field in type(entity).fields:
        value = getattr(entity, field.name)
        if field.kind == "entities":
            if field.see in sees:
                found[field.name] = [_secrets_of(one, ("all",)) for one in value]
            elif field.see == "all":
                found[field.name] = [_secrets_of(one, sees) for one in value]
        elif field.see in sees:
            found[field.name] = value if isinstance(value, (int, str)) else list(value)
    return found
