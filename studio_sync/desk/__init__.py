"""What a person at the terminal asks: what is set up, what came in, what goes out, what waits, and why."""
