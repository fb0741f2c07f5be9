"""The protocol: every message between a client and a server, declared once.

Declarations only: types, ranges and one sentence of meaning for each field. What a message does is decided
in `game.rooms` and `game.edge`. This package imports nothing else of `game`.
"""
