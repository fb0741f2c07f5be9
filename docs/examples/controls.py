"""A control of each kind, and what `step` reads of it."""

from game.rules import BadControl, Button, Choose, Controls, Pointer, Stick, Stroke, Typed
from game.rules.controls import SeatControls

controls = Controls(
    Button("fire", key="Space", pad="A", label="Fire", touch="right"),
    Stick("move", keys="WASD"),
    Pointer("aim", width=960, height=600),
    Typed("word", chars=24, live=True),
    Choose("card", most=32),
    Stroke("pen", size=2048),
)

# What `inputs[seat]` is in the first step: everything is at rest. The engine makes it of the declaration.
one = SeatControls(controls).input
assert (one.fire, one.fire_pressed, one.fire_released) == (False, False, False)
assert (one.move.x, one.move.y) == (0, 0)
assert (one.aim.x, one.aim.y) == (480, 300)  # the middle of the world
assert (one.word, one.word_live, one.card, one.pen) == (None, "", -1, [])

# A control says what it takes. A client that sends anything else gets this sentence.
try:
    controls.change("card", 32)
except BadControl as error:
    assert str(error) == "card takes a number of 0 to 31"
else:
    raise AssertionError
