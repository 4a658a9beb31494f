"""Keeps a one-person studio's spreadsheet, diary and WhatsApp in step."""
