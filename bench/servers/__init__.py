"""Servers that do the same work, each written as its users would write it. Each prints `ready PORT`."""
