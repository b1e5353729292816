"""What creatives learn from opens, beside them: from which score to speak, which variants to show more, what works."""
