"""The bench: what a delivered message and a second of play cost. See bench/README.md."""
