"""The rules of the studio: pure decisions from facts to effects."""
