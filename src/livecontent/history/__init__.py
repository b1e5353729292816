"""What people do, as messages; and what follows of them: their history and their habits. Pure: no clock, no store."""
