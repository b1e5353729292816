"""`make torture`: breaks everything an image server stands on, and counts what recipients would see of it."""
