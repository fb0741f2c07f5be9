"""The socket of another server's request, when its client is gone already."""

import pytest
from gevent import socket

from game.transport.other_servers import BorrowedSocket


def test_a_client_that_is_gone_before_the_answer_gets_no_second_one() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    theirs.close()
    environ = {"HTTP_SEC_WEBSOCKET_KEY": "AAAAAAAAAAAAAAAAAAAAAA==", "gunicorn.socket": ours}
    borrowed = BorrowedSocket(environ, ours)
    with pytest.raises(OSError, match=r"closed|descriptor"):
        borrowed.accept(lambda _sock, _read: pytest.fail("served"))
    with pytest.raises(StopIteration):
        borrowed.finish((), lambda *_: pytest.fail("answered"))
