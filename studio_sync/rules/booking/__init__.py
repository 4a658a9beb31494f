"""Booking: places in sessions, taking and giving them back."""
