"""Measurements of livecontent; `make bench` runs them and keeps the results as JSON in `benchmarks/results`."""
