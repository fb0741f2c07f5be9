"""A script that opens a room, adds a bot and plays until the match is over.

Run it with the address of a server: python client.py http://localhost:8080
Once before: pip install websocket-client
"""

import sys

from game.client import Client, Refused

with Client(sys.argv[1]) as ann:
    ann.create(name="Ann", game="trails")
    ann.add_bot(level=3)
    try:
        ann.options(values={"target": -1})
    except Refused as refusal:
        print("refused:", refusal)
    ann.start()
    ann.wait_for(lambda: ann.here.phase == "live", "the match")
    ann.press(1)  # the first button of the game
    ann.wait_for(lambda: ann.match.tick > 30, "half a second of play")
    print("played until tick", ann.match.tick)
