"""The game choice: which game a room plays, with which options."""

from contextlib import suppress
from typing import TYPE_CHECKING

from game.protocol.events import Notice
from game.protocol.fields import OptionValue
from game.rooms.continuation import Continuation
from game.rooms.errors import Refused
from game.rooms.teams import number_of_teams
from game.rules.options import BadOption
from game.sync.schema import Schema

if TYPE_CHECKING:
    from game.rooms.people import Person
    from game.rooms.room import Room

OTHER_RULES = "The rules of this game were exchanged just now, so the kept match cannot be played on."


class GameChoice:
    """Changes the game, the preset and the options of a room, and keeps its seats within what they allow."""

    def __init__(self, room: "Room") -> None:
        self._room = room

    def choose_game(self, name: str) -> None:
        """Change the game: its first preset is chosen, and seats that it does not have are freed."""
        room = self._room
        room.game = room.context.games[name]
        room.continuation = None
        room.replication.stop_predicting()
        self.choose_preset(room.game.presets[0][0] if room.game.presets else "")
        room.seating.fit_to_game()

    def switch_to(self, name: str, preset: str, by: "Person | None" = None) -> None:
        """Choose a game and its preset between matches, and tell everybody.

        Args:
            name: the game.
            preset: its preset; "" or one that it does not have: the first if the game is another one.
            by: the person who asked for it and pays for what is sent, or None.
        """
        room = self._room
        before = room.game, room.chosen
        if name != room.game.name:
            self.choose_game(name)
            schema = Schema.of(room.game).describe()
            if by is None:
                room.context.outbox.send(room.code, "schema", schema)
            else:
                room.publisher.send_to_all(by, "schema", schema)
        if preset:
            with suppress(Refused):  # the rules have been exchanged
                self.choose_preset(preset)
        if (room.game, room.chosen) != before:
            room.seating.withdraw_agreement()

    def choose_preset(self, name: str) -> None:
        """Set every option as a preset has it. Raises Refused when there is no such preset."""
        room = self._room
        options = room.game.options
        for preset, values in room.game.presets:
            if preset == name:
                room.chosen = options.merge(options.defaults(), dict(values))
                room.preset = preset
                room.seating.assign_teams()
                return
        if name:
            names = ", ".join(preset for preset, _ in room.game.presets)
            raise Refused("bad_option", f"There is no preset {name}; there are {names}.")
        room.chosen = options.defaults()
        room.preset = ""

    def choose_options(self, values: dict[str, OptionValue]) -> None:
        """Set single options. Raises BadOption, and nothing is changed, when one is wrong."""
        room = self._room
        options = room.game.options
        self._choose(options.merge(room.chosen, values))

    def continue_match(self, continuation: Continuation) -> None:
        """Let the next match continue a kept one, with bots on its seats. Raises BadOption."""
        room = self._room
        room.game.options.values(continuation.chosen)
        self._choose(list(continuation.chosen))
        room.continuation = continuation
        for one in continuation.seats:
            room.seating.put_back(one)

    def _choose(self, chosen: list[int]) -> None:
        room = self._room
        options = room.game.options
        room.chosen = chosen
        room.preset = ""
        for preset, preset_values in room.game.presets:
            if room.chosen == options.merge(options.defaults(), dict(preset_values)):
                room.preset = preset
        room.seating.assign_teams()

    def update_rules(self) -> bool:
        """Between matches: change to the newest rules of the game; True if there were other ones.

        The options stay as they are, as far as the new rules allow it.

        Returns:
            Whether the rules have changed.
        """
        room = self._room
        before, game = room.game, room.context.games.get(room.game.name)
        if game is None or game is before or room.runner is not None:
            return False
        preset, continued = room.preset, room.continuation is not None
        chosen = {field.name: value for field, value in zip(before.options.fields, room.chosen, strict=True)}
        self.choose_game(game.name)
        if continued:
            room.context.outbox.send(room.code, "notice", Notice(code="older_rules", message=OTHER_RULES))
        if preset in [name for name, _ in game.presets]:
            self.choose_preset(preset)
        else:
            for field in game.options.fields:
                if field.name in chosen:
                    with suppress(BadOption):  # the new rules have other limits
                        self.choose_options({field.name: chosen[field.name]})
        room.publisher.publish()
        room.context.outbox.send(room.code, "schema", Schema.of(game).describe())
        return True

    def teams(self) -> int:
        """The number of teams that the options ask for; 0 for none."""
        return number_of_teams(self._room.game, self._room.chosen)
