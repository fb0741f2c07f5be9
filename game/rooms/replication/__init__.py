"""Replication: what each follower of a match receives, as changes of the state or as inputs."""
