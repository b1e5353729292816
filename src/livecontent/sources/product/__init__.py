"""Products of the catalogue, with live values."""
