"""What pages say: openings and answers in, words and plain data out. The templates stand beside."""
