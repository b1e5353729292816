"""Pages for people: what recipients would see, and why."""
