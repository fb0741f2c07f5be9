"""The rules of Short Fuse: walk and lay, bombs that slide and fly, fire, items, stones."""

from game.rules import (
    LIVE,
    Event,
    Flag,
    Int,
    Options,
    Rounds,
    find,
    one_side,
    pressed,
    seated,
    side,
    standings,
    without,
)

from .board import Blast, Board, Bomb, Man, Stone, aim_of_lob, cell_of, figures, lying, spiral, starts
from .bots import Sight, haunt, think
from .tuning import (
    ASSIST,
    BOMB,
    BOOT,
    BOOTS,
    CRATE,
    CURSE_TICKS,
    DUD,
    DX,
    DY,
    FASTEST,
    FIRST_LOB,
    FLAME,
    FREE,
    HURRY_EVERY,
    HZ,
    ITEM,
    KICK,
    KNOCK_OUT,
    LAST_ONE,
    LEAK,
    LOB_EVERY,
    LOB_TICKS,
    LOTS,
    MIDDLE,
    MORE_BOMBS,
    MORE_RANGE,
    MOST_BOMBS,
    MOST_BOOTS,
    MOST_RANGE,
    PACE,
    RIM_SEATS,
    SHIELD,
    SIZES,
    SLIDE,
    SLOW,
    SPARED,
    STONE,
    STONE_EVERY,
    SWAP,
    TOO_LONG,
    UNHURT,
    WALL,
    WARNING,
    C,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Match


class Fuse(Rounds):
    """Short Fuse. One step: walk and lay, slide, stones, explode, burn, take."""

    name = "fuse"
    title = "Short Fuse"
    blurb = "Lay bombs, blow up crates, and be the last one standing."
    how = "Walk, drop a bomb, get away. The last one standing wins."
    minutes = 4
    accent = "#FF9A5C"
    ground = "#27110A"
    seats = (2, 8)
    tick_hz = HZ
    buttons = ("left", "right", "up", "down", "bomb")
    button_docs = ("walk left", "walk right", "walk up", "walk down", "lay a bomb; on the rim: lob one")
    options = Options(
        target=Int(10, 3, 60, doc="points to win: 3 for the last one standing, 1 for each knock-out"),
        rounds=Int(9, 1, 30, doc="rounds at most"),
        fuse=Int(25, 15, 40, doc="how long a bomb burns, tenths of a second"),
        crates=Int(72, 30, 90, doc="percent of the board full of crates"),
        drops=Int(34, 0, 80, doc="percent of the crates that hide something"),
        sudden=Int(45, 20, 180, doc="seconds until stones close the board in"),
        reach=Int(2, 1, MOST_RANGE, doc="cells that a blast goes at the start"),
        bombs=Int(1, 1, MOST_BOMBS, doc="bombs at once at the start"),
        revenge=Flag(True, doc="with four or more, the dead lob bombs from the rim"),
        curses=Flag(True, doc="crates may hide curses"),
        teams=Int(0, 0, 4, doc="teams; 0 or 1: everyone for themselves"),
    )
    presets = (
        ("Classic", {}),
        ("Pure", {"drops": 0, "reach": 3, "bombs": 2, "revenge": False}),
        ("Arsenal", {"reach": 5, "bombs": 4, "crates": 60, "drops": 60}),
        ("Teams", {"teams": 2}),
        ("Slow burn", {"fuse": 40, "sudden": 90, "drops": 45}),
        ("Hothead", {"fuse": 15, "crates": 45, "sudden": 30}),
        ("Quick", {"target": 5, "rounds": 3, "crates": 50, "sudden": 25}),
    )
    team_option = "teams"
    knows_bots = True
    bot_styles = ("Hunter", "Farmer", "Coward")
    events = Rounds.events + (
        Event("lay", "seat", "cell", doc="a bomb is laid"),
        Event("kick", "seat", "cell", doc="a bomb slides off from this cell"),
        Event("lob", "seat", "cell", doc="a bomb is lobbed from the rim and lands on this cell"),
        Event("boom", "seat", "cell", doc="a bomb of this seat went off"),
        Event(
            "out",
            "seat",
            "by",
            "x",
            "y",
            doc="burnt; by: whose flame it was, -1: a stone; x, y in 1/256 cell",
        ),
        Event("shield", "seat", doc="the shield broke and saved the man"),
        Event("phew", "seat", doc="left a flame alive"),
        Event("take", "seat", "kind", "cell", doc="took an item; kind 0: bomb, 5: curse, as in Board.cells"),
        Event("curse", "seat", "kind", "by", doc="kind as in Man.curse; by: who passed it on, -1: an item"),
        Event("lift", "seat", doc="a curse is over"),
        Event("spiral", doc="stones begin to fall"),
        Event("hurry", doc="only bots stand, and people wait: stones fall fast"),
    )
    awards = ("Most knock-outs", "Wrecker", "Collector", "Chain reaction", "Hot feet", "Own goals")
    """Figures: knock-outs, crates, items, bombs, narrow escapes, times."""
    teasing = ("Own goals",)
    State = Board

    # --- course of the match

    def start(self, m: "Match[Board]") -> None:
        """Add a man for each seat, and begin the first round."""
        s = m.state
        s.men = [Man(seat, team=m.teams[seat]) for seat in m.seats]
        s.target = m.options.target
        s.rounds = m.options.rounds
        m.scratch = Sight()
        self.begin_round(m)

    def rebuild(self, m: "Match[Board]") -> None:
        """Let bots look at the restored board."""
        m.scratch = Sight()

    def rewound(self, m: "Match[Board]") -> None:
        """Let bots look again: what they saw may be in the future now."""
        m.scratch.stale = True

    def deal(self, m: "Match[Board]") -> None:
        """Build a board, and put every man on his starting cell."""
        s = m.state
        options = m.options
        s.sudden = s.hurry = 0
        s.bombs = []
        s.blasts = []
        s.stones = []
        s.made = 0
        s.shadows = 0
        count = len(s.men)
        s.width, s.height = SIZES[0 if count <= 4 else 1 if count <= 6 else 2]
        s.every = STONE_EVERY[s.width]
        places = starts(s.width, s.height, count)
        self.build(m, places)
        order = list(range(count))
        m.rng.shuffle(order)
        for man, k in zip(s.men, order):
            x, y = places[k]
            man.x = x * C + MIDDLE
            man.y = y * C + MIDDLE
            man.alive = man.plays = 1
            man.rides = man.shield = man.kick = man.curse = man.cursed = man.safe = man.lob = 0
            man.bombs = options.bombs
            man.reach = options.reach
            man.boots = man.out = man.burnt = man.held = man.spared = 0
        m.scratch.stale = True

    def went_live(self, m: "Match[Board]") -> None:
        """Start the clock of sudden death."""
        m.state.sudden = m.tick + m.options.sudden * HZ
        self.look_for_people(m)

    def pause(self, m: "Match[Board]") -> None:
        """Let flames go out after a round too."""
        self.cool(m)

    def build(self, m: "Match[Board]", places: "list[tuple[int, int]]") -> None:
        """Lay out rim, pillars and crates; each start has a pocket with a corner to hide behind."""
        s = m.state
        width = s.width
        height = s.height
        cells = bytearray(width * height)
        for y in range(height):
            for x in range(width):
                if x in (0, width - 1) or y in (0, height - 1) or not (x % 2 or y % 2):
                    cells[y * width + x] = STONE
                elif m.rng.chance(m.options.crates):
                    cells[y * width + x] = CRATE
        for x, y in places:
            here = y * width + x
            cells[here] = FREE
            cells[here + (1 if x < width // 2 else -1)] = FREE
            cells[here + (width if y < height // 2 else -width)] = FREE
        s.cells = cells

    def end_round(self, m: "Match[Board]") -> None:
        """Remove the men of players who left, then begin the next round or end the match."""
        s = m.state
        s.men = [man for man in s.men if man.id in m.seats]
        points = [(man.id, man.score) for man in s.men]
        self.note(m, points)
        sides = standings([(side(man), man.score) for man in s.men])
        leads = len(sides) < 2 or (sides[0][0] >= s.target and sides[0][0] > sides[1][0])
        if leads or s.round >= s.rounds:
            self.finish(m)
        else:
            self.begin_round(m)

    def stop(self, m: "Match[Board]") -> None:
        """Rank everyone by the points so far."""
        m.state.men = [man for man in m.state.men if man.id in m.seats]
        self.finish(m)

    def finish(self, m: "Match[Board]") -> None:
        """End the match and give the awards."""
        men = m.state.men
        self.end_match(m, [(man.id, man.score) for man in men])
        for k, name in enumerate(self.awards):
            m.award_most(name, [(man.id, figures(man)[k]) for man in men])

    def join(self, m: "Match[Board]", seat: int) -> None:
        """Give a newcomer the man that was left on this seat, or one that waits for the next round."""
        s = m.state
        man = find(s.men, seat)
        if man is None:
            man = Man(seat, x=MIDDLE, y=MIDDLE)
            s.men = seated(s.men, man)
        man.team = m.teams[seat]
        man.score = 0
        for other in s.men:
            if other is not man and side(other) == side(man):
                man.score = other.score
        man.kills = man.own = man.wrecked = man.taken = man.chain = man.dodged = man.bot = 0
        self.look_for_people(m)

    def leave(self, m: "Match[Board]", seat: int) -> None:  # noqa: ARG002 (as in Game)
        """The man stands where he is until the round is over."""
        self.look_for_people(m)

    def bot_plays(self, m: "Match[Board]", seat: int, bot: bool) -> None:
        """A bot plays this seat from now on, or a person again."""
        man = find(m.state.men, seat)
        if man is not None:
            man.bot = 1 if bot else 0
        self.look_for_people(m)

    def look_for_people(self, m: "Match[Board]") -> None:
        """Hurry while people are here but none of them stands: nobody wants to wait for bots."""
        s = m.state
        people = [man for man in s.men if not man.bot and man.id in m.seats]
        wanted = s.phase == LIVE and bool(people) and not [1 for man in people if man.alive]
        if wanted and not s.hurry:
            s.hurry = m.tick
            self.pace_stones(m, HURRY_EVERY[s.width], m.tick + HZ)
            m.emit("hurry")
        elif s.hurry and not wanted:
            s.hurry = 0
            if not s.shadows:
                s.sudden = s.began + m.options.sudden * HZ
            self.pace_stones(m, STONE_EVERY[s.width], s.sudden)

    def pace_stones(self, m: "Match[Board]", every: int, sudden: int) -> None:
        """Let a stone fall in every `every` ticks, the first at `sudden` unless they fall already."""
        s = m.state
        s.every = every
        # The next stone, which is the one of this number, is due now.
        s.sudden = m.tick + 1 - s.shadows * every if s.shadows else min(s.sudden, sudden)
        m.scratch.stale = True

    # --- one tick

    # hot: 30 times a second and room
    def play(self, m: "Match[Board]", inputs: "list[int]") -> None:  # noqa: C901 (hot)
        """Walk and lay, slide, let stones fall, explode, burn, take. Deaths are never predicted."""
        s = m.state
        at = lying(s)
        before = 0
        for man in s.men:
            buttons = inputs[man.id]
            if man.alive:
                before += 1
                self.move(m, man, buttons, at)
            elif man.rides:
                self.ride(m, man, buttons)
        if s.bombs:
            self.carry(m)
        if m.tick >= s.sudden:
            self.close_in(m)
        if s.blasts:
            self.cool(m)
        if s.bombs:
            self.explode(m)
        living = [man for man in s.men if man.alive]
        if s.blasts and not m.ahead:
            self.burn(m, living)
        self.take(m, living)
        standing = [man for man in s.men if man.alive]
        if one_side(standing):
            self.reward(s, standing)
            self.close_round(m, standing)
        elif len(standing) < before:
            self.look_for_people(m)

    def next_id(self, m: "Match[Board]") -> int:
        """The next id for a bomb, a blast or a stone; ids rise within a round."""
        m.state.made += 1
        return m.state.made

    def move(self, m: "Match[Board]", man: Man, buttons: int, at: "dict[int, Bomb]") -> None:
        """Let a man walk, and lay a bomb."""
        s = m.state
        if man.curse:
            buttons = self.under_curse(m, man, buttons)
        if buttons != man.held:
            self.aim(man, buttons)
        if buttons & 15:
            pace = min(FASTEST, PACE + man.boots * BOOT)
            if man.curse == SLOW:
                pace //= 2
            width = s.width
            here = (man.y >> 8) * width + (man.x >> 8)
            for way in self.held_ways(man, buttons):
                ahead = here + DX[way] + DY[way] * width
                bomb = at.get(ahead)
                if self.walk(man, way, pace, bomb is not None or 0 < s.cells[ahead] < ITEM):
                    break
                if bomb is not None and man.kick and self.kicked(m, man, bomb, way, at):
                    break
        if man.curse == LEAK or (buttons & BOMB and not man.held & BOMB):
            self.lay(m, man, at)
        man.held = buttons

    def under_curse(self, m: "Match[Board]", man: Man, buttons: int) -> int:
        """End a curse that is over; returns the buttons that a cursed man presses in effect."""
        if m.tick >= man.cursed:
            man.curse = 0
            m.emit("lift", man.id)
        elif man.curse == SWAP:
            return buttons & BOMB | (buttons & 5) << 1 | (buttons & 10) >> 1
        return buttons

    def aim(self, man: Man, buttons: int) -> None:
        """Remember the direction that was pressed last."""
        fresh = pressed(buttons, man.held)
        for way in range(4):
            if fresh >> way & 1:
                man.aim = way

    def held_ways(self, man: Man, buttons: int) -> "list[int]":
        """The directions held, the newest first: if that one is blocked, the next is tried."""
        held = [way for way in range(4) if buttons >> way & 1]
        if len(held) > 1 and man.aim in held:
            held.remove(man.aim)
            held.insert(0, man.aim)
        return held

    def walk(self, man: Man, way: int, pace: int, shut: bool) -> bool:
        """Go one step, or towards the middle of the lane. A man is always in the middle of a row or a column.

        Args:
            man: who walks.
            way: the direction.
            pace: 1/256 cells in this step.
            shut: the cell ahead cannot be entered.

        Returns:
            Whether he moved.
        """
        level = way < 2
        along = man.x if level else man.y
        across = man.y if level else man.x
        sign = 1 if way & 1 else -1
        off = (across & 255) - MIDDLE
        if off:
            if shut or not -ASSIST <= off <= ASSIST:
                return False
            slide = min(pace, abs(off))
            across += slide if off < 0 else -slide
            along += sign * (pace - slide)
        else:
            if shut:
                pace = min(pace, sign * (MIDDLE - (along & 255)))
                if pace <= 0:
                    return False
            along += sign * pace
        if level:
            man.x = along
            man.y = across
        else:
            man.x = across
            man.y = along
        return True

    def lay(self, m: "Match[Board]", man: Man, at: "dict[int, Bomb]") -> None:
        """Lay a bomb where a man stands, if he may and the cell has none."""
        s = m.state
        cell = (man.y >> 8) * s.width + (man.x >> 8)
        if cell in at or man.out >= man.bombs or man.curse == DUD or len(s.bombs) == 64:
            return
        man.out += 1
        bomb = Bomb(
            self.next_id(m),
            x=(man.x & ~255) + MIDDLE,
            y=(man.y & ~255) + MIDDLE,
            owner=man.id,
            reach=man.reach,
            explodes=m.tick + m.options.fuse * HZ // 10,
        )
        s.bombs.append(bomb)
        at[cell] = bomb
        m.scratch.stale = True
        m.emit("lay", man.id, cell)

    # --- bombs on the move

    def kicked(self, m: "Match[Board]", man: Man, bomb: Bomb, way: int, at: "dict[int, Bomb]") -> bool:
        """Kick a bomb that a man walks against; returns whether it slides."""
        if bomb.way >= 0 or not self.open_to(m.state, bomb, way, at):
            return False
        bomb.way = way
        bomb.pace = SLIDE
        m.emit("kick", man.id, cell_of(m.state, bomb.x, bomb.y))
        return True

    def open_to(self, s: Board, bomb: Bomb, way: int, at: "dict[int, Bomb]") -> bool:
        """Whether a bomb may slide into the next cell: the cell is empty."""
        ahead = cell_of(s, bomb.x, bomb.y) + DX[way] + DY[way] * s.width
        if 0 < s.cells[ahead] < ITEM or ahead in at:
            return False
        return not [man for man in s.men if man.alive and cell_of(s, man.x, man.y) == ahead]

    def carry(self, m: "Match[Board]") -> None:
        """Move the bombs that slide or fly."""
        s = m.state
        moving = [bomb for bomb in s.bombs if bomb.way >= 0]
        if not moving:
            return
        m.scratch.stale = True
        at = lying(s)
        for bomb in moving:
            if not bomb.lands:
                self.slide(s, bomb, at)
            elif not self.fly(m, bomb, at):
                s.bombs = without(s.bombs, bomb)

    def slide(self, s: Board, bomb: Bomb, at: "dict[int, Bomb]") -> None:
        """Slide a bomb on; it stops in the middle of a cell when the next one is taken."""
        way = bomb.way
        level = way < 2
        sign = 1 if way & 1 else -1
        before = cell_of(s, bomb.x, bomb.y)
        passed = sign * (((bomb.x if level else bomb.y) & 255) - MIDDLE)
        if passed >= 0 and not self.open_to(s, bomb, way, at):
            bomb.x = (bomb.x & ~255) + MIDDLE
            bomb.y = (bomb.y & ~255) + MIDDLE
            bomb.way = -1
            return
        bomb.x += DX[way] * bomb.pace
        bomb.y += DY[way] * bomb.pace
        after = cell_of(s, bomb.x, bomb.y)
        if after != before:
            del at[before]
            at[after] = bomb

    def fly(self, m: "Match[Board]", bomb: Bomb, at: "dict[int, Bomb]") -> bool:
        """Fly a bomb on; it hops over a taken cell. Returns False when it leaves the board and is lost."""
        s = m.state
        bomb.x += DX[bomb.way] * bomb.pace
        bomb.y += DY[bomb.way] * bomb.pace
        if m.tick < bomb.lands:
            return True
        bomb.x = (bomb.x & ~255) + MIDDLE
        bomb.y = (bomb.y & ~255) + MIDDLE
        cell = cell_of(s, bomb.x, bomb.y)
        if 0 < s.cells[cell] < ITEM or cell in at:
            x = (bomb.x >> 8) + DX[bomb.way]
            y = (bomb.y >> 8) + DY[bomb.way]
            if not (0 < x < s.width - 1 and 0 < y < s.height - 1):
                return False
            bomb.pace = C // 8
            bomb.lands = m.tick + 8
            return True
        bomb.lands = bomb.pace = 0
        bomb.way = -1
        at[cell] = bomb
        return True

    # --- the rim

    def ride(self, m: "Match[Board]", man: Man, buttons: int) -> None:
        """Let a dead man move along the rim, and lob a bomb."""
        s = m.state
        if buttons != man.held:
            self.aim(man, buttons)
        for way in self.held_ways(man, buttons):
            x = (man.x >> 8) + DX[way]
            y = (man.y >> 8) + DY[way]
            inside = 0 <= x < s.width and 0 <= y < s.height
            rim = inside and (x in (0, s.width - 1) or y in (0, s.height - 1))
            if self.walk(man, way, PACE, not rim):
                break
        if pressed(buttons, man.held) & BOMB and man.lob <= m.tick and (m.tick < s.sudden or s.hurry):
            self.throw(m, man)
        man.held = buttons

    def throw(self, m: "Match[Board]", man: Man) -> None:
        """Lob a bomb from the rim into the board."""
        s = m.state
        way, cells = aim_of_lob(s, man)
        if not cells or len(s.bombs) == 64:
            return
        man.lob = m.tick + LOB_EVERY
        bomb = Bomb(
            self.next_id(m),
            x=(man.x & ~255) + MIDDLE,
            y=(man.y & ~255) + MIDDLE,
            owner=man.id,
            reach=m.options.reach,
            explodes=m.tick + LOB_TICKS + m.options.fuse * HZ // 10,
            lands=m.tick + LOB_TICKS,
            way=way,
            # With whole steps it lands in the right cell, but not exactly in its middle.
            pace=cells * C // (LOB_TICKS + 1) + 1,
        )
        s.bombs.append(bomb)
        m.emit("lob", man.id, cell_of(s, bomb.x + DX[way] * cells * C, bomb.y + DY[way] * cells * C))

    # --- stones

    def close_in(self, m: "Match[Board]") -> None:
        """Announce the next stone, and let the stone fall that is due."""
        s = m.state
        tick = m.tick
        order = spiral(s.width, s.height)
        if tick == s.sudden and not s.shadows and not s.hurry:
            m.emit("spiral")
        if (tick - s.sudden) % s.every == 0 and s.shadows < len(order):
            s.stones.append(Stone(self.next_id(m), cell=order[s.shadows], lands=tick + WARNING))
            s.shadows += 1
        if s.stones and s.stones[0].lands <= tick:
            self.fall(m, s.stones[0].cell)
            s.stones = s.stones[1:]

    def fall(self, m: "Match[Board]", cell: int) -> None:
        """Drop a stone on a cell and on all that is in it."""
        s = m.state
        s.cells[cell] = STONE
        m.scratch.stale = True
        crushed = lying(s).get(cell)
        if crushed is not None:
            s.bombs = without(s.bombs, crushed)
            self.spent(s, crushed)
        for man in s.men:
            if man.alive and cell_of(s, man.x, man.y) == cell and not m.ahead:
                self.knock_out(m, man, WALL)

    # --- fire

    def explode(self, m: "Match[Board]") -> None:
        """Explode all bombs that are due or in a flame, and the bombs that these set off."""
        s = m.state
        tick = m.tick
        due = [
            bomb
            for bomb in s.bombs
            if not bomb.lands and (bomb.explodes <= tick or self.flame(s, bomb.x, bomb.y) >= 0)
        ]
        if not due:
            return
        m.scratch.stale = True
        at = lying(s)
        gone: "list[int]" = []
        crates: "list[int]" = []
        items: "list[int]" = []
        for first in due:
            if first.id not in gone:
                self.chain(m, first, at, gone, crates, items)
        s.bombs = [bomb for bomb in s.bombs if bomb.id not in gone]
        # All blasts of a tick meet the board as it was: a crate stops each of them, and what it hid is safe.
        for cell in items:
            s.cells[cell] = FREE
        self.open_crates(m, crates)

    def chain(
        self,
        m: "Match[Board]",
        first: Bomb,
        at: "dict[int, Bomb]",
        gone: "list[int]",
        crates: "list[int]",
        items: "list[int]",
    ) -> None:
        """Explode a bomb and all that it sets off; adds their ids to `gone`, and what they burn."""
        chain = [first]
        gone.append(first.id)
        for bomb in chain:
            for other in self.blow(m, bomb, at, crates, items):
                if other.id not in gone:
                    gone.append(other.id)
                    chain.append(other)
        owner = find(m.state.men, first.owner)
        if owner is not None:
            owner.chain = max(owner.chain, len(chain))

    def open_crates(self, m: "Match[Board]", crates: "list[int]") -> None:
        """Remove burnt crates; some of them leave an item."""
        s = m.state
        for cell in sorted(crates):
            s.cells[cell] = FREE
            if m.rng.chance(m.options.drops):
                kind = LOTS[m.rng.below(len(LOTS) if m.options.curses else len(LOTS) - 1)]
                s.cells[cell] = ITEM + kind

    def blow(
        self, m: "Match[Board]", bomb: Bomb, at: "dict[int, Bomb]", crates: "list[int]", items: "list[int]"
    ) -> "list[Bomb]":
        """Explode one bomb; returns the bombs that its flames reach."""
        s = m.state
        cells = s.cells
        reached = []
        reaches = []
        cell = cell_of(s, bomb.x, bomb.y)
        burns = [cell]
        for way in range(4):
            stride = DX[way] + DY[way] * s.width
            far = 0
            while far < bomb.reach and cells[cell + (far + 1) * stride] != STONE:
                far += 1
                ahead = cell + far * stride
                burns.append(ahead)
                other = at.get(ahead)
                if other is not None:
                    reached.append(other)
                if other is not None or cells[ahead] == CRATE:
                    break
            reaches.append(far)
        wrecked = 0
        for burnt in burns:
            if cells[burnt] >= ITEM:
                items.append(burnt)
            elif cells[burnt] == CRATE and burnt not in crates:
                crates.append(burnt)
                wrecked += 1
        owner = find(s.men, bomb.owner)
        if owner is not None:
            owner.wrecked += wrecked
        left, right, up, down = reaches
        blast = Blast(self.next_id(m), cell=cell, left=left, right=right, up=up, down=down)
        blast.until = m.tick + FLAME
        blast.owner = bomb.owner
        s.blasts.append(blast)
        self.spent(s, bomb)
        m.emit("boom", bomb.owner, cell)
        return reached

    def spent(self, s: Board, bomb: Bomb) -> None:
        """Let the owner of a bomb that is gone lay another."""
        owner = find(s.men, bomb.owner)
        if owner is not None:
            owner.out = max(0, owner.out - 1)

    def cool(self, m: "Match[Board]") -> None:
        """Remove the flames whose time is over."""
        s = m.state
        if s.blasts and s.blasts[0].until <= m.tick:
            s.blasts = [blast for blast in s.blasts if blast.until > m.tick]

    # hot: for every man and bomb while there are flames
    def flame(self, s: Board, x: int, y: int) -> int:
        """The owner of the newest flame at a point; -1: no flame."""
        column = x >> 8
        row = y >> 8
        width = s.width
        found = -1
        for blast in s.blasts:
            dy = row - blast.cell // width
            dx = column - blast.cell % width
            if dy == 0:
                if -blast.left <= dx <= blast.right:
                    found = blast.owner
            elif dx == 0 and -blast.up <= dy <= blast.down:
                found = blast.owner
        return found

    def burn(self, m: "Match[Board]", living: "list[Man]") -> None:
        """Burn the men who have been in flames for too long; all are tested before any of them is out."""
        s = m.state
        dead = []
        for man in living:
            by = self.flame(s, man.x, man.y) if m.tick >= man.safe else -1
            if by < 0:
                if man.burnt:
                    man.dodged += 1
                    m.emit("phew", man.id)
                man.burnt = 0
                continue
            man.burnt += 1
            if man.burnt <= TOO_LONG:
                continue
            man.burnt = 0
            if man.shield:
                man.shield = 0
                man.safe = m.tick + UNHURT
                m.emit("shield", man.id)
            else:
                dead.append((man, by))
        for man, by in dead:
            self.knock_out(m, man, by)

    def knock_out(self, m: "Match[Board]", man: Man, by: int) -> None:
        """Put a man out of the round; with enough seats he moves to the rim."""
        s = m.state
        man.alive = man.burnt = man.curse = 0
        m.emit("out", man.id, by, man.x, man.y)
        if by == man.id:
            man.own += 1
        killer = find(s.men, by)
        if killer is not None and side(killer) != side(man):
            killer.kills += 1
            self.credit(s, killer, KNOCK_OUT)
        if m.options.revenge and len(s.men) >= RIM_SEATS:
            man.rides = 1
            man.lob = m.tick + FIRST_LOB
            self.to_rim(s, man)

    def to_rim(self, s: Board, man: Man) -> None:
        """Put a man on the nearest cell of the rim."""
        column = man.x >> 8
        row = man.y >> 8
        gaps = (column, s.width - 1 - column, row, s.height - 1 - row)
        nearest = gaps.index(min(gaps))
        if nearest == 0:
            column = 0
        elif nearest == 1:
            column = s.width - 1
        elif nearest == 2:
            row = 0
        else:
            row = s.height - 1
        man.x = column * C + MIDDLE
        man.y = row * C + MIDDLE

    # --- items and curses

    def take(self, m: "Match[Board]", living: "list[Man]") -> None:
        """Give items to the men who stand on them, and pass curses on."""
        s = m.state
        cells = s.cells
        width = s.width
        cursed = False
        for man in living:
            if not man.alive:
                continue
            if man.curse:
                cursed = True
            cell = (man.y >> 8) * width + (man.x >> 8)
            if cells[cell] >= ITEM:
                kind = cells[cell] - ITEM
                cells[cell] = FREE
                man.taken += 1
                m.emit("take", man.id, kind, cell)
                self.give(m, man, kind)
        if cursed:
            self.pass_on(m, living)

    def give(self, m: "Match[Board]", man: Man, kind: int) -> None:
        """Apply an item to a man."""
        if kind == MORE_BOMBS:
            man.bombs = min(MOST_BOMBS, man.bombs + 1)
        elif kind == MORE_RANGE:
            man.reach = min(MOST_RANGE, man.reach + 1)
        elif kind == BOOTS:
            man.boots = min(MOST_BOOTS, man.boots + 1)
        elif kind == SHIELD:
            man.shield = 1
        elif kind == KICK:
            man.kick = 1
        else:
            self.hex(m, man, m.rng.between(SLOW, DUD), m.tick + CURSE_TICKS, WALL)

    def hex(self, m: "Match[Board]", man: Man, curse: int, until: int, by: int) -> None:
        """Curse a man."""
        man.curse = curse
        man.cursed = until
        man.spared = m.tick + SPARED
        m.emit("curse", man.id, curse, by)

    def pass_on(self, m: "Match[Board]", living: "list[Man]") -> None:
        """Pass a curse to a man who meets its bearer."""
        s = m.state
        for man in living:
            if not man.curse or not man.alive or m.tick < man.spared:
                continue
            cell = cell_of(s, man.x, man.y)
            for other in living:
                if other.alive and not other.curse and cell_of(s, other.x, other.y) == cell:
                    self.hex(m, other, man.curse, man.cursed, man.id)
                    man.curse = 0
                    break

    def reward(self, s: Board, living: "list[Man]") -> None:
        """Give the points of a round to the whole side of the survivors."""
        if living:
            self.credit(s, living[0], LAST_ONE)

    def credit(self, s: Board, man: Man, points: int) -> None:
        """Give points to a man's whole side."""
        for other in s.men:
            if side(other) == side(man):
                other.score = min(999, other.score + points)

    def bot(self, m: "Match[Board]", bot: "BotContext") -> int:
        """Decide for a bot; it looks around in the middle of a cell."""
        s = m.state
        man = find(s.men, bot.seat)
        if s.phase != LIVE or man is None:
            bot.memory = []
            return 0
        if man.alive:
            return think(m, bot, man)
        return haunt(m, bot, man) if man.rides else 0
