"""Asks the world for facts: an opening in, facts with reasons out. The only room that talks to the outside."""
