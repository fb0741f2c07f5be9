"""The rules of Last Card: turns, laying and drawing, wishes, calls, rounds."""

from game.rules import (
    Choice,
    Choose,
    Controls,
    Event,
    Flag,
    Game,
    Int,
    Options,
    Place,
    Turns,
    find,
    seated,
    without,
)

from .bots import think
from .deck import (
    FOUR,
    MOST_CARDS,
    PAUSE,
    SUITS,
    SWAP,
    TURN,
    WISH,
    deck,
    draws,
    fits,
    most_of,
    rank_of,
    suit_of,
    worth,
)
from .picture import PICTURE
from .table import MUST_ANSWER, NO_FIT, NOT_YOURS, ONLY_DRAWN, OVER, PLAY, ROUND_END, WISHING, Player, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match, SeatInput

HZ = 20
DRAW, PASS, CALL = 0, 1, 2
"""What the control `act` chooses."""
CALL_TICKS = 3 * HZ
REASON_TICKS = 3 * HZ
BREAK_TICKS = 6 * HZ
IDLE_TICKS = 3 * HZ
"""The time for a turn of a player who let the clock run out twice."""
PENALTY = 2


class LastCard(Game):
    """Last Card. One step: calls, cards laid out of turn, then the player whose turn it is."""

    name = "lastcard"
    title = "Last Card"
    blurb = "Get rid of your cards, and call when one is left."
    how = "Lay the same colour or the same sign. Call when one is left."
    minutes = 10
    accent = "#FF9EC7"
    ground = "#2B0C1F"
    seats = (2, 6)
    tick_hz = HZ
    replication = "delta"
    sleeps = True
    turn_hours = "hours"
    controls = Controls(
        Choose(
            "card",
            most=MOST_CARDS,
            of="hand",
            label="Lay a card",
            doc="lays the card at this place of your hand",
        ),
        Choose("suit", most=4, label="Choose a suit", doc="the suit that you wish for"),
        Choose("act", most=3, label="Draw, pass or call", doc="0: draw, 1: pass, 2: call the last card"),
    )
    options = Options(
        cards=Int(7, 3, 10, doc="cards in each hand at the start"),
        seconds=Int(20, 0, 120, doc="for a turn; 0: no clock"),
        target=Int(0, 0, 500, doc="points to win; 0: one round"),
        stack=Choice("off", "same", "any", default=1, doc="answer a draw card by the same kind, or by any"),
        until=Flag(False, doc="draw until a card fits"),
        call=Flag(True, doc="who forgets to call the last card draws two"),
        jump=Flag(False, doc="an identical card may be laid out of turn"),
        swap=Flag(False, doc="two cards that swap your hand with the smallest one"),
        hours=Int(0, 0, 168, doc="hours that a turn may take in a match over days; 0: any time"),
    )
    presets = (
        ("Classic", {}),
        ("Friendly", {"stack": "off", "call": False, "seconds": 40}),
        ("Wild", {"stack": "any", "jump": True, "swap": True, "seconds": 12}),
        ("To 200", {"target": 200}),
        ("Quick", {"cards": 4, "seconds": 10}),
        ("Over days", {"seconds": 0, "hours": 24, "call": False}),
    )
    bot_styles = ("Ada", "Bo", "Cy")
    events = (
        Event("deal", "round", doc="the cards are dealt"),
        Event("lay", "seat", "card", doc="a card is laid"),
        Event("draw", "seat", "count", doc="cards are drawn"),
        Event("wish", "seat", "suit", doc="a suit was chosen"),
        Event("pass", "seat", doc="the turn ends without a card"),
        Event("skip", "seat", doc="this player is passed over"),
        Event("turnabout", "seat", doc="the turns go the other way round"),
        Event("swap", "seat", "other", doc="two players swapped their hands"),
        Event("jump", "seat", doc="a card was laid out of turn"),
        Event("call", "seat", doc="called the last card"),
        Event("forgot", "seat", doc="did not call the last card, and draws two"),
        Event("slow", "seat", doc="the clock ran out"),
        Event("roundEnd", "seat", "points", doc="seat: who took the round"),
        Event("matchEnd", "seat", doc="seat: the winner"),
    )
    awards = ("Avalanche", "Collector", "Daydreamer", "Card shark", "Round winner")
    """Figures: cards that somebody drew at once, cards drawn, calls forgotten, cards laid, rounds won."""
    teasing = ("Collector", "Daydreamer")
    picture = PICTURE
    State = Table

    # --- course of the match

    def start(self, m: "Match[Table]") -> None:
        """Seat the players, and deal the first round."""
        m.state.target = m.options.target
        m.state.players = [Player(seat) for seat in m.seats]
        self.deal(m)

    def deal(self, m: "Match[Table]") -> None:
        """Shuffle, deal and turn up the first card."""
        s = m.state
        s.round += 1
        s.phase = PLAY
        s.pending = s.stuck = s.backwards = s.resume = 0
        s.drawable = deck(m.options.swap)
        s.laid = []
        m.rng.shuffle(s.drawable)
        for one in s.players:
            one.hand = sorted(s.drawable[-m.options.cards :])
            s.drawable = s.drawable[: -m.options.cards]
            one.called = one.due = one.drew = one.lacks = one.reason = 0
        at = len(s.drawable) - 1
        while rank_of(s.drawable[at]) < 0 or rank_of(s.drawable[at]) >= PAUSE:
            at -= 1
        s.top = s.drawable[at]
        s.suit = suit_of(s.top)
        s.drawable = s.drawable[:at] + s.drawable[at + 1 :]
        turns = Turns(0)
        first = (
            s.round - 1
            if s.winner < 0
            else [one.id for one in s.players].index(s.winner)
            if find(s.players, s.winner)
            else 0
        )
        turns.begin([one.id for one in s.players], m.tick, first, m.options.seconds * HZ)
        s.turns = [turns]
        self.lay_out(m)
        m.emit("deal", s.round)
        self.refresh(m)

    def lay_out(self, m: "Match[Table]") -> None:
        """Give each player a place at the table."""
        s = m.state
        count = len(s.players)
        s.seated = count
        s.rows = 1 if count <= 3 else 2
        s.columns = max(1, (count + s.rows - 1) // s.rows)
        for k in range(count):
            s.players[k].place = k
            s.players[k].column = k % s.columns
            s.players[k].row = k // s.columns

    def join(self, m: "Match[Table]", seat: int) -> None:
        """Deal the new player a hand, at the end of the order."""
        s = m.state
        if m.over or find(s.players, seat):
            return
        new = Player(seat)
        s.players = seated(s.players, new)
        self.lay_out(m)
        if s.phase in (PLAY, WISHING):
            self.give(m, new, m.options.cards)
            new.drawn = 0
            s.turns[0].come_back(seat, m.tick)
        self.refresh(m)

    def leave(self, m: "Match[Table]", seat: int) -> None:
        """The cards go under the stock; the last who stays has won."""
        s = m.state
        gone = find(s.players, seat)
        if m.over or gone is None:
            return
        s.drawable = gone.hand + s.drawable
        s.players = without(s.players, gone)
        if s.phase == WISHING and s.turn == seat:
            s.phase = PLAY
        s.turns[0].drop(seat, m.tick)
        self.lay_out(m)
        if len(s.players) < 2:
            self.end(m)
        else:
            self.new_turn(m)
        self.refresh(m)

    def turn(self, m: "Match[Table]") -> "list[int]":
        """The seat that must act."""
        s = m.state
        return [s.turn] if s.phase in (PLAY, WISHING) and s.turn >= 0 else []

    def time_up(self, m: "Match[Table]", seat: int) -> None:
        """All the hours of a turn are over: the player draws and passes."""
        if not m.over and m.state.turn == seat:
            self.run_out(m)
            self.refresh(m)

    def stop(self, m: "Match[Table]") -> None:
        """Rank everybody as they are now."""
        self.end(m)
        self.refresh(m)

    def rounds(self, m: "Match[Table]") -> "list[list[int]]":
        """The points of those who were ranked, by rising seat, after each round."""
        ranked = sorted([place.seat for place in m.places])
        rows = m.state.history
        return [[rows[at + seat] for seat in ranked] for at in range(0, len(rows), 6)]

    def bot(self, m: "Match[Table]", bot: "BotContext") -> int:
        """What a bot does."""
        return think(m, bot)

    # --- a tick

    def step(self, m: "Match[Table]", inputs: "list[SeatInput]") -> None:
        """Advance by one tick."""
        s = m.state
        if s.phase == ROUND_END:
            if m.tick >= s.resume:
                self.deal(m)
            return
        acted = False
        for one in s.players:
            acted = self.hear_call(m, one, inputs[one.id]) or acted
            if one.reason and m.tick >= one.until:
                one.reason = 0
        for one in s.players:
            if one.id != s.turn and s.phase == PLAY:
                acted = self.out_of_turn(m, one, inputs[one.id].card) or acted
        active = find(s.players, s.turns[0].seat)
        if active:
            acted = self.take_turn(m, active, inputs[active.id]) or acted
        if acted:
            self.refresh(m)

    def take_turn(self, m: "Match[Table]", active: Player, held: "SeatInput") -> bool:
        """What the player does whose turn it is, and the end of the turn by the clock."""
        s = m.state
        acted = s.phase in (PLAY, WISHING) and self.act(m, active, held)
        if s.phase in (PLAY, WISHING) and s.turns[0].is_up(m.tick):
            active.idle = min(99, active.idle + 1)
            m.emit("slow", s.turns[0].seat)
            self.run_out(m)
            return True
        return acted

    def hear_call(self, m: "Match[Table]", one: Player, held: "SeatInput") -> bool:
        """Take a call of the last card, and the penalty for one that never came."""
        wants = held.act == CALL
        if wants and not one.called and len(one.hand) <= 2 and (one.due or m.state.turn == one.id):
            one.called = 1
            one.due = 0
            m.emit("call", one.id)
            return True
        if one.due and m.tick >= one.due:
            one.due = 0
            one.forgot = min(999, one.forgot + 1)
            m.emit("forgot", one.id)
            self.give(m, one, PENALTY)
            return True
        return False

    def out_of_turn(self, m: "Match[Table]", one: Player, place: int) -> bool:
        """A card of somebody whose turn it is not: an identical one counts, if the house allows it."""
        s = m.state
        if place < 0:
            return False
        if m.options.jump and not s.pending and place < len(one.hand) and one.hand[place] == s.top < WISH:
            m.emit("jump", one.id)
            turns = s.turns[0]
            while turns.seat != one.id:
                turns.go_on(m.tick)
            self.new_turn(m)
            self.lay(m, one, place)
            return True
        self.refuse(m, one, NOT_YOURS)
        return False

    def act(self, m: "Match[Table]", one: Player, held: "SeatInput") -> bool:
        """What the player does whose turn it is."""
        s = m.state
        if s.phase == WISHING:
            if 0 <= held.suit < len(SUITS):
                self.wish(m, one, held.suit)
                return True
            return False
        if held.card >= 0:
            if held.card in one.can:
                self.lay(m, one, held.card)
                return True
            if held.card < len(one.hand):
                self.refuse(m, one, MUST_ANSWER if s.pending else ONLY_DRAWN if one.drew else NO_FIT)
            return False
        if held.act == DRAW or (held.act == PASS and one.drew):
            one.idle = 0
            self.draw_or_pass(m, one)
            return True
        return False

    def refuse(self, m: "Match[Table]", one: Player, reason: int) -> None:
        """Tell the player alone why a card cannot be laid."""
        one.reason = reason
        one.until = m.tick + REASON_TICKS

    # --- laying

    def lay(self, m: "Match[Table]", one: Player, place: int) -> None:
        """Lay a card, with all that follows from it."""
        s = m.state
        card = one.hand[place]
        one.hand = one.hand[:place] + one.hand[place + 1 :]
        s.laid = s.laid + [s.top]
        s.top = card
        s.stuck = one.idle = one.reason = 0
        m.emit("lay", one.id, card)
        if len(one.hand) == 1:
            if m.options.call and not one.called:
                one.due = m.tick + CALL_TICKS
        elif one.hand:
            one.called = one.due = 0
        s.pending = min(MOST_CARDS, s.pending + draws(card))
        one.heaped = max(one.heaped, s.pending)
        one.put = min(9999, one.put + 1)
        if not one.hand:
            self.end_round(m, one)
            return
        if card in (WISH, FOUR):
            s.phase = WISHING
            s.turns[0].go_on(m.tick, 0)
            return
        if card == SWAP:
            self.swap(m, one)
        elif card < WISH:
            s.suit = suit_of(card)
        self.pass_on(m, one, rank_of(card))

    def pass_on(self, m: "Match[Table]", one: Player, rank: int) -> None:
        """End the turn after a card of this rank."""
        turns = m.state.turns[0]
        places = 1
        if rank == TURN:
            turns.reverse()
            m.emit("turnabout", one.id)
            if len(m.state.players) == 2:
                places = 0
        elif rank == PAUSE:
            m.emit("skip", turns.after(one.id))
            places = 2
        turns.go_on(m.tick, places)
        self.new_turn(m)

    def swap(self, m: "Match[Table]", one: Player) -> None:
        """Swap hands with the other player who has the fewest cards, the next of equals."""
        turns = m.state.turns[0]
        best = None
        seat = one.id
        for _ in range(len(m.state.players) - 1):
            seat = turns.after(seat)
            other = find(m.state.players, seat)
            if other and other is not one and (best is None or len(other.hand) < len(best.hand)):
                best = other
        if best is None:
            return
        one.hand, best.hand = best.hand, one.hand
        one.lacks, best.lacks = best.lacks, one.lacks
        m.emit("swap", one.id, best.id)
        for player in (one, best):
            player.due = 0
            player.called = 1 if len(player.hand) == 1 else 0

    def wish(self, m: "Match[Table]", one: Player, suit: int) -> None:
        """Choose the suit that counts from now on."""
        s = m.state
        s.suit = suit
        s.phase = PLAY
        m.emit("wish", one.id, suit)
        s.turns[0].go_on(m.tick)
        self.new_turn(m)

    # --- drawing

    def draw_or_pass(self, m: "Match[Table]", one: Player) -> None:
        """Draw what is pending and end the turn; draw, and lay that card or pass; pass."""
        s = m.state
        if s.pending:
            self.give(m, one, s.pending)
            s.pending = 0
            self.pass_turn(m, one)
        elif one.drew:
            self.pass_turn(m, one)
        else:
            one.lacks |= 1 << s.suit
            got = self.give(m, one, 1)
            while got and m.options.until and not self.fitting(m, one, [len(one.hand) - 1]):
                if not self.give(m, one, 1):
                    break
            s.stuck = 0 if got else min(99, s.stuck + 1)
            one.drew = 1
            if not got or not self.fitting(m, one, [len(one.hand) - 1]):
                self.pass_turn(m, one)

    def pass_turn(self, m: "Match[Table]", one: Player) -> None:
        """End the turn without a card; a round in which nobody can do anything is over."""
        s = m.state
        m.emit("pass", one.id)
        if s.stuck > len(s.players):
            fewest = s.players[0]
            for other in s.players:
                if sum([worth(card) for card in other.hand]) < sum([worth(card) for card in fewest.hand]):
                    fewest = other
            self.end_round(m, fewest)
            return
        s.turns[0].go_on(m.tick)
        self.new_turn(m)

    def give(self, m: "Match[Table]", one: Player, count: int) -> int:
        """Draw cards into a hand; returns how many there were. New cards come at its end."""
        s = m.state
        got = 0
        while got < count:
            if not s.drawable:
                s.drawable = s.laid
                s.laid = []
                m.rng.shuffle(s.drawable)
            if not s.drawable:
                break
            one.hand = one.hand + [s.drawable[-1]]
            s.drawable = s.drawable[:-1]
            got += 1
        if got:
            one.drawn = min(9999, one.drawn + got)
            one.lacks = 0 if got > 1 else one.lacks
            one.called = one.due = 0
            m.emit("draw", one.id, got)
        return got

    def run_out(self, m: "Match[Table]") -> None:
        """The time of a turn is over: what must be done is done."""
        s = m.state
        one = find(s.players, s.turns[0].seat)
        if one is None:
            return
        if s.phase == WISHING:
            self.wish(m, one, most_of(one.hand))
            return
        self.draw_or_pass(m, one)
        if s.phase == PLAY and s.turns[0].seat == one.id and one.drew:
            self.pass_turn(m, one)

    def new_turn(self, m: "Match[Table]") -> None:
        """Begin the turn of the player who has it now."""
        s = m.state
        turns = s.turns[0]
        for one in s.players:
            one.drew = 0
        active = find(s.players, turns.seat)
        if active and active.idle >= 2 and turns.until:
            turns.until = min(turns.until, m.tick + IDLE_TICKS)

    # --- what follows from the rest

    def fitting(self, m: "Match[Table]", one: Player, places: "list[int]") -> "list[int]":
        """Those of these places of a hand whose cards may be laid."""
        s = m.state
        stack = m.options.stack
        return [k for k in places if fits(one.hand[k], s.top, s.suit, s.pending, stack)]

    def refresh(self, m: "Match[Table]") -> None:
        """Compute what the picture shows and what each player may lay."""
        s = m.state
        turns = s.turns[0]
        live = s.phase in (PLAY, WISHING)
        s.turn = turns.seat if live else -1
        s.until = turns.until if live else 0
        s.backwards = turns.backwards
        s.stock = len(s.drawable)
        s.pile = len(s.laid) + 1
        for one in s.players:
            one.count = len(one.hand)
            places = list(range(len(one.hand)))
            if s.phase != PLAY:
                one.can = []
            elif one.id == s.turn:
                one.can = self.fitting(m, one, places[-1:] if one.drew else places)
            elif m.options.jump and not s.pending and s.top < WISH:
                one.can = [k for k in places if one.hand[k] == s.top]
            else:
                one.can = []

    # --- ends

    def end_round(self, m: "Match[Table]", winner: Player) -> None:
        """Count the points; the match goes on until somebody has enough."""
        s = m.state
        points = 0
        for one in s.players:
            if one is not winner:
                points += sum([worth(card) for card in one.hand])
        winner.score = min(9999, winner.score + points)
        s.winner = winner.id
        winner.took = min(99, winner.took + 1)
        s.pending = 0
        for one in s.players:
            one.due = 0
        row = [0] * 6
        for one in s.players:
            row[one.id] = one.score
        s.history = s.history + row
        m.emit("roundEnd", winner.id, points)
        if s.target == 0 or winner.score >= s.target or s.round >= 99:
            self.end(m)
            return
        s.phase = ROUND_END
        s.resume = m.tick + BREAK_TICKS

    def end(self, m: "Match[Table]") -> None:
        """Rank everybody: by points, in a single round by what is left in the hands."""
        s = m.state
        s.phase = OVER
        ranked = []
        for one in s.players:
            left = sum([worth(card) for card in one.hand])
            ranked.append((-one.score, left, one.id))
        ranked.sort()
        places: "list[Place]" = []
        for k in range(len(ranked)):
            score, left, seat = ranked[k]
            same = k > 0 and ranked[k - 1][0] == score and ranked[k - 1][1] == left
            places.append(Place(seat, places[-1].place if same else k + 1, -score))
        m.award_most("Avalanche", [(one.id, one.heaped if one.heaped > 2 else 0) for one in s.players])
        m.award_most("Collector", [(one.id, one.drawn) for one in s.players])
        m.award_most("Daydreamer", [(one.id, one.forgot) for one in s.players])
        m.award_most("Card shark", [(one.id, one.put) for one in s.players])
        m.award_most("Round winner", [(one.id, one.took) for one in s.players])
        m.finish(places)
        m.emit("matchEnd", places[0].seat if places else -1)
