"""Kick Off: football with one stick and one button, for one to four a side."""

from .rules import Kick

__all__ = ["Kick"]
