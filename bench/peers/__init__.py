"""Other habits, restated in a few lines of our own, under the same server."""
