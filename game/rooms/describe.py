"""A game as the protocol shows it to clients: its options, presets, buttons, commands and bots."""

import msgspec
from msgspec import UNSET

from game.protocol.objects import (
    OPTION_KINDS,
    REPLICATIONS,
    ControlInfo,
    GameInfo,
    OptionInfo,
    PresetInfo,
)
from game.rules import Auto, Game
from game.rules.controls import Control


def describe_game(game: Game, rules: str | None) -> GameInfo:
    """The GAME object of the protocol; `rules` is the path of the files that a browser can run."""
    return GameInfo(
        name=game.name,
        title=game.title,
        blurb=game.blurb,
        how=game.how,
        minutes=game.minutes,
        accent=game.accent,
        ground=game.ground,
        seats=game.seats,
        tick_hz=game.tick_hz,
        buttons=list(game.buttons),
        replication=REPLICATIONS[game.replication],
        rules=rules,
        options=[
            OptionInfo(
                name=field.name,
                kind=OPTION_KINDS[field.kind],
                default=field.default,
                low=field.least if isinstance(field, Auto) else field.low,
                high=field.high,
                names=list(field.names),
                doc=field.doc,
            )
            for field in game.options.fields
        ],
        presets=[PresetInfo(name=name, values=dict(values)) for name, values in game.presets],
        preset_of=game.preset_of,
        bot_styles=list(game.bot_styles),
        team_option=game.team_option,
        awards=list(game.awards),
        commands=list(game.commands),
        hosted=game.hosted,
        countdown=game.countdown,
        controls=UNSET if game.controls is None else [describe_control(one) for one in game.controls.all],
        button_docs=list(game.button_docs) or UNSET,
        command_docs=list(game.command_docs) or UNSET,
    )


def describe_control(control: Control) -> ControlInfo:
    """The CONTROL object of the protocol."""
    return msgspec.convert(control.describe(), ControlInfo)
