"""Workers that share their rooms.

Placement decides who owns a room (`lease`, `failover`, `migration`), Link carries messages between workers
(`link`, `messages`), Gateway takes what connections ask to the room's owner (`gateway`, `remote`), and
Persistence keeps what outlives a worker (`persistence`, `restore`). `node` runs them. A worker without Redis
uses `gateway.LocalGateway` alone.
"""
