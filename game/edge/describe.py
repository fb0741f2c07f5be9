"""A game as the protocol describes it to clients: its options, presets, buttons, commands and bots."""

from typing import Any

from game.rules import Auto, Game


def describe_game(game: Game, rules: str | None) -> dict[str, Any]:
    """The GAME object of the protocol; `rules` is the path of the files that a browser can run."""
    told: dict[str, Any] = {
        "name": game.name,
        "title": game.title,
        "blurb": game.blurb,
        "seats": list(game.seats),
        "tick_hz": game.tick_hz,
        "buttons": list(game.buttons),
        "replication": game.replication,
        "rules": rules,
        "options": [
            {
                "name": field.name,
                "kind": field.kind,
                "default": field.default,
                "low": field.least if isinstance(field, Auto) else field.low,
                "high": field.high,
                "names": list(field.names),
                "doc": field.doc,
            }
            for field in game.options.fields
        ],
        "presets": [{"name": name, "values": dict(values)} for name, values in game.presets],
        "preset_of": game.preset_of,
        "bot_styles": list(game.bot_styles),
        "team_option": game.team_option,
        "awards": list(game.awards),
        "commands": list(game.commands),
        "hosted": game.hosted,
    }
    for key in ("button_docs", "command_docs"):
        docs = getattr(game, key)
        if docs:
            told[key] = list(docs)
    return told
