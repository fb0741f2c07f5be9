"""The rules of Kick Off: run, charge, kick and curve, goals, the kick-off and the clock."""

from game.rules import (
    TOUCH,
    UNIT,
    Button,
    Choice,
    Controls,
    Event,
    Flag,
    Game,
    Int,
    Options,
    Stick,
    along,
    bounce,
    collide,
    find,
    limited,
    move,
    push_apart,
    push_out,
    scaled,
    seated,
    unit,
    within,
    without,
)

from .bots import think
from .maps import MAPS, NAMES, NET, Map, map_of
from .picture import PICTURE
from .pitch import (
    CHEERING,
    ENDED,
    KICK_OFF,
    PLAYING,
    READY_PHASE,
    Ball,
    Ground,
    Pillar,
    Pitch,
    Player,
    Team,
    map_in,
    score_of,
)
from .tuning import (
    AGAIN,
    AIM,
    ARMED,
    ASSIST_TICKS,
    BALL,
    BALL_MASS,
    CHARGE,
    CHEER,
    CURL,
    CURVE,
    FASTEST_BALL,
    FORFEIT,
    FULL,
    GOLDEN_TICKS,
    GRIP,
    HEAVY,
    HZ,
    KICK_OFF_TICKS,
    LEFT,
    MOST_SPIN,
    PLAYER,
    POST_SPRING,
    PUSH,
    REACH,
    READY,
    RIGHT,
    ROLL,
    SAVED_SPEED,
    SHOVE_SPRING,
    SHOWN,
    SPIN_KEEPS,
    SPRING,
    STRENGTH,
    STRIKE,
    TAP,
    TOUCH_SPRING,
    U,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from game.rules import BotContext, Hit, Match, SeatInput


class Kick(Game):
    """Football for one to four a side."""

    name, title, seats, tick_hz = "kick", "Kick Off", (2, 8), HZ
    blurb = "Football with one stick and one button. Hold to shoot harder, run across to bend it."
    how = "Run at the ball and kick it into the other goal."
    minutes = 3
    accent = "#A5EE6B"
    ground = "#0A2312"
    controls = Controls(
        Stick("move", keys="WASD", pad="left", touch="left", doc="run"),
        Button(
            "kick",
            key="Space",
            pad="A",
            label="Kick",
            touch="right",
            doc="hold to charge, let go to kick; run across the kick to bend it",
        ),
    )
    options = Options(
        teams=Int(2, 2, 2, doc="sides"),
        map=Choice("auto", *NAMES, doc="the pitch; auto: by the number of players"),
        minutes=Int(3, 1, 10, doc="minutes to play"),
        goals=Int(5, 0, 20, doc="goals that win at once; 0: only the clock counts"),
        golden=Flag(True, doc="a draw goes on until the next goal"),
        speed=Int(100, 70, 140, doc="percent of the usual speed of players and kicks"),
        curve=Int(100, 0, 200, doc="percent of the usual bend"),
    )
    presets = (
        ("Classic", {}),
        ("Futsal", {"map": "futsal", "minutes": 4, "goals": 0}),
        ("Golden goal", {"goals": 1, "minutes": 2}),
        ("On ice", {"map": "ice", "speed": 110}),
        ("Pillars", {"map": "pillars", "goals": 3}),
        ("Quick", {"minutes": 1, "goals": 3}),
        ("Long match", {"minutes": 6, "goals": 0}),
    )
    team_option = "teams"
    countdown = READY // HZ
    bot_styles = ("Striker", "All-rounder", "Stopper")
    events = (
        Event("beat", "left", doc="seconds until the kick-off: 3, 2, 1"),
        Event("go", "team", doc="this team kicks off"),
        Event("kick", "seat", "power", doc="power: 0 to 100"),
        Event("post", "x", "y", doc="the ball hit a post; 1/256 unit"),
        Event("save", "seat", doc="stopped a hard ball on its way into the goal"),
        Event(
            "goal",
            "seat",
            "team",
            "mate",
            doc="seat: who scored; team: for whom; mate: who passed, -1: nobody",
        ),
        Event("ownGoal", "seat", "team", doc="seat: who did it; team: for whom it counts"),
        Event("golden", doc="extra time: the next goal decides"),
        Event("hurry", "left", doc="seconds until the end: 10, then 5 to 1"),
        Event("matchEnd", "seat", doc="seat: one of the winners; -1: none"),
    )
    awards = ("Top scorer", "Playmaker", "Brick wall", "Own goals", "Marathon")
    teasing = ("Own goals",)
    picture = PICTURE
    State = Pitch

    # --- the course of a match

    def start(self, m: "Match[Pitch]") -> None:
        """Choose the map, and line up."""
        s = m.state
        pitch = map_of(m.options.map, len(m.seats))
        s.map = MAPS.index(pitch)
        s.ground = pitch.ground
        self.lay_out(s)
        s.teams = [Team(LEFT), Team(RIGHT)]
        s.balls = [Ball(0)]
        for seat in m.seats:
            self.join(m, seat)
        s.left = m.options.minutes * 60 * HZ
        s.kicks_off = m.rng.between(LEFT, RIGHT)
        s.phase = READY_PHASE
        s.until = m.tick + READY
        self.line_up(m)
        m.emit("beat", READY // HZ)

    def lay_out(self, s: Pitch) -> None:
        """What the picture needs to know of the map."""
        pitch = map_in(s)
        s.width, s.height = pitch.world_width, pitch.world_height
        lines = Ground(0, x=pitch.x // U, y=pitch.y // U, width=pitch.width, height=pitch.height)
        lines.line_left, lines.line_right = pitch.left // U, pitch.right // U
        lines.line_top, lines.line_bottom = pitch.top // U, pitch.bottom // U
        lines.goal_top, lines.goal_bottom = lines.y - pitch.goal, lines.y + pitch.goal
        lines.goal_size = 2 * pitch.goal
        lines.net_left, lines.net_right = lines.line_left - NET // 2, lines.line_right + NET // 2
        lines.circle = pitch.circle
        lines.box_width, lines.box_height = pitch.box, min(pitch.height - 40, 2 * pitch.goal + 110)
        lines.box_left, lines.box_right = lines.line_left + pitch.box // 2, lines.line_right - pitch.box // 2
        s.grounds = [lines]
        s.pillars = [
            Pillar(k, x=pitch.x + x * U, y=pitch.y + y * U, size=size)
            for k, (x, y, size) in enumerate(pitch.columns)
        ]

    def join(self, m: "Match[Pitch]", seat: int) -> None:
        """A new player enters beside the own goal."""
        s = m.state
        sizes = [
            len([one for one in s.players if one.team == team and one.id != seat]) for team in (LEFT, RIGHT)
        ]
        team = m.teams[seat] if m.teams[seat] in (LEFT, RIGHT) else LEFT if sizes[0] <= sizes[1] else RIGHT
        new = Player(seat, team=team)
        pitch = map_in(s)
        new.x = pitch.left + 60 * U if team == LEFT else pitch.right - 60 * U
        new.y = pitch.y - (pitch.height * U // 4 if seat % 4 < 2 else -pitch.height * U // 4)
        s.players = seated(s.players, new)

    def leave(self, m: "Match[Pitch]", seat: int) -> None:
        """A player leaves the pitch."""
        s = m.state
        gone = find(s.players, seat)
        if gone is not None:
            s.players = without(s.players, gone)

    def step(self, m: "Match[Pitch]", inputs: "list[SeatInput]") -> None:
        """Advance by one tick."""
        s = m.state
        if s.phase == READY_PHASE:
            self.wait(m)
            return
        self.play(m, inputs)
        if s.phase == CHEERING:
            if m.tick == s.until:
                self.kick_off(m)
            return
        if s.phase == KICK_OFF and (s.touched or m.tick == s.until):
            s.phase = PLAYING
            s.until = 0
            s.ends = m.tick + s.left
        if not m.ahead:
            self.score(m)
        if s.phase == PLAYING:
            self.clock(m)
        if s.phase != ENDED:
            self.look_for_sides(m)

    def wait(self, m: "Match[Pitch]") -> None:
        """Count down to the first kick-off."""
        s = m.state
        left = s.until - m.tick
        if left <= 0:
            self.kick_off(m)
        elif left % HZ == 0:
            m.emit("beat", left // HZ)

    def kick_off(self, m: "Match[Pitch]") -> None:
        """Everybody to the own half, the ball to the middle."""
        s = m.state
        self.line_up(m)
        s.phase = KICK_OFF
        s.until = m.tick + KICK_OFF_TICKS
        s.touched = 0
        m.emit("go", s.kicks_off)

    def line_up(self, m: "Match[Pitch]") -> None:
        """Place players and ball for a kick-off: one near the ball, the others farther back."""
        s = m.state
        pitch = map_in(s)
        ball = Ball(0, x=pitch.x, y=pitch.y)
        s.balls = [ball]
        for team in (LEFT, RIGHT):
            side = -1 if team == LEFT else 1
            mates = [one for one in s.players if one.team == team]
            # Each time another one stands in front.
            first = (score_of(s, LEFT) + score_of(s, RIGHT)) % max(1, len(mates))
            mates = mates[first:] + mates[:first]
            for k in range(len(mates)):
                one = mates[k]
                far, aside = (
                    ((34, 0) if team == s.kicks_off else (pitch.circle + 30, 0)) if k == 0 else PLACES[k]
                )
                one.x = pitch.x + side * (far if k == 0 else pitch.width * far // 100) * U
                one.y = pitch.y + pitch.height * aside // 100 * U
                one.vx = one.vy = one.charge = one.held = one.stored = one.armed = one.again = one.glows = 0

    def clock(self, m: "Match[Pitch]") -> None:
        """Let the time run, and end the match or begin extra time when it is over."""
        s = m.state
        if s.golden:
            if m.tick >= s.golden_until and not m.ahead:
                self.end(m)
            return
        left = s.ends - m.tick
        if left > 0:
            if left % HZ == 0 and (left == 10 * HZ or left <= 5 * HZ):
                m.emit("hurry", left // HZ)
        elif m.ahead:
            return
        elif score_of(s, LEFT) == score_of(s, RIGHT) and m.options.golden:
            s.golden = 1
            s.left = 0
            s.golden_until = m.tick + min(GOLDEN_TICKS, m.options.minutes * 60 * HZ)
            m.emit("golden")
        else:
            self.end(m)

    def look_for_sides(self, m: "Match[Pitch]") -> None:
        """End a match in which one side has no player any more."""
        s = m.state
        teams = [one.team for one in s.players]
        s.alone = s.alone + 1 if teams and (LEFT not in teams or RIGHT not in teams) else 0
        if s.alone >= FORFEIT and not m.ahead:
            self.end(m)

    def end(self, m: "Match[Pitch]") -> None:
        """Rank both sides, and give the awards."""
        s = m.state
        s.phase = ENDED
        s.until = 0
        forfeit = s.alone >= FORFEIT
        m.rank([(one.id, score_of(s, one.team) + (1 if forfeit else 0)) for one in s.players])
        m.award_most("Top scorer", [(one.id, one.goals) for one in s.players])
        m.award_most("Playmaker", [(one.id, one.assists) for one in s.players])
        m.award_most("Brick wall", [(one.id, one.saves) for one in s.players])
        m.award_most("Own goals", [(one.id, one.own) for one in s.players])
        m.award_most("Marathon", [(one.id, one.run) for one in s.players])
        m.emit("matchEnd", m.places[0].seat if m.places else -1)

    def stop(self, m: "Match[Pitch]") -> None:
        """Rank both sides by the goals so far."""
        self.end(m)

    def rounds(self, m: "Match[Pitch]") -> "list[list[int]]":
        """The goals of each player's side after each goal."""
        s = m.state
        sides = [find(s.players, seat) for seat in sorted([place.seat for place in m.places])]
        rows = s.history
        return [
            [rows[at + (one.team - 1 if one is not None else 0)] for one in sides]
            for at in range(0, len(rows), 2)
        ]

    # --- a tick of play

    def play(self, m: "Match[Pitch]", inputs: "list[SeatInput]") -> None:
        """Move everybody and the ball."""
        s = m.state
        pitch = map_in(s)
        ball = s.balls[0]
        for one in s.players:
            self.run(m, one, inputs[one.id])
        for one in s.players:
            if one.armed >= m.tick:
                self.kick(m, one, ball, inputs[one.id])
        for one in s.players:
            self.advance(s, pitch, one)
        self.roll(m, ball)
        self.shove(s)
        touched = False
        for one in s.players:
            dx = one.x - ball.x
            if -NEAR < dx < NEAR and -NEAR < one.y - ball.y < NEAR:
                self.touch(m, one, ball)
                touched = True
        if touched:
            self.free_ball(s, pitch, ball)

    def advance(self, s: Pitch, pitch: Map, one: Player) -> None:
        """Move a player: slower than its own radius, so that nothing can be jumped over."""
        vx = one.vx
        vy = one.vy
        x = one.x + vx
        y = one.y + vy
        edge_x = s.width * U - PLAYER
        edge_y = s.height * U - PLAYER
        if not PLAYER <= x <= edge_x:
            x = PLAYER if x < PLAYER else edge_x
            vx = 0
        if not PLAYER <= y <= edge_y:
            y = PLAYER if y < PLAYER else edge_y
            vy = 0
        for solid in pitch.discs:
            dx = x - solid.x
            dy = y - solid.y
            reach = solid.radius + PLAYER
            if -reach < dx < reach and -reach < dy < reach:
                gap, nx, ny = solid.contact(x, y, PLAYER)
                if gap < 0:
                    x, y = push_out(pitch.for_players, x, y, PLAYER)
                    vx, vy = bounce(vx, vy, nx, ny, 0)
        one.x = x
        one.y = y
        # Towards zero, so that a player comes to rest.
        one.vx = (vx * GRIP + (999 if vx < 0 else 0)) // 1000
        one.vy = (vy * GRIP + (999 if vy < 0 else 0)) // 1000
        if s.phase == KICK_OFF:
            self.hold_back(s, one)

    def free_ball(self, s: Pitch, pitch: Map, ball: Ball) -> None:
        """Push the ball out of walls; a player who still overlaps it gives way."""
        ball.x, ball.y = push_out(pitch.for_ball, ball.x, ball.y, BALL)
        for one in s.players:
            if within(one.x - ball.x, one.y - ball.y, PLAYER + BALL):
                ball.mass = 0
                push_apart(one, ball)
                ball.mass = BALL_MASS
                one.x, one.y = push_out(pitch.for_players, one.x, one.y, PLAYER)

    def run(self, m: "Match[Pitch]", one: Player, wish: "SeatInput") -> None:
        """Speed up as the stick says; charge a kick while the button is held, and let it go."""
        push = PUSH * m.options.speed * (HEAVY if one.held else 100) // 10000
        x = wish.move.x
        y = wish.move.y
        one.vx += (push * x + (126 if x < 0 else 0)) // 127
        one.vy += (push * y + (126 if y < 0 else 0)) // 127
        if (x or y) and (m.tick + one.id) % 4 == 0:
            one.run = min(one.run + 10, 1 << 20)
        one.glows = 1 if one.again > m.tick + AGAIN // 2 else 0
        if m.state.phase == CHEERING:
            one.held = one.charge = one.armed = 0
        elif wish.kick:
            one.held = min(CHARGE, one.held + 1)
            one.charge = one.held * SHOWN // CHARGE
        elif one.held:
            one.stored = one.held
            one.held = one.charge = 0
            one.armed = m.tick + ARMED

    def kick(self, m: "Match[Pitch]", one: Player, ball: Ball, wish: "SeatInput") -> None:
        """Kick the ball if it is in reach."""
        s = m.state
        dx = ball.x - one.x
        dy = ball.y - one.y
        if m.tick < one.again or not within(dx, dy, PLAYER + BALL + REACH):
            return
        if s.phase == KICK_OFF and one.team != s.kicks_off:
            return
        nx, ny = unit(dx, dy)
        stick = (wish.move.x * nx + wish.move.y * ny) // UNIT
        if stick > 0:
            # The stick turns the kick, but not backwards.
            nx, ny = unit(4 * nx + AIM * wish.move.x * 129, 4 * ny + AIM * wish.move.y * 129)
        power = TAP + (FULL - TAP) * one.stored // CHARGE
        power = power * STRENGTH[s.ground] // 100 * m.options.speed // 100
        carried = max(0, along(ball.vx, ball.vy, nx, ny)) // 3
        across = along(one.vx, one.vy, -ny, nx)
        x = scaled(power + carried, nx) + one.vx // 4
        y = scaled(power + carried, ny) + one.vy // 4
        ball.vx, ball.vy = limited(x, y, FASTEST_BALL)
        spin = scaled(across, MOST_SPIN, CURVE) * m.options.curve // 100
        ball.spin = min(max(spin, -MOST_SPIN), MOST_SPIN)
        one.armed = 0
        one.again = m.tick + AGAIN
        one.kicks += 1
        self.note_touch(m, one, ball, True)
        m.emit("kick", one.id, one.stored * 100 // CHARGE)

    def hold_back(self, s: Pitch, one: Player) -> None:
        """At the kick-off everybody stays in the own half, and the other side out of the circle."""
        pitch = map_in(s)
        side = -1 if one.team == LEFT else 1
        kicks = one.team == s.kicks_off
        near = within(one.x - pitch.x, one.y - pitch.y, pitch.circle * U)
        if kicks and near:
            return
        gap = (one.x - pitch.x) * side - PLAYER
        if (gap < 0 and not kicks) or gap < -PLAYER:
            one.x -= side * (gap if not kicks else gap + PLAYER)
            one.vx = 0
        if not kicks:
            x, y = push_out(pitch.middle, one.x, one.y, PLAYER)
            if x != one.x or y != one.y:
                one.x, one.y = x, y
                one.vx, one.vy = scaled(one.vx, 1, 2), scaled(one.vy, 1, 2)

    def roll(self, m: "Match[Pitch]", ball: Ball) -> None:
        """Let the ball roll, bend and bounce."""
        s = m.state
        pitch = map_in(s)
        if ball.spin:
            bend = ball.spin
            ball.vx, ball.vy = (
                ball.vx - scaled(ball.vy, bend, CURL),
                ball.vy + scaled(ball.vx, bend, CURL),
            )
            ball.spin = scaled(ball.spin, SPIN_KEEPS, 1000)
        if not within(ball.vx, ball.vy, FASTEST_BALL):
            ball.vx, ball.vy = limited(ball.vx, ball.vy, FASTEST_BALL)
        keep = SPRING[s.ground]
        x = ball.x + ball.vx
        y = ball.y + ball.vy
        safe = BALL + TOUCH
        if pitch.left + safe < x < pitch.right - safe and pitch.top + safe < y < pitch.bottom - safe:
            inside = True
            for solid in pitch.pillars:
                reach = solid.radius + BALL + FASTEST_BALL
                inside = inside and not (-reach < x - solid.x < reach and -reach < y - solid.y < reach)
        else:
            inside = False
        if inside:
            # Far from everything, which is most of the time.
            ball.x = x
            ball.y = y
        else:
            before = ball.vx * ball.vx + ball.vy * ball.vy
            hits = move(ball, pitch.for_ball, keep)
            if hits:
                ball.spin = scaled(ball.spin, 1, 2)
                self.knock(m, ball, hits, before)
        rolls = ROLL[s.ground]
        ball.vx = (ball.vx * rolls + (999 if ball.vx < 0 else 0)) // 1000
        ball.vy = (ball.vy * rolls + (999 if ball.vy < 0 else 0)) // 1000
        ball.bends = 0 if -20 < ball.spin < 20 else 1
        ball.fast = 0 if within(ball.vx, ball.vy, 4 * U) else 1

    def knock(self, m: "Match[Pitch]", ball: Ball, hits: "list[Hit]", before: int) -> None:
        """A post gives back more than the edge does, and rings."""
        posts = map_in(m.state).posts
        for hit in hits:
            if hit.solid in posts and hit.speed > U:
                more = hit.speed * (POST_SPRING - SPRING[m.state.ground]) // 100
                x = ball.vx + scaled(more, hit.nx)
                y = ball.vy + scaled(more, hit.ny)
                if more > 0 and x * x + y * y <= before:
                    ball.vx, ball.vy = x, y
                m.emit("post", ball.x, ball.y)
                return

    def shove(self, s: Pitch) -> None:
        """Players push each other."""
        players = s.players
        for k in range(1, len(players)):
            one = players[k]
            x = one.x
            y = one.y
            for j in range(k):
                other = players[j]
                dx = x - other.x
                if -BOTH < dx < BOTH and -BOTH < y - other.y < BOTH:
                    collide(other, one, SHOVE_SPRING)

    def touch(self, m: "Match[Pitch]", one: Player, ball: Ball) -> None:
        """A player and the ball meet."""
        if not within(one.x - ball.x, one.y - ball.y, PLAYER + BALL + 1):
            return
        s = m.state
        if s.phase == KICK_OFF and one.team != s.kicks_off:
            return
        goal = map_in(s).left if one.team == LEFT else map_in(s).right
        towards = -ball.vx if one.team == LEFT else ball.vx
        close = abs(ball.x - goal) < 160 * U
        hard = towards > SAVED_SPEED and close and ball.foe != one.id and ball.by != one.id
        by = find(s.players, ball.by)
        collide(one, ball, TOUCH_SPRING)
        if hard and by is not None and by.team != one.team and s.phase == PLAYING:
            one.saves = min(999, one.saves + 1)
            m.emit("save", one.id)
        self.note_touch(m, one, ball, False)

    def note_touch(self, m: "Match[Pitch]", one: Player, ball: Ball, kicked: bool) -> None:
        """Remember who had the ball, for goals and assists."""
        s = m.state
        s.touched = 1
        if ball.by != one.id:
            before = find(s.players, ball.by)
            ball.mate = -1
            if before is not None and before.team == one.team:
                ball.mate = before.id if m.tick - ball.at <= ASSIST_TICKS else -1
            elif before is not None:
                ball.foe = before.id
                ball.foe_at = ball.at
            ball.by = one.id
        ball.at = m.tick
        ball.kicked = 1 if kicked else 0

    # --- goals

    def score(self, m: "Match[Pitch]") -> None:
        """Count a goal once the whole ball is behind the line."""
        s = m.state
        ball = s.balls[0]
        pitch = map_in(s)
        if s.phase == ENDED or pitch.left - BALL <= ball.x <= pitch.right + BALL:
            return
        team = RIGHT if ball.x < pitch.x else LEFT
        scored = find(s.teams, team)
        if scored is not None:
            scored.score = min(99, scored.score + 1)
        self.credit(m, ball, team)
        s.history += [score_of(s, LEFT), score_of(s, RIGHT)]
        s.kicks_off = LEFT + RIGHT - team
        if s.golden or 0 < m.options.goals <= score_of(s, team):
            self.end(m)
            return
        s.left = max(1, s.ends - m.tick) if not s.golden else 0
        s.phase = CHEERING
        s.until = m.tick + CHEER

    def credit(self, m: "Match[Pitch]", ball: Ball, team: int) -> None:
        """Say whose goal it was."""
        s = m.state
        by = find(s.players, ball.by)
        if by is None:
            m.emit("goal", -1, team, -1)
        elif by.team == team:
            by.goals = min(99, by.goals + 1)
            mate = find(s.players, ball.mate)
            if mate is not None:
                mate.assists = min(99, mate.assists + 1)
            m.emit("goal", by.id, team, ball.mate)
        else:
            foe = find(s.players, ball.foe)
            # A shot that a defender only touches is the striker's goal.
            if foe is not None and foe.team == team and not ball.kicked and m.tick - ball.foe_at <= STRIKE:
                foe.goals = min(99, foe.goals + 1)
                m.emit("goal", foe.id, team, -1)
                return
            by.own = min(99, by.own + 1)
            m.emit("ownGoal", by.id, team)

    def bot(self, m: "Match[Pitch]", bot: "BotContext") -> int:
        """Decide for a bot."""
        return think(m, bot)


NEAR = PLAYER + BALL + 2
BOTH = 2 * PLAYER + 2
PLACES = ((0, 0), (30, -24), (30, 24), (42, 0), (24, -36), (32, 36), (40, -36), (46, 36))
"""Where the second to eighth player of a side stand at a kick-off, in percent of width and height."""
