"""The bots of Kick Off: each finds its part in its side, then runs, charges and kicks.

The player of a side who is first at the ball goes for it; one stays back; the others offer themselves for a
pass. So they never all chase the ball.
"""

from game.rules import COSINES, SINES, angle_of, distance, find, scaled, turn_towards, within

from .maps import Map
from .pitch import CHEERING, KICK_OFF, PLAYING, Ball, Pitch, Player, map_in
from .tuning import (
    BALL,
    CARE,
    CHARGE,
    DECIDE,
    FORESIGHT,
    LEFT,
    MISS,
    PACE,
    PLAYER,
    REACH,
    ROLL,
    SHARP,
    U,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from game.rules import BotContext, Match

CLOSE = PLAYER + BALL + REACH
STRIKER, ALL_ROUNDER, STOPPER = range(3)
STOP = 5 * U
"""A bot that is this near to its place stands still."""
RUN = 640
"""About how far a player runs in a tick."""


def think(m: "Match[Pitch]", bot: "BotContext") -> int:
    """Decide what a bot does; it moves its stick, and returns the mask of its button."""
    s = m.state
    me = find(s.players, bot.seat)
    if me is None or s.phase not in (KICK_OFF, PLAYING, CHEERING):
        return _stand(bot)
    level = bot.level
    # Bots do not decide all in the same tick.
    if (m.tick + bot.seat * 3) % DECIDE[level]:
        return bot.buttons
    if s.phase == CHEERING:
        return _stand(bot)
    ball = s.balls[0]
    if s.phase == KICK_OFF and me.team != s.kicks_off:
        x, y = _post(s, me, ball, level)
        return _go(bot, me, x, y, 0, 14 * U)
    soon_x, soon_y = _rolled(s, ball, min(FORESIGHT[level], _time_to(me, ball)))
    if first_at_ball(s, me, ball) is me:
        return _play(m, bot, me, ball, soon_x, soon_y)
    if keeper_of(s, me.team, ball) is me:
        return _guard(s, bot, me, ball)
    return _offer(s, bot, me, ball)


def _stand(bot: "BotContext") -> int:
    _stick(bot, 0, 0)
    return 0


def _stick(bot: "BotContext", x: int, y: int) -> None:
    """Move the stick, in steps, and only if it changes: a bot costs no more than a person on the wire."""
    if bot.memory[:2] != [x, y]:
        bot.memory = [x, y]
        bot.move("move", x, y)


def _run(bot: "BotContext", angle: int, percent: int, fine: bool = True) -> None:
    # In steps, and not for the least of turns.
    step = 128 if fine else 256
    if len(bot.memory) == 3 and abs(turn_towards(bot.memory[2], angle)) < step * 3 // 4:
        angle = bot.memory[2]
    angle = (angle + step // 2) // step * step & 4095
    length = 127 * min(percent, PACE[bot.level]) // 100
    _stick(bot, scaled(length, COSINES[angle]), scaled(length, SINES[angle]))
    bot.memory = bot.memory[:2] + [angle]


def _go(bot: "BotContext", me: Player, x: int, y: int, buttons: int, slack: int) -> int:
    """Run to a place, and slow down there; a bot that stands sets off if it is farther away than `slack`."""
    dx = x - me.x - 6 * me.vx
    dy = y - me.y - 6 * me.vy
    far = distance(dx, dy)
    if far < STOP or (bot.memory[:2] == [0, 0] and far < slack):
        _stick(bot, 0, 0)
    else:
        _run(bot, angle_of(dx, dy), 100 if far > 20 * U else 60, False)
    return buttons


def _time_to(me: Player, ball: Ball) -> int:
    """About how many ticks a player needs to the ball."""
    return distance(ball.x - me.x, ball.y - me.y) // RUN


def _rolled(s: Pitch, ball: Ball, ticks: int) -> "tuple[int, int]":
    """Where the ball will be, with bounces off the long sides."""
    pitch = map_in(s)
    keeps = 1000 - ROLL[s.ground]
    # The sum of a speed that shrinks by the same part in each tick, to the second order.
    way = max(0, ticks - ticks * ticks * keeps // 2000)
    x = ball.x + ball.vx * way
    y = ball.y + ball.vy * way
    high = pitch.top + BALL
    low = pitch.bottom - BALL
    if y < high:
        y = min(low, high + (high - y) // 2)
    elif y > low:
        y = max(high, low - (y - low) // 2)
    return min(max(x, pitch.left), pitch.right), y


def _own_goal(pitch: Map, team: int) -> int:
    return pitch.left if team == LEFT else pitch.right


def _cost(one: Player, ball: Ball) -> int:
    """How long a player needs to be behind the ball; who is on its wrong side has a longer way."""
    far = distance(ball.x + 10 * ball.vx - one.x, ball.y + 10 * ball.vy - one.y)
    ahead = (one.x - ball.x) * (1 if one.team == LEFT else -1)
    return far + (60 * U if ahead > 0 else 0)


def first_at_ball(s: Pitch, me: Player, ball: Ball) -> Player:
    """The player of a side who goes for the ball."""
    best = me
    least = _cost(me, ball)
    for one in s.players:
        if one.team == me.team and one is not me:
            cost = _cost(one, ball)
            if cost < least or (cost == least and one.id < best.id):
                best = one
                least = cost
    return best


def keeper_of(s: Pitch, team: int, ball: Ball) -> "Optional[Player]":
    """Of those who do not go for the ball, the one nearest to the own goal; a side of one has none."""
    goal = _own_goal(map_in(s), team)
    best = None
    least = 1 << 28
    mates = [one for one in s.players if one.team == team]
    for one in mates:
        far = abs(one.x - goal)
        if first_at_ball(s, one, ball) is not one and far < least:
            best = one
            least = far
    return best


def _guard(s: Pitch, bot: "BotContext", me: Player, ball: Ball) -> int:
    """Keep the goal: stand between ball and goal, closer to the ball the better the bot is."""
    x, y = _post(s, me, ball, bot.level)
    return _go(bot, me, x, y, _swing(s, bot, me, ball, 2048), 9 * U)


def _post(s: Pitch, me: Player, ball: Ball, level: int) -> "tuple[int, int]":
    """The place between ball and own goal."""
    pitch = map_in(s)
    goal = _own_goal(pitch, me.team)
    side = 1 if me.team == LEFT else -1
    far = max(1, abs(ball.x - goal))
    out = min(far * 2 // 5, (60 + 14 * level) * U)
    if s.phase == KICK_OFF:
        out = pitch.width * U // 4
    y = ball.y
    coming = -ball.vx * side
    if level > 3 and coming > U:
        # Where it will cross the line of the keeper.
        ticks = min(90, max(0, far - out) // coming)
        y = _rolled(s, ball, ticks)[1]
    reach = pitch.goal * U - PLAYER // 2
    aside = (y - pitch.y) * (out + 30 * U) // (far + 30 * U) if level > 1 else (y - pitch.y) // 3
    if coming > U and level > 3:
        aside = y - pitch.y
    return goal + side * max(out, 12 * U), pitch.y + min(max(aside, -reach), reach)


def _offer(s: Pitch, bot: "BotContext", me: Player, ball: Ball) -> int:
    """Be where a pass could go: ahead of the ball on the free wing, or behind it as a stopper."""
    pitch = map_in(s)
    side = 1 if me.team == LEFT else -1
    mates = [one for one in s.players if one.team == me.team and one.id < me.id]
    wing = 1 if (len(mates) + (0 if ball.y < pitch.y else 1)) % 2 else -1
    ahead = (110, 70, -30)[bot.style % 3] * U
    x = ball.x + side * ahead
    x = min(max(x, pitch.left + 70 * U), pitch.right - 70 * U)
    return _go(bot, me, x, pitch.y + wing * pitch.height * U * 3 // 10, _swing(s, bot, me, ball, 900), 34 * U)


def _aim(s: Pitch, bot: "BotContext", me: Player) -> "tuple[int, int]":
    """Where to shoot: the middle of the goal, or the corner away from the keeper."""
    pitch = map_in(s)
    goal = pitch.right if me.team == LEFT else pitch.left
    y = pitch.y
    if bot.level > 2:
        nearest = None
        least = 1 << 28
        for one in s.players:
            far = abs(one.x - goal)
            if one.team != me.team and far < least:
                nearest = one
                least = far
        if nearest is not None:
            y += (pitch.goal * U * 6 // 10) * (-1 if nearest.y > pitch.y else 1)
    return goal, y


def _swing(s: Pitch, bot: "BotContext", me: Player, ball: Ball, wide: int) -> int:
    """Kick the ball if it is in reach and goes about to the other goal; returns the mask of the button."""
    dx = ball.x - me.x
    dy = ball.y - me.y
    if not within(dx, dy, CLOSE):
        return 0
    x, y = _aim(s, bot, me)
    off = abs(turn_towards(angle_of(dx, dy), angle_of(x - ball.x, y - ball.y)))
    if off < wide and not bot.buttons:
        return bot.hold("kick")
    return 0


def _play(m: "Match[Pitch]", bot: "BotContext", me: Player, ball: Ball, soon_x: int, soon_y: int) -> int:
    """Go for the ball from behind, then dribble, charge and shoot."""
    s = m.state
    level = bot.level
    x, y = _aim(s, bot, me)
    want = angle_of(x - soon_x, y - soon_y)
    miss = MISS[level]
    want = want + bot.rng.between(-miss, miss) & 4095
    here = angle_of(ball.x - me.x, ball.y - me.y)
    near = within(ball.x - me.x, ball.y - me.y, CLOSE)
    if level > 1 and _blocked(s, me, ball, want):
        # Past the foe, by the side on which there is more room or to which the ball moves already.
        turn = turn_towards(here, want)
        side = 1 if turn < -60 or (turn <= 60 and (me.y < map_in(s).y) == (me.team == LEFT)) else -1
        want = want + side * 800 & 4095
    off = abs(turn_towards(here, want))
    if near and off < SHARP[level]:
        return _shoot(s, bot, me, want, distance(x - ball.x, y - ball.y))
    if near and _in_danger(s, me, ball) and off < 1500 + 60 * level:
        _run(bot, here, 100)
        return 0 if bot.buttons else bot.hold("kick")
    buttons = bot.hold("kick") if me.held and near else 0
    if off < 420 or bot.rng.below(100) >= CARE[level]:
        # From behind, or without thinking: straight to the ball.
        _run(bot, angle_of(soon_x - me.x, soon_y - me.y), 100)
        return buttons
    back = PLAYER + BALL + 4 * U
    goal_x = soon_x - scaled(back, COSINES[want])
    goal_y = soon_y - scaled(back, SINES[want])
    if off > 1024 and within(soon_x - me.x, soon_y - me.y, 3 * back):
        # Round the ball, not through it: past its nearer side.
        side = 1 if turn_towards(want, here) > 0 else -1
        goal_x += scaled(back, COSINES[want + side * 1024 & 4095])
        goal_y += scaled(back, SINES[want + side * 1024 & 4095])
    _run(bot, angle_of(goal_x - me.x, goal_y - me.y), 100)
    return buttons


def _shoot(s: Pitch, bot: "BotContext", me: Player, want: int, far: int) -> int:
    """With the ball in front: charge as long as the way to the goal asks for it, then let go."""
    _run(bot, want, 100)
    level = bot.level
    if me.held == 0:
        # A bot of a low level dribbles at times, and does not always see its chance.
        return bot.hold("kick") if bot.rng.below(100) < 35 + 13 * level else 0
    wanted = min(CHARGE, far * CHARGE // (420 * U)) if level > 1 else bot.rng.below(CHARGE)
    pressed = _foe_near(s, me)
    if me.held >= wanted or (pressed and me.held >= wanted // 3):
        return 0
    return bot.hold("kick")


def _foe_near(s: Pitch, me: Player) -> bool:
    return any(one.team != me.team and within(one.x - me.x, one.y - me.y, 60 * U) for one in s.players)


def _blocked(s: Pitch, me: Player, ball: Ball, want: int) -> bool:
    """Whether a foe stands right behind the ball in the direction of a kick."""
    for one in s.players:
        dx = one.x - ball.x
        dy = one.y - ball.y
        if one.team != me.team and within(dx, dy, 55 * U) and abs(turn_towards(angle_of(dx, dy), want)) < 450:
            return True
    return False


def _in_danger(s: Pitch, me: Player, ball: Ball) -> bool:
    """Whether the ball is near the own goal, or a foe is near the ball."""
    pitch = map_in(s)
    return abs(ball.x - _own_goal(pitch, me.team)) < 130 * U and _foe_near(s, me)
