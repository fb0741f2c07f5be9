"""Many workers that share their rooms: who owns which, how they talk, and what outlives a worker.

`front.py` is all that the edge needs to know; a worker without Redis uses its lone half alone.
"""
