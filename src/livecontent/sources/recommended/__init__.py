"""Products recommended to a recipient, by what they and others have bought and seen."""
