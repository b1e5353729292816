"""Triggers: what somebody has just done is told to somebody outside, by a signed webhook."""
