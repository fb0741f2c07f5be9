"""Replication: what each follower of a match is sent, by deltas of the state or by inputs."""
