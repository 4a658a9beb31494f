"""What touches the outside: one file per outside party."""
