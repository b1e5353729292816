"""Two commits in turns, in one run: which is faster, and by how much."""
