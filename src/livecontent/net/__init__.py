"""Client addresses, address ranges, mmdb files, guarded HTTP, atomic files."""
