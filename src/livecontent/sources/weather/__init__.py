"""The weather at the recipient's place, from one of several providers."""
