"""Measures the product beside other habits, in one run, and says when the machine was too noisy to say anything."""
