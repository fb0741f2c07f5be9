"""A game as the protocol shows it to clients: its options, presets, buttons, commands and bots."""

import re
from collections.abc import Iterator

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
from game.rules.drawing import Words, flat


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
        words=_words_about(game) or UNSET,
    )


def texts_about(game: Game) -> Iterator[str]:
    """All texts about a game that people read outside its picture, as the page shows them."""
    yield from (game.title, game.blurb, game.how)
    for field in game.options.fields:
        yield from (humanised(field.name), field.doc)
        yield from map(humanised, field.names)
    for name, _ in game.presets:
        yield name
    yield from game.awards
    yield from game.bot_styles
    yield from map(humanised, game.buttons)
    for control in game.controls.all if game.controls is not None else ():
        yield str(control.describe().get("label") or humanised(control.name))
    for event in game.events:
        yield humanised(event.name)


def humanised(name: str) -> str:
    """A declared name as the page shows it: "closest_shave" becomes "Closest shave"."""
    spaced = re.sub(r"[-_]+", " ", name)
    spaced = re.sub(r"([a-z])([A-Z])", lambda found: f"{found[1]} {found[2].lower()}", spaced)
    return spaced[:1].upper() + spaced[1:]


def _words_about(game: Game) -> dict[str, dict[str, str]]:
    """What the game's `Words` translate of the texts about it, by language."""
    about = set(texts_about(game))
    found = {}
    for part in flat(game.picture):
        if isinstance(part, Words):
            words = part.pairs()
            found[str(part.values["language"])] = {text: words[text] for text in words if text in about}
    return {language: words for language, words in found.items() if words}


def describe_control(control: Control) -> ControlInfo:
    """The CONTROL object of the protocol."""
    return msgspec.convert(control.describe(), ControlInfo)
