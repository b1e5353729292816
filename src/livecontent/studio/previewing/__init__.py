"""What the pages Preview and Grid stand on: what is previewed, how it is opened, and how much of it at once."""
