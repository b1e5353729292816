"""What the studio shows of one person."""
