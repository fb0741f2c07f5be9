"""Telemetry: the counters of this process, with the HELP texts that /metrics shows.

Any layer may count here: the counters belong to the process, as the log does. `game.ops.worker_metrics` adds
the figures that are read from a worker's parts at each scrape. Events of every message or tick are counted
in plain integers by their own module, not here, because a labelled counter takes a lock.
"""

from prometheus_client import CollectorRegistry, Counter

COUNTED = CollectorRegistry()


def _counter(name: str, meaning: str, *labels: str) -> Counter:
    return Counter(f"rumpus_{name}", meaning, labels, registry=COUNTED)


connections = _counter("connections_opened", "Connections of players that were accepted.")
refusals = _counter(
    "refusals",
    "Connections and commands that were refused, by the code of the answer and the event. Many wrong codes"
    " (no_room) or too_many from one network mean that somebody guesses codes.",
    "event",
    "code",
)
strikes = _counter("strikes", "Malformed events; ten of one connection close it.")
struck_out = _counter("struck_out", "Connections closed for too many malformed events.")
slow_clients = _counter(
    "slow_clients",
    "Clients that did not read in time: stale (it misses states until it has caught up), drained (it has, and"
    " gets a keyframe), closed (it has not within slow_client.close_after_s).",
    "state",
)
resyncs = _counter("resyncs", "Keyframes that clients asked for after a gap or a frame that did not decode.")
desyncs = _counter(
    "desyncs",
    "Matches in which a client that runs the rules came to another state. Must stay 0: the log holds the"
    " journal of each.",
    "game",
)
verified = _counter(
    "matches_verified",
    "Kept matches that the nightly sample has run again: equal, different (must stay 0: the log names them),"
    " skipped (they could not be run).",
    "verdict",
)
rooms_opened = _counter("rooms_opened", "Rooms that were opened here.", "game")
rooms_closed = _counter(
    "rooms_closed", "Rooms that ended here; rooms that moved to other workers are not counted.", "game"
)
matches_started = _counter("matches_started", "Matches that started.", "game")
matches_ended = _counter(
    "matches_ended",
    "Matches that ended: decided (with results), left (everyone left), failed (the rules raised an"
    " exception).",
    "game",
    "how",
)
chat_lines = _counter("chat_lines", "Chat lines that were accepted.")
failovers = _counter("failovers", "Rooms of dead workers that this worker took over.")
migrations = _counter(
    "migrations", "Rooms that moved between workers in operation: in to this worker, out to another.", "way"
)
lost_leases = _counter("lost_leases", "Times that this worker lost its lease and goes on under a new name.")
epochs = _counter("epochs", "Ownership epochs that started here: each failover, migration or restore is one.")
store_errors = _counter("redis_errors", "Redis calls that failed or timed out.")
exceptions = _counter("exceptions", "Errors that were logged, by logger. Investigate each of them.", "logger")
