"""HTTP in and out: requests become opens, answers become responses."""
