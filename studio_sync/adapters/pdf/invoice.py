"""The invoice and the credit note on A4. Places and sizes: millimetres from the top left, points."""

from __future__ import annotations

from datetime import date

from sheets_schema.texts import words
from studio_sync.adapters.pdf.bank import draw_bank
from studio_sync.adapters.pdf.colours import INK, LABEL, readable_accent, tint_of
from studio_sync.adapters.pdf.draw import Sheet
from studio_sync.adapters.pdf.labels import label, plain
from studio_sync.adapters.pdf.layout import FIRST_TOP, LATER_TOP, paginate
from studio_sync.adapters.pdf.marks import draw_logo
from studio_sync.adapters.pdf.table import draw_head, draw_lines, draw_totals, line_heights, totals_height
from studio_sync.rules.billing.paper import InvoicePaper

LEFT, RIGHT = 20.0, 190.0
_BOX_TOP, _NOTES_TOP = 226.0, 271.5
#: where the totals end at the latest: above the box, above the credit note's sentence, above the notes
_END_BOX, _END_CREDIT, _END_OPEN = _BOX_TOP - 2, 250.0, 268.0


def render_invoice(paper: InvoicePaper, *, logo: bytes | None = None) -> bytes:
    """The paper as PDF; the same paper and logo give the same bytes.

    ``logo``: PNG or JPEG; anything else, or none, draws the studio's initials. Never raises for what a text holds.
    """
    return _Invoice(paper, logo).render()


