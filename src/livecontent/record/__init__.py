"""Records what happened: events in, rows out, off the path of an answer."""
