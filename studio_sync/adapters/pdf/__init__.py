"""Draws papers (rules/billing/paper.py) as PDF. Same paper, same bytes. Import costs about a second: import it late."""
