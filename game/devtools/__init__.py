"""Tools for running and changing Rumpus on one machine."""
