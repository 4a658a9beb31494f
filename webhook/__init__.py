"""The front door: what the studio receives over HTTP."""