class _Invoice:
    """One paper being drawn."""

    def __init__(self, paper: InvoicePaper, logo: bytes | None) -> None:
        self.paper = paper
        self.logo = logo
        self.accent = readable_accent(paper.studio.accent)
        self.tint = tint_of(self.accent)
        self.on_tint = readable_accent(self.accent, self.tint)
        self.sheet = Sheet(
            title=f"{paper.title} {paper.number}, {paper.studio.name}",
            author=paper.studio.name,
            language=paper.language,
            created=paper.issue_date,
        )

    @property
    def is_credit(self) -> bool:
        return self.paper.kind == "credit_note"

    @property
    def has_box(self) -> bool:
        return not self.is_credit and self.paper.bank is not None and self.paper.to_pay_cents > 0

    def _word(self, key: str) -> str:
        return plain(key, self.paper.language)

    def _date(self, day: date) -> str:
        return words.long_date(day, self.paper.language)

    def render(self) -> bytes:
        paper, sheet = self.paper, self.sheet
        end = _END_BOX if self.has_box else _END_CREDIT if self.is_credit else _END_OPEN
        pages = paginate(line_heights(sheet, paper), tail=totals_height(paper), end=end)
        done = 0
        for page, count in enumerate(pages, start=1):
            sheet.add_page()
            if page == 1:
                self._first_head()
            else:
                self._later_head()
            top = FIRST_TOP if page == 1 else LATER_TOP
            draw_head(sheet, paper, top - 8)
            below = draw_lines(sheet, paper, top, done, done + count)
            done += count
            if page == len(pages):
                draw_totals(sheet, paper, below)
                self._foot_of_last()
            self._footer(page, len(pages))
        return sheet.finish()

    def _first_head(self) -> None:
        self._studio()
        self._client()
        self._facts()
        self._strip()

    def _studio(self) -> None:
        studio, sheet = self.paper.studio, self.sheet
        used = draw_logo(sheet, LEFT, 18, name=studio.name, accent=self.accent, logo=self.logo)
        title = self._title()
        title_starts = RIGHT - sum(sheet.width(text, size, bold=bold) + 2.5 for text, size, bold in title)
        x = LEFT + used + 4
        name, size = sheet.fit(studio.name, 15, title_starts - 6 - x, bold=True)
        sheet.text(x, 19.5, name, size, bold=True)
        for at, text in enumerate((", ".join(studio.address_lines), studio.contact)):
            text, size = sheet.fit(text, 9, (title_starts if at == 0 else RIGHT) - 6 - x, least=0.85)
            sheet.text(x, 26.5 + 4.3 * at, text, size, colour=LABEL)
        x = RIGHT
        for text, size, bold in reversed(title):
            colour = self.accent if bold else LABEL
            x -= sheet.text(x, 18, text, size, bold=bold, colour=colour, align="right") + 2.5

    def _title(self) -> list[tuple[str, float, bool]]:
        """The title and, in grey behind it, "Copy": text, size, bold or not."""
        copy = f" {self._word('copy')}" if self.paper.copy else ""
        _, size = self.sheet.fit(self.paper.title + copy, 26, 88, bold=True, least=0.5)
        return [(self.paper.title, size, True), *([(copy.strip(), size, False)] if copy else [])]

    def _client(self) -> None:
        client, sheet = self.paper.client, self.sheet
        sheet.text(LEFT, 48, self._word("for"), 8, bold=True, colour=LABEL)
        # a name is only cut when two small lines cannot hold it
        for size in (12.0, 10.5, 9.0):
            names = sheet.wrap(client.name, size, 92, most=2, bold=True)
            if not names or not names[-1].endswith("…"):
                break
        for at, name in enumerate(names):
            sheet.text(LEFT, 52.5 + 5.4 * at, name, size, bold=True)
        top = 58.5 + 5.4 * max(len(names) - 1, 0)
        # five lines in all end above the strip
        for at, line in enumerate(client.address_lines[: 6 - len(names)]):
            text, size = sheet.fit(line, 9.5, 92, least=0.85)
            sheet.text(LEFT, top + 4.8 * at, text, size)

    def _facts(self) -> None:
        paper, sheet = self.paper, self.sheet
        rows = [("number", paper.number), ("date", self._date(paper.issue_date))]
        if self.is_credit:
            rows += [("corrects", paper.corrects), ("reason", paper.reason)]
        else:
            rows += [("period", paper.period), ("due", self._date(paper.due) if paper.due else "")]
        named = [(self._word(key), value) for key, value in rows]
        for at, (name, value) in enumerate([row for row in (*named, *paper.extra_rows) if row[1]][:6]):
            top = 48 + 5.6 * at
            used = sheet.text(120, top, name, 9.5, colour=LABEL)
            text, size = sheet.fit(value, 9.5, 70 - used - 4, bold=at == 0)
            sheet.text(RIGHT, top, text, size, bold=at == 0, align="right")

    def _strip(self) -> None:
        paper = self.paper
        self.sheet.box(LEFT, 84, 170, 20, radius=2.5, fill=self.tint)
        if self.is_credit:
            self._strip_left("credited_to_you")
            balance = words.money_sheet(paper.new_balance_cents, paper.currency)
            self._strip_middle(label("new_balance", paper.language, doc=paper.corrects), balance)
            self._strip_right("your_reference")
        elif paper.to_pay_cents <= 0:
            self.sheet.text(26, 89.4, self._word("nothing_to_pay"), 20, bold=True, colour=self.on_tint)
            self._strip_right("your_reference")
        else:
            self._strip_left("to_pay")
            if paper.due:
                weekday = words.weekday(paper.due, paper.language)
                self._strip_middle(self._word("pay_by"), f"{weekday} {self._date(paper.due)}")
            self._strip_right("use_reference")

    def _strip_left(self, key: str) -> None:
        value = words.money_sheet(self.paper.to_pay_cents, self.paper.currency)
        self.sheet.text(26, 87.2, self._word(key), 9, colour=LABEL)
        text, size = self.sheet.fit(value, 20, 52, bold=True, least=0.5)
        self._on_baseline(26, text, size, colour=self.on_tint)

    def _strip_middle(self, name: str, value: str) -> None:
        self.sheet.text(83, 87.2, name, 9, colour=LABEL)
        text, size = self.sheet.fit(value, 12.5, 50, bold=True)
        self._on_baseline(83, text, size)

    def _strip_right(self, key: str) -> None:
        if not self.paper.reference:
            return
        self.sheet.text(184, 87.2, self._word(key), 9, colour=LABEL, align="right")
        text, size = self.sheet.fit(self.paper.reference, 18, 48, bold=True, least=0.5)
        self._on_baseline(184, text, size, right=True)

    def _on_baseline(self, x: float, text: str, size: float, *, colour: str = INK, right: bool = False) -> None:
        """The three values of the strip stand on one line, whatever their sizes."""
        top = 98.9 - 0.9 * size * 25.4 / 72
        self.sheet.text(x, top, text, size, bold=True, colour=colour, align="right" if right else "left")

    def _later_head(self) -> None:
        number = label("continued", self.paper.language, doc=self.paper.number)
        used = self.sheet.width(number, 9.5)
        name, size = self.sheet.fit(self.paper.studio.name, 10.5, 164 - used, bold=True)
        self.sheet.text(LEFT, 17.7, name, size, bold=True, colour=self.accent)
        self.sheet.text(RIGHT, 18, number, 9.5, colour=LABEL, align="right")

    def _foot_of_last(self) -> None:
        paper, sheet = self.paper, self.sheet
        if self.has_box:
            draw_bank(sheet, paper, _BOX_TOP, accent=self.accent, tint=self.tint)
        elif self.is_credit:
            sheet.text(LEFT, 252, label("note_credit", paper.language, doc=paper.corrects), 10)
        for at, line in enumerate(sheet.wrap(paper.notes, 9, 170, most=2)):
            sheet.text(LEFT, _NOTES_TOP + 4.2 * at, line, 9, colour=LABEL)

    def _footer(self, page: int, pages: int) -> None:
        paper, studio, sheet = self.paper, self.paper.studio, self.sheet
        sheet.rule(LEFT, 281, RIGHT)
        parts = [studio.legal_name or studio.name]
        if studio.registration:
            parts.append(f"{self._word('registration')} {studio.registration}")
        parts.append(", ".join(studio.address_lines))
        if studio.vat_number:
            parts.append(f"{self._word('vat_no')} {studio.vat_number}")
        parts.append(studio.mail)
        right = f"{paper.number} · {label('page', paper.language, n=str(page), k=str(pages))}"
        used = sheet.width(right, 7.5)
        text, size = sheet.fit(" · ".join(part for part in parts if part), 7.5, 170 - used - 5, least=0.8)
        sheet.text(LEFT, 283, text, size, colour=LABEL)
        sheet.text(RIGHT, 283, right, 7.5, colour=LABEL, align="right")
