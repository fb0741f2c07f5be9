"""Other projects' tests of their own transport, run against ours: `make foreign`."""
