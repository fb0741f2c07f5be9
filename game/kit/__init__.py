"""The game author's kit: what judges a game's file before players do."""
