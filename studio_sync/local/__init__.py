"""The local studio: stand-ins and program as two children of one small parent, no account and no network."""
