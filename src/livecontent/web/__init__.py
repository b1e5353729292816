"""HTTP in and out: requests become openings, answers become responses."""
