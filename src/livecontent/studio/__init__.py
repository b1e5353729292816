"""For people: what they would see, and why."""
