"""The figures of All Thumbs: kinds of rounds, phases, times and points.

Times are in ticks of 1/10 s where nothing else is said.
"""

HZ = 10
MS = 1000 // HZ
FLASH, ODD, TALLY, ECHO, MINORITY, INSIDER, PACK, BUZZ, BALLOON, CLOCK, CUPS, VOTE, SORT = range(13)
KINDS = (
    "flash",
    "odd",
    "tally",
    "echo",
    "minority",
    "insider",
    "pack",
    "buzz",
    "balloon",
    "clock",
    "cups",
    "vote",
    "sort",
)
USUAL_KINDS = (1 << len(KINDS)) - 1 - (1 << BUZZ)
"""All kinds but the one that needs a host who reads aloud."""
TOPICS = (
    "animals",
    "nature",
    "world",
    "food",
    "sport",
    "stories",
    "history",
    "science",
    "words",
    "everyday",
)
"""The categories of the built-in questions, as in `game/packs`."""
PROMPTS = (
    "Press any button when it lights up, and not before!",
    "Which one is the odd one out?",
    "How many dots were there?",
    "Repeat the sequence.",
    "Pick what the fewest will pick.",
    "One of you knows the right door. Find it, or fool the others!",
    "",
    "Listen to the host, and press to answer.",
    "The balloon grows, and so do the points. Press before it bursts!",
    "Stop the clock at the time that is asked for. It soon hides.",
    "Keep an eye on the cup with the ball.",
    "Who of you fits best? Pick what most will pick.",
    "Press all four in the right order.",
)
INTRO, ARM, OPEN, LOCK, REVEAL, BOARD, END = range(7)
INTRO_TICKS, REVEAL_TICKS, BOARD_TICKS = 2 * HZ, 3 * HZ, 3 * HZ
AHEAD = 6
"""Ticks from the announcement of `lit` to it: 600 ms, so that every screen lights at the same time."""
FAIR_TICKS = 3
"""Ticks that slow connections get after the first press: 300 ms, and at least 250."""
ALL_IN_TICKS = 8
"""Ticks between the last answer and its judgement, when all have answered before the time was over."""
CHANGE_TICKS = 3 * HZ
"""Ticks in which a door may still be changed after all have picked one."""
FINALE_TICKS = 4 * HZ
"""Ticks of the announcement of the round that counts double."""
FALSE_MS = 120
"""The fastest human reaction: an earlier press was a guess, and is a false start."""
TIE_MS = 8
"""Presses within this time are equal."""
FLASH_TICKS, FLASH_MS = 25, 1000
DOTS_TICKS = 15
ECHO_STEP, ECHO_GAP = 6, 4
"""Ticks from one symbol of a sequence to the next, and from the last to `lit`."""
BALLOON_TICKS, BURST_FIRST = 12 * HZ, 25
"""The longest time until the balloon bursts, and the shortest."""
CLOCK_LOW, CLOCK_HIGH, CLOCK_EXTRA = 4, 9, 3 * HZ
"""Seconds at which the clock is to be stopped; ticks after it until the round is closed."""
CLOCK_OFF_MS = 1500
"""Further from the time there are no points."""
CUPS_SHOW, CUPS_REST = 16, 4
"""Ticks in which the ball is shown, and from the last swap to `lit`."""
SWAPS, MOST_SWAPS, SWAP_TICKS, LEAST_SWAP_TICKS = 3, 9, 9, 4
"""Swaps of the first Cups and of the last; ticks of a swap in the first and in the last."""
VOTES = 30
"""Prompts of Most Likely; the client has their words, `cells[0]` is the number."""
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
BALLOON_POINTS = 15
"""Points for each tick in which the balloon has grown."""
AGREED, CHOSEN = 700, 200
"""Points for picking whom most pick, and for whom they picked."""
NEXT, EXTEND, REPLAY, RIGHT, WRONG, SKIP, RESET, BAR, UNDO = range(9)
SHAPES, FILLS, MOST_COUNT = 8, 3, 5
MOST_QUESTIONS = 60
TALLY_GRID = 12
"""Rows and columns of the grid for dots; `cells` holds row * 12 + column."""
