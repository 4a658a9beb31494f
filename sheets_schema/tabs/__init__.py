"""Every tab of both workbooks, by family. A new column is one line in its row model."""

from __future__ import annotations

from sheets_schema.columns import Role, Tab
from sheets_schema.tabs.bookings import BOOKINGS
from sheets_schema.tabs.machine import BOOK_CHANGES, CHANGES, TODAY
from sheets_schema.tabs.messages import MESSAGES, QUESTIONS
from sheets_schema.tabs.money import INVOICES, LINES, PAYMENTS
from sheets_schema.tabs.people import CLIENTS
from sheets_schema.tabs.settings import HOURS, PRICES, RATES, SETTINGS
from sheets_schema.tabs.wording import TEMPLATES, TEXTS

#: In the order of the workbook's tabs, studio first.
TABS: tuple[Tab, ...] = (
    TODAY,
    CLIENTS,
    BOOKINGS,
    MESSAGES,
    SETTINGS,
    PRICES,
    HOURS,
    RATES,
    TEMPLATES,
    TEXTS,
    CHANGES,
    QUESTIONS,
    INVOICES,
    LINES,
    PAYMENTS,
    BOOK_CHANGES,
)
BY_KEY: dict[str, Tab] = {tab.key: tab for tab in TABS}


def tabs_of(role: Role) -> tuple[Tab, ...]:
    """The tabs of one workbook, in order."""
    return tuple(tab for tab in TABS if tab.role == role)
