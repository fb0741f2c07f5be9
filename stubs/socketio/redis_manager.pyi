from typing import Any

from socketio.pubsub_manager import PubSubManager

class RedisManager(PubSubManager):
    def __init__(
        self,
        url: str = ...,
        channel: str = ...,
        write_only: bool = ...,
        logger: Any = ...,
        json: Any = ...,
        redis_options: dict[str, Any] | None = ...,
    ) -> None: ...

def parse_redis_sentinel_url(url: str) -> tuple[list[tuple[str, int]], str | None, dict[str, Any]]: ...
