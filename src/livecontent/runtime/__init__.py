"""Thread pool, caches, memory, secrets and clocks of a process."""
