"""The rules of All Thumbs: the course of a match, presses, buzzers and what the host may do."""

from game.rules import Choice, Event, Flag, HostedGame, Int, Options, Subset, find, lowest, pressed, seated

from .bots import think
from .party import FIGURES, Party, Player, Question
from .scoring import (
    count_picks,
    give_points,
    pay,
    pay_few,
    score_player,
)
from .tasks import (
    call_vote,
    choose_question,
    chosen_question,
    inflate,
    lay_dots,
    lay_numbers,
    lay_odd,
    name_candidates,
    read_aloud,
    reveal_to_insider,
    set_clock,
    swap_cups,
)
from .tuning import (
    AHEAD,
    ALL_IN_TICKS,
    ARM,
    BALLOON,
    BALLOON_POINTS,
    BAR,
    BOARD,
    BOARD_TICKS,
    BUZZ,
    BUZZ_LOST,
    BUZZ_WON,
    CHANGE_TICKS,
    CLOCK,
    CUPS,
    CUPS_REST,
    DOTS_TICKS,
    ECHO,
    ECHO_GAP,
    ECHO_STEP,
    END,
    EXTEND,
    EXTENSION,
    FAIR_TICKS,
    FALSE_MS,
    FINALE_TICKS,
    FLASH,
    FLASH_TICKS,
    HZ,
    INSIDER,
    INTRO,
    INTRO_TICKS,
    KINDS,
    LOCK,
    MINORITY,
    MOST_QUESTIONS,
    MS,
    NEXT,
    NO_BUZZ,
    NO_JUDGE,
    ODD,
    OPEN,
    PACK,
    PATIENCE,
    PROMPTS,
    REPLAY,
    RESET,
    REVEAL,
    REVEAL_TICKS,
    RIGHT,
    SKIP,
    SORT,
    TALLY,
    TIE_MS,
    TOPICS,
    UNDO,
    USUAL_KINDS,
    VOTE,
    WRONG,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match, Values


class Thumbs(HostedGame):
    """All Thumbs. One step: presses, then what is due in the phase."""

    name = "thumbs"
    title = "All Thumbs"
    blurb = "Four buttons, a hundred thumbs: flashes, bluffs, quizzes and buzzers."
    how = "Watch, then press one of four buttons before the others do."
    minutes = 8
    accent = "#D3A4FF"
    ground = "#1D0F38"
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
        kinds=Subset(*KINDS, default=USUAL_KINDS, doc="rounds that may come"),
        topics=Subset(*TOPICS, doc="categories of the built-in questions"),
        language=Choice("reader", "en", "de", doc="language of the built-in questions; reader: the host's"),
        finale=Flag(True, doc="the last round counts double"),
        pace=Choice("auto", "host", doc="who says when the next round comes"),
        streaks=Flag(True, doc="points on top for several right answers in a row"),
        penalty=Flag(True, doc="a wrong buzz costs points"),
        teams=Int(0, 0, 8, doc="teams; 0 or 1: everyone for themselves"),
    )
    presets = (
        ("Classic", {}),
        ("Reflexes", {"kinds": ["flash", "odd", "tally", "echo", "cups", "sort"]}),
        ("Bluff", {"kinds": ["minority", "insider", "balloon", "vote"], "rounds": 8}),
        ("Quiz", {"kinds": ["pack"]}),
        ("Quizmaster", {"kinds": ["pack", "buzz"], "pace": "host"}),
        ("Teams", {"teams": 2}),
        ("Quick", {"rounds": 5, "seconds": 8}),
    )
    team_option = "teams"
    bot_styles = ("Thumb", "Pinky", "Knuckle")
    commands = ("next", "extend", "replay", "right", "wrong", "skip", "reset", "lock", "undo")
    command_docs = (
        "do not wait: close the answers, or end this phase",
        "five seconds more",
        "take this round's points back and play it again",
        "buzz: the buzzer's answer is right",
        "buzz: it is wrong, the next in the queue is up",
        "take this round's points back and leave it out",
        "buzz: free all buzzers",
        "buzz: lock the buzzers, or unlock them",
        "buzz: take the last judgement of this round back, and judge that buzzer again",
    )
    events = (
        Event("round", "round", "kind", doc="a round begins; kind as in Party.kind"),
        Event("light", doc="from now on presses count"),
        Event("note", "button", doc="echo: this button of the sequence is shown"),
        Event("early", "seat", doc="pressed too soon"),
        Event("hurry", "left", doc="seconds left: 3, 2, 1"),
        Event("close", doc="no more answers are taken"),
        Event("allIn", doc="all have answered before the time was over"),
        Event("burst", doc="balloon: it bursts"),
        Event("swap", "one", "other", doc="cups: these two change places"),
        Event("up", "seat", doc="this buzzer is to answer"),
        Event("judged", "seat", "right", doc="the host judged a buzzer; right: 1 or 0"),
        Event("reveal", "answer", "who", doc="the right button and the fastest or the insider; -1: none"),
        Event("matchEnd", "seat", doc="the winner, or one of those who share the win; -1: none"),
    )
    awards = (
        "Quickest thumb",
        "Know-it-all",
        "On a roll",
        "Best bluffer",
        "Lone wolf",
        "Itchy thumb",
        "Inner clock",
        "Nerves of steel",
    )
    """Figures: milliseconds, right answers, rounds in a row, players fooled, rounds, false starts,
    milliseconds off, points."""
    teasing = ("Itchy thumb",)
    State = Party

    # --- course of the match

    def start(self, m: "Match[Party]") -> None:
        """Add a player for each seat; the first round begins with the first step, when the pack is there."""
        s = m.state
        for seat in m.seats:
            s.players.append(Player(seat, team=m.teams[seat]))
        s.rounds = m.options.rounds
        s.until = 1

    def shown(self, m: "Match[Party]") -> int:
        """The tick of the light, from which presses count."""
        s = m.state
        lit: int = s.lit
        return lit if s.phase in (ARM, OPEN, LOCK) else 0

    def step(self, m: "Match[Party]", inputs: "list[int]") -> None:
        """Take presses, then do what is due in this phase."""
        s = m.state
        for p in s.players:
            held = inputs[p.id]
            if held != p.held:
                fresh = pressed(held, p.held)
                p.held = held
                if fresh and p.plays and ARM <= s.phase <= LOCK:
                    self.press(m, p, lowest(fresh), self.ms_of(m, p.id))
        if s.phase == ARM:
            self.wait_for_light(m)
        elif s.phase == OPEN:
            self.while_open(m)
        elif s.until and m.tick >= s.until:
            self.next_phase(m)

    def ms_of(self, m: "Match[Party]", seat: int) -> int:
        """When a press of this tick was made: ms after the light, at least 1."""
        s = m.state
        if not s.lit:
            return 1
        ms = m.values[seat]
        return min(ms if ms > 0 else max(1, (m.tick - s.lit) * MS - MS // 2), 99999)

    def next_phase(self, m: "Match[Party]") -> None:
        """The time of a phase is over: begin the next one."""
        s = m.state
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

    def join(self, m: "Match[Party]", seat: int) -> None:
        """Add a player, who takes part from the next round on."""
        s = m.state
        if find(s.players, seat) is None:
            p = Player(seat, team=m.teams[seat])
            p.curve = [0] * max(0, s.round - 1)
            s.players = seated(s.players, p)

    def leave(self, m: "Match[Party]", seat: int) -> None:
        """Remove a player."""
        s = m.state
        p = find(s.players, seat)
        if p is None:
            return
        s.players.remove(p)
        if s.host == seat:
            s.host = -1
        if s.phase == OPEN and s.up == seat:
            self.next_up(m)

    def draw_kind(self, m: "Match[Party]") -> int:
        """The kind of the next round: all kinds come in random order before one comes again."""
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
        if kind in (MINORITY, INSIDER, VOTE):
            return len(s.players) > 2
        if kind == PACK:
            return any(question.choices for question in s.questions)
        return True

    def begin_round(self, m: "Match[Party]", kind: int) -> None:
        """Begin a round: say which kind comes."""
        s = m.state
        s.round += 1
        s.kind = kind
        s.phase = INTRO
        s.double = 1 if m.options.finale and s.round == s.rounds else 0
        s.until = m.tick + (FINALE_TICKS if s.double else INTRO_TICKS)
        self.clear(s)
        for p in s.players:
            p.before = p.score
            p.before_streak = p.streak
            p.past = [getattr(p, name) for name in FIGURES]
            # A player who has the answers, or judges them, takes no part.
            p.plays = 0 if self.knows(s, kind, p.id) else 1
        s.prompt = PROMPTS[kind]
        m.emit("round", s.round, kind)

    def knows(self, s: Party, kind: int, seat: int) -> bool:
        """Whether the player of a seat has the answers of a kind of round, or judges them."""
        if kind not in (PACK, BUZZ):
            return False
        brought = s.own - 2
        if brought > 0 and seat + 1 in (brought & 127, brought >> 7):
            return True
        return seat == s.host and (kind == BUZZ or s.own == 1)

    def clear(self, s: Party) -> None:
        """Clear what was asked, answered and known."""
        s.lit = s.due = s.limit = s.first = s.answered = s.mark = s.burst = s.judged_turn = 0
        s.prompt = s.a = s.b = s.c = s.d = s.cue = s.topic = ""
        s.choices = 4
        s.cells = []
        s.tune = []
        s.answer = s.key = s.up = s.who = s.knower = s.judged = -1
        s.counts = [0, 0, 0, 0]
        s.closed = 0
        s.waits = 0
        for p in s.players:
            p.gained = p.ms = p.at = p.safe = p.turn = p.buzzed = p.done = p.locked = p.out = 0
            p.pick = p.shown = p.inside = -1

    # --- from the announcement to the light

    def arm(self, m: "Match[Party]") -> None:
        """Choose when the buttons come alive: soon, and in a Flash at a random time."""
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
            choose_question(s)
        elif s.kind == BUZZ:
            read_aloud(s)
        elif s.kind == CLOCK:
            set_clock(m)
        elif s.kind == CUPS:
            swap_cups(m)
        elif s.kind == VOTE:
            call_vote(m)
        elif s.kind == SORT:
            s.cells = [m.rng.below(2) if s.sorts else 0]

    def wait_for_light(self, m: "Match[Party]") -> None:
        """Announce the light in time, and sound the sequence."""
        s = m.state
        if not s.lit and m.tick >= s.due - AHEAD:
            s.lit = s.due
        if s.kind == ECHO and s.tune:
            k = m.tick - (s.lit - ECHO_GAP - ECHO_STEP * len(s.tune))
            if k >= 0 and k % ECHO_STEP == 0 and k // ECHO_STEP < len(s.tune):
                m.emit("note", s.tune[k // ECHO_STEP])
        if s.kind == CUPS and s.cells:
            step = s.cells[1]
            k = m.tick - (s.lit - CUPS_REST - step * (len(s.cells) // 2 - 1))
            if k >= 0 and k % step == 0 and k // step < len(s.cells) // 2 - 1:
                m.emit("swap", s.cells[2 + 2 * (k // step)], s.cells[3 + 2 * (k // step)])
        if s.lit and m.tick >= s.lit:
            self.light(m)

    def light(self, m: "Match[Party]") -> None:
        """Let the buttons come alive, and show what is asked."""
        s = m.state
        s.phase = OPEN
        s.until = s.lit + s.limit
        m.emit("light")
        if s.kind == ODD:
            lay_odd(m)
        elif s.kind == TALLY:
            lay_dots(m)
        elif s.kind == ECHO:
            s.cells = []
        elif s.kind == INSIDER:
            reveal_to_insider(m)
        elif s.kind == PACK:
            question = chosen_question(s)
            s.a, s.b, s.c, s.d = question.a, question.b, question.c, question.d
            s.choices = question.choices
            s.key = question.key
        elif s.kind == BUZZ:
            s.until = m.tick + NO_BUZZ
        elif s.kind == BALLOON:
            inflate(m)
        elif s.kind == VOTE:
            name_candidates(m)
        elif s.kind == SORT:
            lay_numbers(m)

    # --- presses

    def press(self, m: "Match[Party]", p: Player, button: int, ms: int) -> None:
        """Take a press of a button, `ms` after the light."""
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
        elif s.kind in (ECHO, SORT):
            self.echo(m, p, button, ms)
        elif s.kind == BALLOON and ms > (s.burst - s.lit) * MS:
            return
        elif s.kind == FLASH and ms < FALSE_MS:
            self.false_start(m, p)
        elif button < s.choices:
            self.pick(s, p, button, ms)

    def pick(self, s: Party, p: Player, button: int, ms: int) -> None:
        """Take an answer; in an Insider round it may be changed until the round is closed."""
        if s.kind == INSIDER and s.phase == LOCK:
            return
        if not p.locked:
            s.answered += 1
        p.locked = 1
        p.pick = button
        p.at = ms
        if s.kind == INSIDER:
            count_picks(s)
        elif s.kind == BALLOON:
            p.safe = ms * BALLOON_POINTS // MS

    def false_start(self, m: "Match[Party]", p: Player) -> None:
        """Put a player who pressed too soon out of this round."""
        p.out = 1
        p.early += 1
        if not p.locked:
            m.state.answered += 1
        p.locked = 1
        m.emit("early", p.id)

    def echo(self, m: "Match[Party]", p: Player, button: int, ms: int) -> None:
        """Take the next button of the sequence, right or wrong."""
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

    def buzz(self, m: "Match[Party]", p: Player, ms: int) -> None:
        """Take a buzz, unless the buzzers are locked; the queue is made after FAIR_TICKS."""
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
        elif s.up >= 0:  # the queue is made already
            p.turn = 1 + max([one.turn for one in s.players])

    # --- while it is open

    def while_open(self, m: "Match[Party]") -> None:
        """Close the round when all have answered or the time is over."""
        s = m.state
        if s.kind == TALLY and s.cells and m.tick >= s.lit + DOTS_TICKS:
            s.cells = []
        if s.kind == BUZZ:
            self.while_buzzing(m)
            return
        left: int = s.until - m.tick
        playing = [p for p in s.players if p.plays]
        waiting = [p for p in playing if not p.locked]
        if s.kind == BALLOON and m.tick >= s.burst:
            m.emit("burst")
            self.close(m, False)
        elif left <= 0 or not playing or (not waiting and s.kind != INSIDER):
            self.close(m, left > 0 and bool(playing))
        elif s.kind == INSIDER and not waiting and left > CHANGE_TICKS:
            s.until = m.tick + CHANGE_TICKS
            m.emit("allIn")
        elif left <= 3 * HZ and left % HZ == 0 and s.kind not in (FLASH, BALLOON, CLOCK):
            m.emit("hurry", left // HZ)

    def while_buzzing(self, m: "Match[Party]") -> None:
        """Make the queue of buzzers in time, and wait neither for ever for a buzz nor for a judgement."""
        s = m.state
        if s.first and s.up < 0 and m.tick >= s.first + FAIR_TICKS:
            self.queue_up(m)
        elif m.tick >= s.until:
            if s.up >= 0:
                self.next_up(m)
            else:
                self.reveal(m)
        elif not s.first and not [p for p in s.players if p.plays and not p.out]:
            self.reveal(m)

    def close(self, m: "Match[Party]", all_in: bool) -> None:
        """Take no more presses, except those that are on their way; everybody sees if all have answered."""
        s = m.state
        s.phase = LOCK
        s.until = m.tick + (ALL_IN_TICKS if all_in else FAIR_TICKS)
        m.emit("allIn" if all_in else "close")

    def queue_up(self, m: "Match[Party]") -> None:
        """Put the buzzers in order; those within TIE_MS in random order."""
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

    def next_up(self, m: "Match[Party]") -> None:
        """Let the next in the queue answer; without one, let the others press again."""
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

    def rearm(self, m: "Match[Party]") -> None:
        """Let the buzzers come alive again for those who are not out."""
        s = m.state
        s.up = -1
        s.first = 0
        for p in s.players:
            p.at = p.buzzed = p.turn = 0
        s.phase = ARM
        s.until = 0
        s.lit = s.due = m.tick + AHEAD

    # --- after the round

    def reveal(self, m: "Match[Party]") -> None:
        """Show the answer and what everyone picked, and give the points."""
        s = m.state
        s.phase = REVEAL
        s.until = m.tick + REVEAL_TICKS
        s.answer = s.key
        if s.kind == ECHO:
            s.cells = list(s.tune)
        elif s.kind == SORT:
            s.cells = s.cells[:1] + s.tune
        count_picks(s)
        for p in s.players:
            if p.plays:
                score_player(m, p)
                p.shown = p.pick
                p.ms = p.at
        pay_few(s)
        m.emit("reveal", s.answer, s.who)

    def show_board(self, m: "Match[Party]") -> None:
        """Show the scores."""
        s = m.state
        s.phase = BOARD
        s.waits = m.options.pace
        s.until = m.tick + (PATIENCE if s.waits else BOARD_TICKS)

    def end_round(self, m: "Match[Party]") -> None:
        """Record the scores, then begin the next round or end the match."""
        s = m.state
        for p in s.players:
            p.curve = p.curve + [p.score]
        if s.round < s.rounds:
            self.begin_round(m, self.draw_kind(m))
        else:
            self.end(m)

    def end(self, m: "Match[Party]") -> None:
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
        m.show_figures("Quickest thumb", [(p.id, p.best) for p in s.players if p.best], fewest=True)
        m.award_most("Know-it-all", [(p.id, p.right) for p in s.players])
        m.award_most("On a roll", [(p.id, p.longest) for p in s.players if p.longest > 1])
        m.award_most("Best bluffer", [(p.id, p.fooled) for p in s.players])
        m.award_most("Lone wolf", [(p.id, p.lone) for p in s.players])
        m.award_most("Itchy thumb", [(p.id, p.early) for p in s.players])
        for p in s.players:
            if p.off and p.off == min([one.off for one in s.players if one.off]):
                m.award("Inner clock", p.id, p.off - 1)
                break
        m.show_figures("Inner clock", [(p.id, p.off - 1) for p in s.players if p.off], fewest=True)
        m.award_most("Nerves of steel", [(p.id, p.banked) for p in s.players])
        m.rank([(p.id, points[p.id]) for p in s.players])
        m.emit("matchEnd", m.places[0].seat if m.places else -1)

    def stop(self, m: "Match[Party]") -> None:
        """Rank everyone by the points so far."""
        self.end(m)

    def rounds(self, m: "Match[Party]") -> "list[list[int]]":
        """The scores after each round."""
        players = m.state.players
        ended = max([len(p.curve) for p in players] + [0])
        return [[(p.curve + [0] * ended)[k] for p in players] for k in range(ended)]

    # --- the host

    def led_by(self, m: "Match[Party]", seat: int) -> None:
        """The host's seat, or -1."""
        m.state.host = seat

    def pack_known_to(self, m: "Match[Party]", seats: "list[int]") -> None:
        """These seats take no part in the questions of the pack."""
        s = m.state
        if s.own:
            s.own = 2
            for k in range(len(seats)):
                s.own += seats[k] + 1 << 7 * k

    def host_command(self, m: "Match[Party]", verb: int, value: int) -> None:  # noqa: ARG002 (none has a value)
        """Carry out a command of the host."""
        s = m.state
        if verb == NEXT:
            self.go_on(m)
        elif verb == UNDO:
            self.take_back(m)
        elif verb == EXTEND and s.phase == OPEN and s.kind not in (FLASH, BALLOON, CLOCK):
            s.until += EXTENSION
            s.limit += EXTENSION
        elif verb == EXTEND and s.phase == BOARD:
            s.until += EXTENSION
        elif verb in (REPLAY, SKIP) and s.round and s.phase < END:
            self.undo(m, verb == REPLAY)
        elif s.kind == BUZZ and s.phase in (ARM, OPEN):
            self.judge(m, verb)

    def go_on(self, m: "Match[Party]") -> None:
        """End this phase now."""
        s = m.state
        if s.phase == OPEN:
            if s.kind == BUZZ:
                self.reveal_unsolved(m)
            else:
                self.close(m, False)
        elif s.phase in (INTRO, REVEAL, BOARD):
            s.until = m.tick + 1

    def reveal_unsolved(self, m: "Match[Party]") -> None:
        """Reveal a question that nobody answered."""
        m.state.up = -1
        self.reveal(m)

    def undo(self, m: "Match[Party]", again: bool) -> None:
        """Take back the points and figures of this round, and play it again or skip it."""
        s = m.state
        for p in s.players:
            p.score = p.before
            p.streak = p.before_streak
            for name, figure in zip(FIGURES, p.past):
                setattr(p, name, figure)
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
        elif s.kind == CUPS and asked:
            s.swapped = max(0, s.swapped - 1)
        elif s.kind == SORT and s.phase > ARM:
            s.sorts = max(0, s.sorts - 1)
        elif s.kind == VOTE and asked:
            s.votes = s.votes + s.cells[:1]
        self.begin_round(m, s.kind)

    def judge(self, m: "Match[Party]", verb: int) -> None:
        """Carry out what the host decided about a buzzer's answer or the buzzers."""
        s = m.state
        p = find(s.players, s.up)
        if verb == RESET:
            for one in s.players:
                one.out = one.locked = 0
            s.answered = 0
            self.rearm(m)
        elif verb == BAR:
            s.closed = 1 - s.closed
        elif p is not None and verb in (RIGHT, WRONG):
            right = verb == RIGHT
            m.emit("judged", p.id, 1 if right else 0)
            s.judged = p.id
            s.judged_turn = p.turn
            s.judged_gained = p.gained
            s.judged_streak = p.streak
            if right:
                give_points(m, p, BUZZ_WON)
                self.reveal(m)
                return
            p.streak = 0
            if m.options.penalty:
                pay(s, p, -BUZZ_LOST)
            self.next_up(m)

    def take_back(self, m: "Match[Party]") -> None:
        """Let the buzzer who was judged last be judged again, with the points of before."""
        s = m.state
        p = find(s.players, s.judged)
        if s.kind != BUZZ or p is None or s.phase == END:
            return
        if p.gained > s.judged_gained:
            p.right -= 1
        p.score -= p.gained - s.judged_gained
        p.gained = s.judged_gained
        p.streak = s.judged_streak
        p.out = p.ms = 0
        p.locked = 1
        p.turn = s.judged_turn
        p.shown = -1
        s.judged = s.who = s.answer = -1
        s.a = ""
        s.waits = 0
        if not s.lit or s.lit > m.tick:
            s.lit = m.tick
        s.first = s.first or m.tick
        s.phase = OPEN
        s.up = p.id
        s.until = m.tick + NO_JUDGE
        m.emit("up", s.up)

    def box_wanted(self, options: "Values") -> "tuple[str, list[str]]":
        """The language and the categories of the options."""
        language = ("", "en", "de")[options.language]
        return language, [name for k, name in enumerate(TOPICS) if options.topics >> k & 1]

    def take_pack(self, m: "Match[Party]", data: bytes) -> None:
        """Read the questions: a line with the title and `own`, then a line for each question."""
        s = m.state
        s.questions = []
        s.quizzed = s.read = 0
        for line in data.decode().split("\n"):
            parts = line.split("\t")
            if len(parts) == 2 and not s.questions:
                s.title = parts[0][:40]
                s.own = 1 if parts[1] == "1" else 0
            elif len(parts) == 9 and len(s.questions) < MOST_QUESTIONS:
                s.questions.append(self.question(len(s.questions), parts))

    def question(self, number: int, parts: "list[str]") -> Question:
        """A question from its line: prompt, four answers, their number, the right one, cue, category."""
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
            topic=parts[8][:24],
        )

    # --- bots

    def bot(self, m: "Match[Party]", bot: "BotContext") -> int:
        """Decide for a bot."""
        return think(m, bot)
