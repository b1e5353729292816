"""Everything kept in SQLite files, through apsw: the default on one machine."""
