"""Checks and cleans what people send of controls other than buttons, before it enters a match's journal."""

from game.rooms.names import clean
from game.rooms.people import Person
from game.rooms.room import Room
from game.rules import Game
from game.rules.controls import BadControl
from game.sync.wire import Change, Changes, InputMessage

NUMBER_COST = 4
"""What a change of a number costs of a person's allowance, in bytes; a text or points cost their length."""


def changes_of(game: Game, message: InputMessage) -> tuple[Changes, ...]:
    """The changes of each input of a message, in the order of its inputs.

    Args:
        game: the rules.
        message: the inputs.

    Returns:
        Checked changes; empty if the message has none.

    Raises:
        BadControl: there is no such control, or it does not take this value; the message is for people.
    """
    controls = game.controls
    if not message.changes and not message.named:
        return ()
    if controls is None:
        raise BadControl("this game has no controls but buttons")
    if max(buttons for _, buttons, _ in message.inputs) >> len(game.buttons):
        raise BadControl(f"this game has {len(game.buttons)} buttons")
    for changes in message.changes:
        for change in changes:
            controls.check(change)
    named = tuple(
        tuple(controls.change(name, value) for name, value in values.items()) for values in message.named
    )
    return message.changes or named


def cost(changes: Changes) -> int:
    """What changes cost of a person's allowance, about their bytes."""
    return sum(NUMBER_COST if isinstance(value, int) else len(value) * 2 for _, _, value in changes)


def cleaned(room: Room, person: Person, changes: Changes) -> Changes:
    """The changes as the match gets them: texts of what can be seen, without coarse words in a polite room.

    Args:
        room: the room.
        person: who sent them.
        changes: checked changes.

    Returns:
        The changes, without what a person writes whom the host lets write nothing.
    """
    controls = room.game.controls
    if controls is None or not any(isinstance(value, str) for _, _, value in changes):
        return changes
    found: list[Change] = []
    for number, live, value in changes:
        if not isinstance(value, str):
            found.append((number, live, value))
        elif not person.muted:
            text = room.masked(clean(value, controls.chars(number)))
            if text or live:
                found.append((number, live, text))
    return tuple(found)
