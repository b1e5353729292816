"""The shops near the recipient: a place and a time in, the nearest shops and whether they are open out."""
