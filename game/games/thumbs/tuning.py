"""The figures of All Thumbs: kinds of rounds, phases, times and points.

Times are in ticks of 1/10 s where nothing else is said.
"""

HZ = 10
MS = 1000 // HZ
FLASH, ODD, TALLY, ECHO, MINORITY, INSIDER, PACK, BUZZ = range(8)
KINDS = ("flash", "odd", "tally", "echo", "minority", "insider", "pack", "buzz")
PROMPTS = (
    "Press any button when it lights up, and not before!",
    "Which one is the odd one out?",
    "How many dots were there?",
    "Repeat the sequence.",
    "Pick what the fewest will pick.",
    "One of you knows the right door. Find it, or fool the others!",
    "",
    "Listen to the host, and press to answer.",
)
INTRO, ARM, OPEN, LOCK, REVEAL, BOARD, END = range(7)
INTRO_TICKS, REVEAL_TICKS, BOARD_TICKS = 2 * HZ, 3 * HZ, 3 * HZ
AHEAD = 6
"""Ticks from the announcement of `lit` to it: 600 ms, so that every screen lights at the same time."""
FAIR_TICKS = 3
"""Ticks that slow connections get after the first press: 300 ms, and at least 250."""
FALSE_MS = 120
"""The fastest human reaction: an earlier press was a guess, and is a false start."""
TIE_MS = 8
"""Presses within this time are equal."""
FLASH_TICKS, FLASH_MS = 25, 1000
DOTS_TICKS = 15
ECHO_STEP, ECHO_GAP = 6, 4
"""Ticks from one symbol of a sequence to the next, and from the last to `lit`."""
PATIENCE = 120 * HZ
"""The longest time that the game waits for the host."""
NO_BUZZ, NO_JUDGE = 30 * HZ, 20 * HZ
EXTENSION = 5 * HZ
BASE, SPEED = 600, 400
BUZZ_WON, BUZZ_LOST = 500, 250
STREAK, MOST_STREAK = 50, 200
FASTEST = 100
DOOR, FOOLED = 800, 1000
"""Points for the right door, and for an insider who fooled everyone."""
NEXT, EXTEND, REPLAY, RIGHT, WRONG, SKIP, RESET, BAR = range(8)
SHAPES, FILLS, MOST_COUNT = 8, 3, 5
MOST_QUESTIONS = 60
TALLY_GRID = 12
"""Rows and columns of the grid for dots; `cells` holds row * 12 + column."""
