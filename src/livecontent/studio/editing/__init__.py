"""What the editor knows of a creative: where its layers stand, what can be changed of them, and what can be written."""
