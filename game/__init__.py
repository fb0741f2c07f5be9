"""Rumpus: a multiplayer game server. Nothing is imported here: MicroPython loads this file too."""
