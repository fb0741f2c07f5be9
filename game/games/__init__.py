"""The games in the box, one file of rules each."""
