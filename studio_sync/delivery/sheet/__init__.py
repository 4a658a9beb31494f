"""The sheet lane: the commit chain. plan.py makes one atomic batch, lane.py sends it and settles or doubts it."""
