"""All Thumbs: a party of short rounds on four buttons, from two players to a hundred.

Times are in ticks of 1/10 s; a press counts by the milliseconds from `lit`, the tick at which the buttons
came alive, as the room has checked them against the player's line. Whatever somebody must not know yet
stands in fields that only a seat, only the host, or nobody sees: the answer, the picks, the insider, the
order of the buzzers.
"""

from game.rules import (
    HOST,
    NOBODY,
    OWNER,
    Choice,
    Count,
    Entities,
    Entity,
    Event,
    Flag,
    HostedGame,
    Int,
    Ints,
    Options,
    Subset,
    Text,
    find,
    seated,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match

# --- figures -------------------------------------------------------------------------------------

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
"""Ticks that the slow lines get after the first press: 300 ms, not less than 250."""
FALSE_MS = 120
"""Nobody reacts faster: an earlier press was meant for before the light."""
TIE_MS = 8
"""Presses that close together are equal."""
FLASH_TICKS, FLASH_MS = 25, 1000
DOTS_TICKS = 15
ECHO_STEP, ECHO_GAP = 6, 4
"""Ticks from one symbol of a sequence to the next, and from the last to `lit`."""
PATIENCE = 120 * HZ
"""The longest that the host is waited for."""
NO_BUZZ, NO_JUDGE = 30 * HZ, 20 * HZ
EXTENSION = 5 * HZ
BASE, SPEED = 600, 400
BUZZ_WON, BUZZ_LOST = 500, 250
STREAK, MOST_STREAK = 50, 200
FASTEST = 100
DOOR, FOOLED = 800, 1000
"""Points for the right door, and for an insider who fooled everybody."""
NEXT, EXTEND, REPLAY, RIGHT, WRONG, SKIP, RESET, BAR = range(8)
SHAPES, FILLS, MOST_COUNT = 8, 3, 5
MOST_QUESTIONS = 60
TALLY_GRID = 12
"""Dots lie on a grid of so many places each way; a cell holds row * 12 + column."""


# --- state ---------------------------------------------------------------------------------------


class Player(Entity):
    """One seat's player; its id is the seat."""

    score = Int(0, -99999, 999999, doc="points in the match")
    gained = Int(0, -9999, 9999, doc="points of this round, once it is revealed")
    streak = Count(max=99, doc="right answers in a row")
    team = Int(0, 0, 8, doc="from 1; 0: no team")
    plays = Flag(doc="takes part in this round")
    locked = Flag(doc="has answered; in a buzz round: is to answer, or was judged")
    out = Flag(doc="out of this round: too soon, wrong in an echo, or judged wrong")
    shown = Int(-1, -1, 3, doc="the button that was picked, once it is revealed; -1: none")
    ms = Int(0, 0, 99999, doc="time of the answer in ms, once it is revealed; 0: none")

    pick = Int(-1, -1, 3, see=OWNER, doc="the button that this seat has picked; -1: none")
    done = Count(max=32, see=OWNER, doc="symbols of the echo repeated so far")
    inside = Int(-1, -1, 3, see=OWNER, doc="the right door if this seat is the insider; -1: it is not")

    turn = Count(max=100, see=HOST, doc="place in the queue of buzzers; 0: not in it")
    buzzed = Int(0, 0, 99999, see=HOST, doc="ms from light to buzz; 0: not yet")

    held = Int(0, 0, 15, see=NOBODY, doc="buttons of the tick before")
    at = Int(0, 0, 99999, see=NOBODY, doc="ms of the press that counts; 0: none")
    before = Int(0, -99999, 999999, see=NOBODY, doc="score before this round")
    before_streak = Count(max=99, see=NOBODY)
    right = Int(see=NOBODY, doc="answers that were right")
    early = Int(see=NOBODY, doc="false starts")
    best = Int(see=NOBODY, doc="quickest Flash in ms; 0: none")
    longest = Int(see=NOBODY, doc="longest streak")
    fooled = Int(see=NOBODY, doc="players fooled as insider")
    lone = Int(see=NOBODY, doc="Minorities found")
    curve = Ints(40, low=-99999, high=999999, see=NOBODY, doc="score after each round")


class Question(Entity):
    """A question of the pack: with 2 to 4 answers, or none if it is for buzzers."""

    prompt = Text(160)
    a = Text(48)
    b = Text(48)
    c = Text(48)
    d = Text(48)
    choices = Int(0, 0, 4)
    key = Int(-1, -1, 3)
    cue = Text(80, doc="what the host is to hear from a buzzer")


class Party(Entity):
    """The round that runs, and everybody in it."""

    players = Entities(Player, 100, doc="by seat")
    phase = Choice(
        "intro",
        "arm",
        "open",
        "lock",
        "reveal",
        "board",
        "end",
        doc="intro: says what comes; arm: wait for the light; open: presses count; lock: late presses still "
        "arrive; reveal: the answer; board: the scores; end: decided",
    )
    kind = Choice(
        *KINDS,
        doc="flash: press first; odd: find the odd one; tally: count dots; echo: repeat a sequence; "
        "minority: pick what the fewest pick; insider: one knows the door; pack: quiz; buzz: host's quiz",
    )
    round = Count(max=40, doc="number of the round, from 1; 0: none yet")
    rounds = Int(10, 1, 40, doc="rounds of the match")
    until = Int(doc="tick at which this phase ends; 0: not known")
    lit = Int(doc="tick of the light, from which presses count; 0: not announced")
    limit = Int(doc="ticks to answer in, from the light")
    prompt = Text(160, doc="what is asked")
    a = Text(48, doc="answer on button A")
    b = Text(48, doc="answer on button B")
    c = Text(48, doc="answer on button C")
    d = Text(48, doc="answer on button D")
    choices = Int(4, 0, 4, doc="how many buttons, from A on, may be the answer")
    cells = Ints(
        48,
        high=255,
        doc="odd: shape, count, fill of each of four tiles; tally: row * 12 + column of each dot; "
        "echo: the sequence of buttons, until the light",
    )
    answer = Int(-1, -1, 3, doc="the right button, once it is revealed; -1: none")
    counts = Ints(4, size=4, high=100, doc="how many picked each; in insider at once, else once revealed")
    answered = Count(max=100, doc="how many have answered")
    up = Int(-1, -1, 99, doc="seat of the buzzer who is to answer; -1: none")
    who = Int(-1, -1, 99, doc="once revealed: seat of the fastest, or of the insider; -1: none")
    closed = Flag(doc="the host has locked the buzzers")
    host = Int(-1, -1, 99, doc="the host's seat; -1: the host does not play")
    waits = Flag(doc="the game waits for the host's command `next`")
    title = Text(40, doc="name of the pack of questions")

    cue = Text(80, see=HOST, doc="the right answer to a buzz question")

    key = Int(-1, -1, 3, see=NOBODY, doc="the right button")
    due = Int(see=NOBODY, doc="tick of the light, before it is announced")
    first = Int(see=NOBODY, doc="tick at which the first buzzer came; 0: none")
    knower = Int(-1, -1, 99, see=NOBODY, doc="the insider's seat")
    tune = Ints(32, high=3, see=NOBODY, doc="the sequence to repeat")
    echoes = Count(max=40, see=NOBODY, doc="sequences so far; they grow")
    odds = Count(max=40, see=NOBODY, doc="Odd Ones so far; they get harder")
    deck = Ints(8, high=7, see=NOBODY, doc="kinds that come next, the last first")
    questions = Entities(Question, MOST_QUESTIONS, see=NOBODY)
    own = Int(
        0,
        0,
        2 + 100 * 129,
        see=NOBODY,
        doc="who knows the pack: 0: nobody; 1: the host; else 2 + seat + 1, and 128 times a second seat + 1",
    )
    quizzed = Count(max=MOST_QUESTIONS, see=NOBODY, doc="questions with answers asked so far")
    read = Count(max=MOST_QUESTIONS, see=NOBODY, doc="questions for buzzers asked so far")
    inbox = Ints(32768, high=255, see=NOBODY, doc="bytes of a pack that is coming in")


def lowest(buttons: int) -> int:
    """The first of the buttons in a mask that is not empty."""
    for button in range(4):
        if buttons >> button & 1:
            return button
    return 0


# --- the game ------------------------------------------------------------------------------------


class Thumbs(HostedGame):
    """All Thumbs. One step: presses, then whatever its time has come for."""

    name = "thumbs"
    title = "All Thumbs"
    blurb = "Four buttons, a hundred thumbs: flashes, bluffs, quizzes and buzzers."
    seats = (2, 100)
    tick_hz = HZ
    buttons = ("A", "B", "C", "D")
    button_docs = (
        "pick the answer a, or buzz",
        "pick the answer b, or buzz",
        "pick the answer c, or buzz",
        "pick the answer d, or buzz",
    )
    replication = "delta"
    options = Options(
        rounds=Int(10, 3, 30, doc="rounds of a match"),
        seconds=Int(12, 8, 15, doc="seconds to answer in"),
        kinds=Subset(*KINDS, default=(1 << BUZZ) - 1, doc="rounds that may come"),
        pace=Choice("auto", "host", doc="who says when the next round comes"),
        streaks=Flag(True, doc="points on top for several right answers in a row"),
        penalty=Flag(True, doc="a wrong buzz costs points"),
        teams=Int(0, 0, 8, doc="teams; 0 or 1: everyone for themselves"),
    )
    presets = (
        ("Classic", {}),
        ("Reflexes", {"kinds": ["flash", "odd", "tally", "echo"]}),
        ("Bluff", {"kinds": ["minority", "insider"], "rounds": 6}),
        ("Quiz", {"kinds": ["pack"]}),
        ("Quizmaster", {"kinds": ["pack", "buzz"], "pace": "host"}),
        ("Teams", {"teams": 2}),
        ("Quick", {"rounds": 5, "seconds": 8}),
    )
    team_option = "teams"
    bot_styles = ("Thumb", "Pinky", "Knuckle")
    commands = ("next", "extend", "replay", "right", "wrong", "skip", "reset", "lock")
    command_docs = (
        "do not wait: close the answers, or end this phase",
        "five seconds more",
        "take this round's points back and play it again",
        "buzz: the buzzer's answer is right",
        "buzz: it is wrong, the next in the queue is up",
        "take this round's points back and leave it out",
        "buzz: free all buzzers",
        "buzz: lock the buzzers, or unlock them",
    )
    events = (
        Event("round", "round", "kind", doc="a round begins; kind as in Party.kind"),
        Event("light", doc="from now on presses count"),
        Event("note", "button", doc="echo: this button of the sequence is shown"),
        Event("early", "seat", doc="pressed too soon"),
        Event("hurry", "left", doc="seconds left: 3, 2, 1"),
        Event("close", doc="no more answers are taken"),
        Event("up", "seat", doc="this buzzer is to answer"),
        Event("judged", "seat", "right", doc="the host judged a buzzer; right: 1 or 0"),
        Event("reveal", "answer", "who", doc="the right button and the fastest or the insider; -1: none"),
        Event("matchEnd", "seat", doc="the winner, or one of those who share the win; -1: none"),
    )
    awards = ("Quickest thumb", "Know-it-all", "On a roll", "Best bluffer", "Lone wolf", "Itchy thumb")
    """Figures: milliseconds, right answers, rounds in a row, players fooled, rounds, false starts."""
    State = Party

    # --- course of the match

    def start(self, m: "Match") -> None:
        """Seat everyone; the first round begins with the first step, when the pack has come in."""
        s = m.state
        for seat in m.seats:
            s.players.append(Player(seat, team=m.teams[seat]))
        s.rounds = m.options.rounds
        s.until = 1

    def shown(self, m: "Match") -> int:
        """Presses count from the light."""
        s = m.state
        lit: int = s.lit
        return lit if s.phase in (ARM, OPEN, LOCK) else 0

    def step(self, m: "Match", inputs: "list[int]") -> None:
        """Advance by one tick."""
        s = m.state
        for p in s.players:
            held = inputs[p.id]
            fresh = held & ~p.held
            p.held = held
            if fresh and p.plays and ARM <= s.phase <= LOCK:
                ms = m.values[p.id] if s.lit else 0
                if ms <= 0:
                    ms = max(1, (m.tick - s.lit) * MS - MS // 2) if s.lit else 1
                self.press(m, p, lowest(fresh), min(ms, 99999))
        if s.phase == ARM:
            self.wait_for_light(m)
        elif s.phase == OPEN:
            self.while_open(m)
        elif s.until and m.tick >= s.until:
            if s.phase == INTRO:
                if s.round:
                    self.arm(m)
                else:
                    self.begin_round(m, self.draw_kind(m))
            elif s.phase == LOCK:
                self.reveal(m)
            elif s.phase == REVEAL:
                self.show_board(m)
            elif s.phase == BOARD:
                self.end_round(m)

    def join(self, m: "Match", seat: int) -> None:
        """Take a place among the players, from the next round on."""
        s = m.state
        if find(s.players, seat) is None:
            p = Player(seat, team=m.teams[seat])
            p.curve = [0] * max(0, s.round - 1)
            s.players = seated(s.players, p)

    def leave(self, m: "Match", seat: int) -> None:
        """Give the place up."""
        s = m.state
        p = find(s.players, seat)
        if p is None:
            return
        s.players.remove(p)
        if s.host == seat:
            s.host = -1
        if s.phase == OPEN and s.up == seat:
            self.next_up(m)

    def draw_kind(self, m: "Match") -> int:
        """The kind of the next round: each that may come, in an order of chance, before any comes again."""
        s = m.state
        last = s.kind if s.round else -1
        for _ in range(2):
            if not s.deck:
                s.deck = [kind for kind in range(len(KINDS)) if m.options.kinds >> kind & 1]
                m.rng.shuffle(s.deck)
                if len(s.deck) > 1 and s.deck[-1] == last:
                    s.deck = s.deck[-1:] + s.deck[:-1]
            while s.deck:
                kind: int = s.deck[-1]
                s.deck = s.deck[:-1]
                if self.possible(s, kind):
                    return kind
        return ODD

    def possible(self, s: Party, kind: int) -> bool:
        """Whether a kind of round can be played now."""
        if kind in (MINORITY, INSIDER):
            return len(s.players) > 2
        if kind == PACK:
            return any(question.choices for question in s.questions)
        return True

    def begin_round(self, m: "Match", kind: int) -> None:
        """Say what comes next."""
        s = m.state
        s.round += 1
        s.kind = kind
        s.phase = INTRO
        s.until = m.tick + INTRO_TICKS
        self.clear(s)
        for p in s.players:
            p.before = p.score
            p.before_streak = p.streak
            # whoever has the answers, or judges them, has no part in it
            p.plays = 0 if self.knows(s, kind, p.id) else 1
        s.prompt = PROMPTS[kind]
        m.emit("round", s.round, kind)

    def knows(self, s: Party, kind: int, seat: int) -> bool:
        """Whether a seat's player has the answers of this kind of round, or judges them."""
        if kind not in (PACK, BUZZ):
            return False
        brought = s.own - 2
        if brought > 0 and seat + 1 in (brought & 127, brought >> 7):
            return True
        return seat == s.host and (kind == BUZZ or s.own == 1)

    def clear(self, s: Party) -> None:
        """Nothing is asked, answered or known."""
        s.lit = s.due = s.limit = s.first = s.answered = 0
        s.prompt = s.a = s.b = s.c = s.d = s.cue = ""
        s.choices = 4
        s.cells = []
        s.tune = []
        s.answer = s.key = s.up = s.who = s.knower = -1
        s.counts = [0, 0, 0, 0]
        s.closed = 0
        s.waits = 0
        for p in s.players:
            p.gained = p.ms = p.at = p.turn = p.buzzed = p.done = p.locked = p.out = 0
            p.pick = p.shown = p.inside = -1

    # --- from the announcement to the light

    def arm(self, m: "Match") -> None:
        """Get ready: the buttons come alive soon, in a Flash nobody knows when."""
        s = m.state
        s.phase = ARM
        s.until = 0
        s.limit = m.options.seconds * HZ
        if s.kind == FLASH:
            s.limit = FLASH_TICKS
            s.due = m.tick + m.rng.between(15, 50)
            return
        s.lit = s.due = m.tick + AHEAD
        if s.kind == ECHO:
            s.tune = [m.rng.below(4) for _ in range(min(3 + s.echoes, 12))]
            s.echoes += 1
            s.cells = list(s.tune)
            s.lit = s.due = m.tick + AHEAD + ECHO_STEP * len(s.tune) + ECHO_GAP
        elif s.kind == PACK:
            self.ask(s)
        elif s.kind == BUZZ:
            self.ask_aloud(s)

    def ask(self, s: Party) -> None:
        """The next question of the pack that has answers; the answers are told when it opens."""
        questions = [question for question in s.questions if question.choices]
        question = questions[s.quizzed % len(questions)]
        s.quizzed = (s.quizzed + 1) % len(questions)
        s.prompt = question.prompt

    def asked(self, s: Party) -> Question:
        """The question of the pack that `ask` asked."""
        questions = [question for question in s.questions if question.choices]
        question: Question = questions[s.quizzed - 1]
        return question

    def ask_aloud(self, s: Party) -> None:
        """What the host is to read out, if the pack says so."""
        questions = [question for question in s.questions if not question.choices]
        if questions:
            question = questions[s.read % len(questions)]
            s.read = (s.read + 1) % len(questions)
            s.prompt = question.prompt
            s.cue = question.cue

    def wait_for_light(self, m: "Match") -> None:
        """Announce the light in time, sound the sequence, and let the buttons come alive."""
        s = m.state
        if not s.lit and m.tick >= s.due - AHEAD:
            s.lit = s.due
        if s.kind == ECHO and s.tune:
            k = m.tick - (s.lit - ECHO_GAP - ECHO_STEP * len(s.tune))
            if k >= 0 and k % ECHO_STEP == 0 and k // ECHO_STEP < len(s.tune):
                m.emit("note", s.tune[k // ECHO_STEP])
        if not s.lit or m.tick < s.lit:
            return
        s.phase = OPEN
        s.until = s.lit + s.limit
        m.emit("light")
        if s.kind == ODD:
            self.lay_odd(m)
        elif s.kind == TALLY:
            self.lay_dots(m)
        elif s.kind == ECHO:
            s.cells = []
        elif s.kind == INSIDER:
            self.tell_insider(m)
        elif s.kind == PACK:
            question = self.asked(s)
            s.a, s.b, s.c, s.d = question.a, question.b, question.c, question.d
            s.choices = question.choices
            s.key = question.key
        elif s.kind == BUZZ:
            s.until = m.tick + NO_BUZZ

    def lay_odd(self, m: "Match") -> None:
        """Four tiles of a shape, a count and a fill: three share one of these, and one has another."""
        s = m.state
        sizes = (SHAPES, MOST_COUNT, FILLS)
        s.key = m.rng.below(4)
        told = m.rng.below(3)
        cells = [0] * 12
        for k in range(3):
            values = list(range(sizes[k]))
            m.rng.shuffle(values)
            if k == told:
                row = [values[0]] * 4
                row[s.key] = values[1]
            elif s.odds < 2 or (s.odds < 4 and m.rng.chance(50)):
                row = [values[0]] * 4
            else:
                # two and two, so that nothing else stands out
                row = [values[0], values[0], values[1], values[1]]
                m.rng.shuffle(row)
            for tile in range(4):
                cells[tile * 3 + k] = row[tile]
        for tile in range(4):
            cells[tile * 3 + 1] += 1
        s.odds += 1
        s.cells = cells

    def lay_dots(self, m: "Match") -> None:
        """Dots on a grid, shown for a moment, and four numbers close to each other."""
        s = m.state
        count = m.rng.between(5, 20)
        places = list(range(TALLY_GRID * TALLY_GRID))
        m.rng.shuffle(places)
        s.cells = places[:count]
        s.key = m.rng.below(4)
        step = 1 if count < 10 else 2
        numbers = [str(count + (button - s.key) * step) for button in range(4)]
        s.a, s.b, s.c, s.d = numbers
        s.until += DOTS_TICKS
        s.limit += DOTS_TICKS

    def tell_insider(self, m: "Match") -> None:
        """One of those who play hears which door is right."""
        s = m.state
        s.key = m.rng.below(4)
        players = [p for p in s.players if p.plays]
        if players:
            p = players[m.rng.below(len(players))]
            p.inside = s.key
            s.knower = p.id

    # --- presses

    def press(self, m: "Match", p: Player, button: int, ms: int) -> None:
        """A button goes down, `ms` after the light."""
        s = m.state
        if p.out or (p.locked and s.kind != INSIDER):
            return
        if s.phase == ARM:
            if s.kind == FLASH:
                self.false_start(m, p)
            return
        if ms > s.limit * MS and s.kind != BUZZ:
            return
        if s.kind == BUZZ:
            self.buzz(m, p, ms)
        elif s.kind == ECHO:
            self.echo(m, p, button, ms)
        elif s.kind == FLASH and ms < FALSE_MS:
            self.false_start(m, p)
        elif button < s.choices:
            if s.kind == INSIDER and s.phase == LOCK:
                return
            if not p.locked:
                s.answered += 1
            p.locked = 1
            p.pick = button
            p.at = ms
            if s.kind == INSIDER:
                self.count(s)

    def false_start(self, m: "Match", p: Player) -> None:
        """Too soon: out of this round."""
        p.out = 1
        p.early += 1
        if not p.locked:
            m.state.answered += 1
        p.locked = 1
        m.emit("early", p.id)

    def echo(self, m: "Match", p: Player, button: int, ms: int) -> None:
        """One more symbol of the sequence, right or wrong."""
        s = m.state
        if button != s.tune[p.done]:
            p.out = 1
        else:
            p.done += 1
            if p.done < len(s.tune):
                return
            p.at = ms
        p.locked = 1
        s.answered += 1

    def buzz(self, m: "Match", p: Player, ms: int) -> None:
        """Get in line, unless the buzzers are locked; the order is made when slow lines had their time."""
        s = m.state
        if s.closed or p.at or s.phase != OPEN:
            return
        if ms < FALSE_MS:
            self.false_start(m, p)
            return
        p.at = ms
        p.buzzed = ms
        if not s.first:
            s.first = m.tick
        elif s.up >= 0:  # the others stand in line already
            p.turn = 1 + max([one.turn for one in s.players])

    # --- while it is open

    def while_open(self, m: "Match") -> None:
        """Close when all have answered or the time is over."""
        s = m.state
        if s.kind == TALLY and s.cells and m.tick >= s.lit + DOTS_TICKS:
            s.cells = []
        if s.kind == BUZZ:
            if s.first and s.up < 0 and m.tick >= s.first + FAIR_TICKS:
                self.queue_up(m)
            elif m.tick >= s.until:
                if s.up >= 0:
                    self.next_up(m)
                else:
                    self.reveal(m)
            elif not s.first and not [p for p in s.players if p.plays and not p.out]:
                self.reveal(m)
            return
        left: int = s.until - m.tick
        playing = [p for p in s.players if p.plays]
        waiting = [p for p in playing if not p.locked]
        if left <= 0 or (not waiting and (s.kind != INSIDER or not playing)):
            self.close(m)
        elif left <= 3 * HZ and left % HZ == 0 and s.kind != FLASH:
            m.emit("hurry", left // HZ)

    def close(self, m: "Match") -> None:
        """No more presses, but for those that are still on their way."""
        s = m.state
        s.phase = LOCK
        s.until = m.tick + FAIR_TICKS
        m.emit("close")

    def queue_up(self, m: "Match") -> None:
        """Put the buzzers in order; those who are equal by chance."""
        s = m.state
        line = [p for p in s.players if p.at and not p.out and not p.turn]
        line.sort(key=lambda p: (p.at, p.id))
        turn = 1
        while line:
            equal = [k for k in range(len(line)) if line[k].at - line[0].at <= TIE_MS]
            p = line.pop(m.rng.below(len(equal)) if len(equal) > 1 else 0)
            p.turn = turn
            turn += 1
        self.next_up(m)

    def next_up(self, m: "Match") -> None:
        """The next in the queue is to answer; if there is none, the others may press again."""
        s = m.state
        before = find(s.players, s.up)
        if before is not None:
            before.turn = 0
            before.out = 1
        line = [p for p in s.players if p.turn and not p.out]
        if not line:
            self.rearm(m)
            return
        line.sort(key=lambda p: p.turn)
        s.up = line[0].id
        line[0].locked = 1
        s.until = m.tick + NO_JUDGE
        m.emit("up", s.up)

    def rearm(self, m: "Match") -> None:
        """The buzzers come alive once more, for those who are not out."""
        s = m.state
        s.up = -1
        s.first = 0
        for p in s.players:
            p.at = p.buzzed = p.turn = 0
        s.phase = ARM
        s.until = 0
        s.lit = s.due = m.tick + AHEAD

    # --- after the round

    def count(self, s: Party) -> None:
        """How many picked each button."""
        counts = [0, 0, 0, 0]
        for p in s.players:
            if p.pick >= 0:
                counts[p.pick] += 1
        s.counts = counts

    def reveal(self, m: "Match") -> None:
        """Tell what was right, what everyone picked, and give the points."""
        s = m.state
        s.phase = REVEAL
        s.until = m.tick + REVEAL_TICKS
        s.answer = s.key
        s.cells = list(s.tune) if s.kind == ECHO else s.cells
        self.count(s)
        for p in s.players:
            if p.plays:
                self.score(m, p)
                p.shown = p.pick
                p.ms = p.at
        if s.kind == FLASH:
            self.find_fastest(s)
        elif s.kind == INSIDER:
            self.pay_insider(s)
        elif s.kind == BUZZ:
            s.who = s.up
            if s.cue:
                s.a = s.cue[:48]
        m.emit("reveal", s.answer, s.who)

    def score(self, m: "Match", p: Player) -> None:
        """A player's points for this round, but for what only one can get."""
        s = m.state
        points = -1
        """-1: not right"""
        speed = BASE + SPEED - SPEED * min(p.at, s.limit * MS) // max(1, s.limit * MS)
        if s.kind == FLASH:
            if p.at and not p.out:
                points = BASE + SPEED - SPEED * min(p.at, FLASH_MS) // FLASH_MS
                p.best = min(p.best, p.at) if p.best else p.at
        elif s.kind == ECHO:
            if p.at:
                points = speed
        elif s.kind == MINORITY:
            points = self.score_minority(s, p)
        elif s.kind == INSIDER:
            if p.id != s.knower and p.pick == s.key:
                points = DOOR
        elif s.kind == BUZZ:
            return
        elif p.pick == s.key:
            points = speed
        if s.kind == INSIDER and p.id == s.knower:
            return  # neither right nor wrong
        self.give(m, p, points)

    def give(self, m: "Match", p: Player, points: int) -> None:
        """Points for a right answer, with those for a streak; -1 for a wrong one."""
        if points < 0:
            p.streak = 0
            return
        p.streak = min(99, p.streak + 1)
        p.right += 1
        p.longest = max(p.longest, p.streak)
        if m.options.streaks:
            points += min(MOST_STREAK, STREAK * (p.streak - 1))
        p.gained += points
        p.score = min(999999, p.score + points)

    def score_minority(self, s: Party, p: Player) -> int:
        """More the fewer picked the same; nothing when nobody picked anything else."""
        if p.pick < 0:
            return -1
        picked = [count for count in s.counts if count]
        if len(picked) < 2 or s.counts[p.pick] != min(picked):
            return -1
        p.lone += 1
        total: int = sum(s.counts)
        return BASE + SPEED * (total - s.counts[p.pick]) // total

    def find_fastest(self, s: Party) -> None:
        """Who was first in a Flash, and all who were so within a tie, get some more."""
        line = [p for p in s.players if p.plays and p.at and not p.out]
        if not line:
            return
        best = min([p.at for p in line])
        for p in line:
            if p.at - best <= TIE_MS:
                p.gained += FASTEST
                p.score = min(999999, p.score + FASTEST)
            if p.at == best and s.who < 0:
                s.who = p.id

    def pay_insider(self, s: Party) -> None:
        """The insider gets points by the share of the others who were wrong."""
        s.who = s.knower
        p = find(s.players, s.knower)
        if p is None:
            return
        others = [one for one in s.players if one.plays and one.id != s.knower]
        fooled = [one for one in others if one.pick >= 0 and one.pick != s.key]
        p.fooled += len(fooled)
        p.gained = FOOLED * len(fooled) // max(1, len(others))
        p.score = min(999999, p.score + p.gained)

    def show_board(self, m: "Match") -> None:
        """The standings."""
        s = m.state
        s.phase = BOARD
        s.waits = m.options.pace
        s.until = m.tick + (PATIENCE if s.waits else BOARD_TICKS)

    def end_round(self, m: "Match") -> None:
        """Note the scores, and go on or end."""
        s = m.state
        for p in s.players:
            p.curve = p.curve + [p.score]
        if s.round < s.rounds:
            self.begin_round(m, self.draw_kind(m))
        else:
            self.end(m)

    def end(self, m: "Match") -> None:
        """Rank everyone, teams by the mean of their players, and give the awards."""
        s = m.state
        s.phase = END
        s.until = 0
        points = {p.id: p.score for p in s.players}
        if m.options.teams > 1:
            for p in s.players:
                side = [one.score for one in s.players if one.team == p.team]
                points[p.id] = sum(side) // len(side)
        for p in s.players:
            if p.best and p.best == min([one.best for one in s.players if one.best]):
                m.award("Quickest thumb", p.id, p.best)
                break
        m.award_most("Know-it-all", [(p.id, p.right) for p in s.players])
        m.award_most("On a roll", [(p.id, p.longest) for p in s.players if p.longest > 1])
        m.award_most("Best bluffer", [(p.id, p.fooled) for p in s.players])
        m.award_most("Lone wolf", [(p.id, p.lone) for p in s.players])
        m.award_most("Itchy thumb", [(p.id, p.early) for p in s.players])
        m.rank([(p.id, points[p.id]) for p in s.players])
        m.emit("matchEnd", m.places[0].seat if m.places else -1)

    def rounds(self, m: "Match") -> "list[list[int]]":
        """The scores after each round."""
        players = m.state.players
        ended = max([len(p.curve) for p in players] + [0])
        return [[(p.curve + [0] * ended)[k] for p in players] for k in range(ended)]

    # --- the host

    def led_by(self, m: "Match", seat: int) -> None:
        """The host's seat, or -1."""
        m.state.host = seat

    def pack_known_to(self, m: "Match", seats: "list[int]") -> None:
        """These seats take no part in the questions of the pack."""
        s = m.state
        if s.own:
            s.own = 2
            for k in range(len(seats)):
                s.own += seats[k] + 1 << 7 * k

    def host_command(self, m: "Match", verb: int, value: int) -> None:
        """Carry out a command of the host."""
        s = m.state
        if verb == NEXT:
            self.go_on(m)
        elif verb == EXTEND and s.phase == OPEN and s.kind != FLASH:
            s.until += EXTENSION
            s.limit += EXTENSION
        elif verb == EXTEND and s.phase == BOARD:
            s.until += EXTENSION
        elif verb in (REPLAY, SKIP) and s.round and s.phase < END:
            self.undo(m, verb == REPLAY)
        elif s.kind == BUZZ and s.phase in (ARM, OPEN):
            self.judge(m, verb)

    def go_on(self, m: "Match") -> None:
        """Do not wait for the end of this phase."""
        s = m.state
        if s.phase == OPEN:
            if s.kind == BUZZ:
                self.reveal_unsolved(m)
            else:
                self.close(m)
        elif s.phase in (INTRO, REVEAL, BOARD):
            s.until = m.tick + 1

    def reveal_unsolved(self, m: "Match") -> None:
        """Nobody gets the question."""
        m.state.up = -1
        self.reveal(m)

    def undo(self, m: "Match", again: bool) -> None:
        """Take this round's points back, and play it again or leave it out."""
        s = m.state
        for p in s.players:
            p.score = p.before
            p.streak = p.before_streak
        if not again:
            self.clear(s)
            self.end_round(m)
            return
        s.round -= 1
        asked = s.phase != INTRO
        if s.kind == PACK and asked:
            s.quizzed = max(0, s.quizzed - 1)
        elif s.kind == BUZZ and asked:
            s.read = max(0, s.read - 1)
        elif s.kind == ECHO and asked:
            s.echoes = max(0, s.echoes - 1)
        self.begin_round(m, s.kind)

    def judge(self, m: "Match", verb: int) -> None:
        """The host has heard a buzzer out, or rules over the buzzers."""
        s = m.state
        p = find(s.players, s.up)
        if verb == RESET:
            for one in s.players:
                one.out = one.locked = 0
            s.answered = 0
            self.rearm(m)
        elif verb == BAR:
            s.closed = 1 - s.closed
        elif p is not None and verb == RIGHT:
            m.emit("judged", p.id, 1)
            self.give(m, p, BUZZ_WON)
            self.reveal(m)
        elif p is not None and verb == WRONG:
            m.emit("judged", p.id, 0)
            p.streak = 0
            if m.options.penalty:
                p.gained -= BUZZ_LOST
                p.score = max(-99999, p.score - BUZZ_LOST)
            self.next_up(m)

    def take_pack(self, m: "Match", data: bytes) -> None:
        """Read the questions: a line with the title and `own`, then a line for each question."""
        s = m.state
        s.questions = []
        s.quizzed = s.read = 0
        for line in data.decode().split("\n"):
            parts = line.split("\t")
            if len(parts) == 2 and not s.questions:
                s.title = parts[0][:40]
                s.own = 1 if parts[1] == "1" else 0
            elif len(parts) == 8 and len(s.questions) < MOST_QUESTIONS:
                s.questions.append(self.question(len(s.questions), parts))

    def question(self, number: int, parts: "list[str]") -> Question:
        """A line of a pack: prompt, four answers, how many of them, the right one, the cue."""
        return Question(
            number,
            prompt=parts[0][:160],
            a=parts[1][:48],
            b=parts[2][:48],
            c=parts[3][:48],
            d=parts[4][:48],
            choices=max(0, min(4, int(parts[5]))),
            key=max(-1, min(3, int(parts[6]))),
            cue=parts[7][:80],
        )

    # --- bots

    def bot(self, m: "Match", bot: "BotContext") -> int:
        """Plan one press when the buttons come alive, and carry it out; presses last a tick."""
        s = m.state
        bot.value = 0
        if m.inputs[bot.seat]:
            return 0
        if s.phase not in (ARM, OPEN):
            return 0
        p = find(s.players, bot.seat)
        if p is None or not p.plays or p.out:
            return 0
        if s.phase == ARM:
            # the jumpy press before the light
            jumpy = s.kind == FLASH and bot.rng.below(2000) < 6 - bot.level
            return 1 if jumpy else self.listen(s, bot)
        if s.kind == ECHO:
            return self.bot_echo(m, bot, p)
        plan = bot.memory
        if len(plan) != 4 or plan[0] != s.lit:
            plan = bot.memory = self.plan(m, bot, p)
        if plan[1] != m.tick + 1:
            return 0
        if plan[3] > 0:
            bot.value = plan[3]
        if s.kind == INSIDER and bot.rng.chance(60) and m.tick + 30 < s.until:
            bot.memory = [s.lit, m.tick + 1 + bot.rng.between(10, 30), self.door(m, bot, p), 0]
        button: int = plan[2]
        return 1 << button

    def listen(self, s: Party, bot: "BotContext") -> int:
        """Learn the sequence that is shown."""
        if s.kind == ECHO and s.cells:
            bot.memory = [s.lit] + s.cells
        return 0

    def plan(self, m: "Match", bot: "BotContext", p: Player) -> "list[int]":
        """When to press which button: the light it is for, a tick, a button, and the ms that it claims."""
        s = m.state
        rng = bot.rng
        level = bot.level
        if s.kind in (FLASH, BUZZ):
            ms = 170 + (6 - level) * 45 + rng.below(160)
            if s.kind == BUZZ:
                ms += rng.below(1500)
                if not rng.chance(20 + 10 * level):
                    return [s.lit, 0, 0, 0]
            return [s.lit, s.lit + 1 + ms // MS, rng.below(4), ms]
        at = m.tick + 1 + rng.between(8, 20) + (5 - level) * rng.between(3, 8)
        if s.kind == TALLY:
            at += DOTS_TICKS
        choices = max(1, s.choices)
        button = rng.below(choices)
        if s.kind in (ODD, TALLY, PACK):
            # what a bot makes of a picture or knows of the world is a matter of its level
            if rng.chance(35 + 11 * level):
                button = s.key
        elif s.kind == INSIDER:
            button = self.door(m, bot, p)
        return [s.lit, at, max(0, button), 0]

    def door(self, m: "Match", bot: "BotContext", p: Player) -> int:
        """Behind which door a bot looks: the insider lures, the others follow the crowd or do not."""
        s = m.state
        if p.inside >= 0:
            inside: int = p.inside
            return (inside + 1 + bot.rng.below(3)) % 4 if bot.rng.chance(60) else inside
        most = max(s.counts)
        crowd = [k for k in range(4) if s.counts[k] == most]
        return crowd[bot.rng.below(len(crowd))] if bot.rng.chance(50) else bot.rng.below(4)

    def bot_echo(self, m: "Match", bot: "BotContext", p: Player) -> int:
        """Repeat what was learned, with a slip now and then."""
        s = m.state
        learned = bot.memory
        if p.locked or len(learned) < 2 or learned[0] != s.lit:
            return 0
        if (m.tick + bot.seat) % (5 + 5 - bot.level) or p.done + 1 >= len(learned):
            return 0
        button: int = learned[p.done + 1]
        if bot.rng.below(100) < (6 - bot.level) * 3:
            button = (button + 1) % 4
        return 1 << button
