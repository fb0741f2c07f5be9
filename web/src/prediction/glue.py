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


def play(until, count):
    _match.play(until, list(_take(count)))


def places():
    _out.write(_match.places())


def collect():
    gc.collect()
    return gc.mem_alloc()
