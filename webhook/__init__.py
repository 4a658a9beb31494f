"""The front door: what the studio receives over HTTP, and the pages and figures it shows."""
