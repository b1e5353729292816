"""Recipients, events, consents and sends: what they are, and where they are kept."""
