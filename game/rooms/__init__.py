"""Layer 2: rooms, their seats, their lobby and match, their chat, and the scheduler that drives them.

Nothing here knows a socket, Redis or a clock: the time and the outbox are passed in.
"""
