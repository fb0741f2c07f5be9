"""The raw client's frames are valid for the server's parser, and the server's frames for the client."""

import random

from hypothesis import given
from hypothesis import strategies as st

from game.client.raw_frames import client_frame, server_frames
from game.transport.frames import BINARY, PING, TEXT, Parser, frame

sizes = st.sampled_from([0, 1, 125, 126, 127, 65_535, 65_536, 70_000]) | st.integers(0, 300)
messages = st.lists(st.tuples(st.sampled_from([BINARY, TEXT]), sizes), max_size=6)


@given(messages, st.integers(0, 1 << 32))
def test_the_server_reads_what_the_client_writes(sent: list[tuple[int, int]], seed: int) -> None:
    parser = Parser(1 << 20)
    whole = [(opcode, b"x" * size) for opcode, size in sent]
    got: list[tuple[int, bytes]] = []
    for piece in pieces(b"".join(client_frame(*message) for message in whole), seed):
        got += parser.feed(piece)
    assert got == whole
    assert parser.violation is None


@given(messages, st.integers(0, 1 << 32))
def test_the_client_reads_what_the_server_writes(sent: list[tuple[int, int]], seed: int) -> None:
    whole = [(opcode, bytes(size)) for opcode, size in sent] + [(PING, b"")]
    kept = bytearray()
    got: list[tuple[int, bytes]] = []
    for piece in pieces(b"".join(frame(*message) for message in whole), seed):
        kept += piece
        got += server_frames(kept)
    assert got == whole
    assert not kept


def pieces(data: bytes, seed: int) -> list[bytes]:
    """The bytes, cut at random places."""
    chance = random.Random(seed)
    cuts = sorted(chance.randrange(len(data) + 1) for _ in range(chance.randrange(6)))
    return [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
