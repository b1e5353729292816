"""The weather at a place: coordinates in, temperature and condition out, from one of several providers."""
