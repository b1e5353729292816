"""What pages say: opens and answers in, words and plain data out. The templates stand beside."""
