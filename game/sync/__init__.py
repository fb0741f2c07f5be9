"""Layer 1, what a view is told: the schema, keyframes and deltas, and the frames that carry them.

Everything here is a pure function of a state and of what was told before. Nothing knows a game, a
room or a socket. The wire format is section 5 of `docs/protocol.md`.
"""
