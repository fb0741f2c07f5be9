"""What operators see of a worker: its log, its metrics, its health."""
