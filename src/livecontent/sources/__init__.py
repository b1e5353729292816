"""Facts from the outside: each source declares what it tells, and how it is asked."""
