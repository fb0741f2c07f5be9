"""Tools for those who run or change Rumpus on one machine."""
