"""Every word a user reads and every command word, per language."""
