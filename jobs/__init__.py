"""The clock: the timetable, and the worker whose lanes do the work."""
