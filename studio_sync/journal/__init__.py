"""What the studio remembers while work is in flight: facts, effects, last seen rows, leases, attempts, files.

Not the record (that is the workbook and the diary): an empty disk is an ordinary restart. ``Journal.open(url)`` gives
it; ``with journal.write() as tx`` and ``with journal.read() as tx`` are transactions; ``Tx`` is the sum of the parts.

- inbox.py     ``put_fact next_fact handled set_aside reopen fact tries inbox_counts inbox_lines``
- outbox.py    ``put_effects ready blocked claim done later hold doubt park drop drop_undelivered restart standing
  undelivered highest_undo effect effects_of result outbox_counts outbox_lines``
- needs.py     ``built_on``; what needs a dropped effect is dropped with it
- rows.py      ``rows some_rows row put_rows drop_rows rev bump tab_version tab_versions``
- events.py    ``events put_events drop_events`` (the tab ``_diary``)
- attempts.py  ``put_attempt attempts clear_attempts``
- leases.py    ``take_lease release``
- meta.py      ``get_meta put_meta heard chats``
- forgetting.py ``forget_work``: these notes are older than the workbook
- files.py     ``keep_file file forget_received``; ``journal.files`` is the Files port
- lookups.py   ``handled_at fact_state facts_stored last_fact lane_counts sent_as row_effect event_effect change_of_row
  accepted_twice``: what a person asks afterwards
- group.py     ``journal.put_facts`` and ``receive``: many callers, one commit (intake.py)
"""

from studio_sync.journal.attempts import Attempt
from studio_sync.journal.events import DIARY
from studio_sync.journal.inbox import InboxLine
from studio_sync.journal.intake import Kept
from studio_sync.journal.journal import Journal, Tx
from studio_sync.journal.meta import CHATS, FROZEN
from studio_sync.journal.outbox import LANES, OUTBOX, Lane, OutboxLine, Queued

__all__ = [
    "CHATS",
    "DIARY",
    "FROZEN",
    "LANES",
    "OUTBOX",
    "Attempt",
    "InboxLine",
    "Journal",
    "Kept",
    "Lane",
    "OutboxLine",
    "Queued",
    "Tx",
]
