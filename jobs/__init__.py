"""The clock: which ticks are due, and the worker that turns."""
