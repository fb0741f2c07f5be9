"""What the GAME object of the protocol says: translations that a game brings along."""

import pytest
from msgspec import UNSET

from game.rooms.describe import describe_game, humanised, texts_about
from game.rules import Button, Choice, Controls, Entity, Event, Flag, Game, Int, Options, Stick
from game.rules.drawing import Words, World


class Table(Entity):
    pass


class Tanks(Game):
    name, title, blurb, how = "tanks", "Tank Duel", "Two tanks.", "Shoot first."
    State = Table
    controls = Controls(Stick("drive"), Button("fire", label="Shoot"))
    options = Options(
        round_time=Int(60, 10, 90, doc="seconds"), size=Choice("small", "very_large"), fog=Flag(False)
    )
    presets = (("Quick", {"round_time": 20}),)
    awards = ("Sharpshooter",)
    events = (Event("bigBang"),)
    picture = (
        World(900, 600),
        Words(
            "de",
            {
                "Tank Duel": "Panzerduell",
                "Round time": "Rundenzeit",
                "seconds": "Sekunden",
                "Very large": "Sehr groß",
                "Quick": "Schnell",
                "Shoot": "Feuer",
                "Drive": "Fahren",
                "Big bang": "Großer Knall",
            },
        ),
        Words("fr", {"Sharpshooter": "Tireur d’élite"}),
    )


class Plain(Tanks):
    picture = (World(900, 600), Words("de", {"Only in the picture": "Nur im Bild"}), Words("fr", {}))


def test_a_game_says_in_other_languages_what_the_page_shows_of_it() -> None:
    words = describe_game(Tanks(), None).words
    assert isinstance(words, dict)
    assert len(words["de"]) == 8
    assert words["de"]["Round time"] == "Rundenzeit"
    assert words["fr"] == {"Sharpshooter": "Tireur d’élite"}
    assert {"Fog", "Small", "Shoot first.", "Two tanks."} <= set(texts_about(Tanks()))


def test_texts_of_the_picture_alone_are_not_sent_with_every_list_of_games() -> None:
    assert describe_game(Plain(), None).words is UNSET


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("closest_shave", "Closest shave"),
        ("bigBang", "Big bang"),
        ("very-large__x", "Very large x"),
        ("", ""),
    ],
)
def test_names_are_shown_as_by_the_page(name: str, shown: str) -> None:
    assert humanised(name) == shown
