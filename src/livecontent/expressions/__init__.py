"""Rules (CEL) and templates (Liquid) over facts, some of which are unknown."""
