"""Edits of a creative's YAML by spans of text: what an edit does not name stays as it is, byte for byte."""
