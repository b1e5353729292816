"""What a request may be believed in: whose address it is, whether now is the moment of reading, and where."""
