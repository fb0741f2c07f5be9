"""The bench: what a delivered message and a second of play cost, here and elsewhere. See bench/README.md."""
