"""Files in: recipients, products, consents as CSV or JSON Lines."""
