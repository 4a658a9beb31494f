"""Billing: invoices, their lines, their paper."""
