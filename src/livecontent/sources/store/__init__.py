"""The stores near the recipient, and whether they are open."""
