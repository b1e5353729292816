"""Who may do what in the studio."""
