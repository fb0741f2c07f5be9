"""Short Fuse: lay bombs, burn crates, collect what they hid, and be the last player who stands."""

from .rules import Fuse

__all__ = ["Fuse"]
