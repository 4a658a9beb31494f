"""What a client gets: an invoice that can be read, copied, paid from and trusted."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pypdf
import pypdfium2
import pytest
import segno
from PIL import Image
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from studio_sync.adapters.pdf.colours import contrast, readable_accent
from studio_sync.adapters.pdf.invoice import render_invoice
from studio_sync.adapters.pdf.printer import PdfPrinter
from studio_sync.rules.billing.paper import (
    BankDetails,
    ClientHead,
    InvoicePaper,
    PaperLine,
    StudioHead,
    TotalRow,
    from_data,
    period_words,
    proof_link,
    quantity_words,
    to_data,
    transfer_code,
)

STUDIO = StudioHead(
    name="Nowhere Street Pilates",
    address_lines=("12 Nowhere Street", "Exampleville"),
    contact="WhatsApp +44 7700 900100 · hello@nowhere.example",
    legal_name="Nowhere Street Pilates (Pty) Ltd",
    registration="0000/000000/07",
    mail="hello@nowhere.example",
)
PROOF = proof_link("+447700900100", "INV-2026-00042")


def invoice(count: int = 4, **changes: Any) -> InvoicePaper:
    table = tuple(
        PaperLine(
            day=date(2026, 10, 1) + timedelta(days=at % 31),
            what=f"Duo session, 08:00 ({at + 1})",
            price_cents=25000,
            amount_cents=25000,
        )
        for at in range(count)
    )
    paper = InvoicePaper(
        number="INV-2026-00042",
        studio=STUDIO,
        client=ClientHead(name="Thandi Maroon", address_lines=("4 Example Close", "Exampleville")),
        issue_date=date(2026, 11, 3),
        period="1 to 31 October 2026",
        due=date(2026, 11, 25),
        lines=table,
        totals=(TotalRow(label="Sessions", cents=25000 * count), TotalRow(label="Paid so far", cents=0)),
        to_pay_cents=25000 * count,
        reference="THANDI07",
        bank=BankDetails(
            bank="Example Bank",
            account_name="Nowhere Street Pilates (Pty) Ltd",
            account="00 0000 0000",
            branch="000 000",
        ),
        qr_text=PROOF,
        notes="Cancel at least 24 hours before a session and it costs nothing.",
    )
    return replace(paper, **changes)


def credit_note() -> InvoicePaper:
    line = PaperLine(day=date(2026, 10, 1), what="Duo session, 08:00", price_cents=-25000, amount_cents=-25000)
    return invoice(
        kind="credit_note",
        title="Credit note",
        number="CN-2026-00003",
        lines=(line,),
        totals=(),
        to_pay_cents=25000,
        bank=None,
        corrects="INV-2026-00042",
        reason="Session cancelled in time",
        new_balance_cents=80000,
    )


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def test_the_invoice_says_who_what_how_much_and_by_when() -> None:
    (page,) = pages(render_invoice(invoice(4)))
    for words in (
        "Nowhere Street Pilates", "12 Nowhere Street, Exampleville", "WhatsApp +44 7700 900100",
        "Invoice", "INV-2026-00042", "Thandi Maroon", "4 Example Close",
        "3 November 2026", "1 to 31 October 2026", "Wed 25 November 2026", "R1,000.00",
        "Thu 1 Oct", "Duo session, 08:00 (4)", "R250.00",
        "Example Bank", "00 0000 0000", "THANDI07", "Amount R1,000.00", "Scan to send proof",
        "Reg no. 0000/000000/07", "page 1 of 1",
    ):  # fmt: skip
        assert words in page
    # number and amount come first, then the lines, then how to pay: the order a voice reads them in
    assert page.index("INV-2026-00042") < page.index("To pay") < page.index("Duo session") < page.index("Example Bank")


@pytest.mark.parametrize(
    ("lines", "on_pages"),
    [
        (0, [0]),
        (1, [1]),
        (12, [12]),
        (13, [10, 3]),
        (22, [19, 3]),
        (23, [20, 3]),
        (31, [22, 9]),
        (46, [22, 24]),
        (47, [22, 22, 3]),
        (80, [22, 35, 23]),
    ],
)
def test_long_invoices_go_on_and_the_totals_never_stand_alone(lines: int, on_pages: list[int]) -> None:
    texts = pages(render_invoice(invoice(lines)))
    assert [text.count("Duo session") for text in texts] == on_pages
    assert ("Scan to send proof" in texts[-1]) == (lines > 0)
    for at, text in enumerate(texts, start=1):
        assert f"page {at} of {len(texts)}" in text
        assert ("INV-2026-00042 (continued)" in text) == (at > 1)
        assert ("Example Bank" in text) == (at == len(texts) and lines > 0)
        assert ("Paid so far" in text) == (at == len(texts))


def test_a_credit_note_lowers_an_invoice_and_asks_for_nothing() -> None:
    (page,) = pages(render_invoice(credit_note()))
    for words in ("Credit note", "CN-2026-00003", "Corrects", "Session cancelled in time", "-R250.00", "R800.00"):
        assert words in page
    assert "Nothing to pay for this document. It lowers invoice INV-2026-00042." in page
    assert "New balance of INV-2026-00042" in page
    assert "Pay by" not in page


def test_nothing_to_pay_needs_no_bank_and_a_studio_without_vat_never_names_it() -> None:
    (page,) = pages(render_invoice(invoice(2, to_pay_cents=0)))
    assert "Nothing to pay" in page
    assert "Example Bank" not in page
    assert "VAT" not in page


def test_a_second_print_is_marked_copy() -> None:
    assert "Copy" in pages(render_invoice(invoice(copy=True)))[0]
    assert "Copy" not in pages(render_invoice(invoice()))[0]


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Umber",
        "Ntombi'khona",
        "名前",
        "🧘",
        "🧘 Ayanda",
        "Łukasz Ōkami",
        "Ζωή",
        "Жанна",
        "Ayanda Nomvula Teal of the Seventh House at Nowhere Lane East"[:60],
    ],
)
def test_every_name_prints_and_can_be_copied(name: str) -> None:
    paper = invoice(client=ClientHead(name=name, address_lines=(name,)), studio=replace(STUDIO, name=name))
    (page,) = pages(render_invoice(paper))
    assert "".join(name.split()) in "".join(page.split())


def test_an_arabic_name_is_joined_and_runs_from_right_to_left() -> None:
    (page,) = pages(render_invoice(invoice(client=ClientHead(name="مريم"))))
    # drawn as initial, final, initial, final form; readers turn the forms back into letters
    assert "\ufee3\ufeae\ufef3\ufee2" in page
    assert "مريم" in unicodedata.normalize("NFKC", page)


def test_odd_signs_never_stop_a_billing_run() -> None:
    odd = "\u202e\x00\ud800a\u0301\ufe0f\u200d🏳️‍🌈 (x) \\ <b>**bold**</b> [a](https://evil.example) \ue000"
    paper = invoice(
        client=ClientHead(name=odd, address_lines=(odd,) * 9),
        lines=(PaperLine(what=odd * 90, quantity=Decimal("0.25"), price_cents=10**14, amount_cents=-(10**14)),),
        reference=odd, notes=odd * 20, qr_text="x" * 5000, period=odd, extra_rows=((odd, odd),) * 9,
        studio=StudioHead(name="", contact=odd, accent="not a colour"),
    )  # fmt: skip
    pdf = render_invoice(paper, logo=b"no picture")
    assert "<b>**bold**</b> [a](https://evil.example)" in pages(pdf)[0]
    assert render_invoice(invoice(client=ClientHead(name="n" * 100_000)))


def test_the_same_paper_gives_the_same_bytes() -> None:
    first = render_invoice(invoice(31))
    assert render_invoice(invoice(31)) == first
    assert render_invoice(invoice(30)) != first
    # and so does the form in which it waits in the journal
    assert PdfPrinter().render(to_data(invoice(31))) == first
    assert from_data(to_data(credit_note())) == credit_note()


def test_nothing_in_the_file_acts_or_links() -> None:
    evil = "/JavaScript (app.alert) /Launch https://evil.example javascript:x mailto:x@nowhere.example"
    paper = invoice(client=ClientHead(name=evil), notes=evil, reference=evil, studio=replace(STUDIO, name=evil))
    reader = pypdf.PdfReader(BytesIO(render_invoice(paper)))
    names = set(names_in(reader.trailer))
    assert "/Catalog" in names
    assert not names & {"/JavaScript", "/JS", "/Launch", "/URI", "/AA", "/EmbeddedFile", "/AcroForm"}
    assert all("/Annots" not in page for page in reader.pages)


def names_in(thing: object, seen: set[int] | None = None) -> list[str]:
    seen = set() if seen is None else seen
    if isinstance(thing, IndirectObject):
        if thing.idnum in seen:
            return []
        seen.add(thing.idnum)
        return names_in(thing.get_object(), seen)
    if isinstance(thing, DictionaryObject):
        inner = [name for value in thing.values() for name in names_in(value, seen)]
        inner += [name for value in [thing.get("/Type"), thing.get("/S")] if value for name in [str(value)]]
        return [*map(str, thing), *inner]
    if isinstance(thing, ArrayObject):
        return [name for value in thing for name in names_in(value, seen)]
    return []


def test_the_file_says_its_title_its_language_and_a_fixed_day() -> None:
    reader = pypdf.PdfReader(BytesIO(render_invoice(invoice())))
    assert reader.metadata is not None
    assert reader.metadata.title == "Invoice INV-2026-00042, Nowhere Street Pilates"
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == date(2026, 11, 3)
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/Lang"] == "en"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]


def test_the_qr_code_on_paper_is_the_proof_link() -> None:
    document = pypdfium2.PdfDocument(render_invoice(invoice()))
    dots = 8
    picture = document[0].render(scale=dots * 25.4 / 72).to_pil().convert("L")
    document.close()
    code = segno.make(PROOF, error="m", mask=3, micro=False, boost_error=False)
    module = 28 / len(code.matrix)
    seen = [
        [picture.getpixel(((156 + (x + 0.5) * module) * dots, (231 + (y + 0.5) * module) * dots)) < 128 for x in across]
        for y, across in enumerate(range(len(row)) for row in code.matrix)
    ]
    assert seen == [[bool(sign) for sign in row] for row in code.matrix]
    assert PROOF == "https://wa.me/447700900100?text=Proof%20of%20payment%20INV-2026-00042"


def test_a_logo_is_drawn_and_a_broken_one_becomes_initials() -> None:
    buffer = BytesIO()
    Image.new("RGBA", (400, 160), (11, 98, 90, 128)).save(buffer, "PNG")
    with_logo = render_invoice(invoice(), logo=buffer.getvalue())
    assert len(pypdf.PdfReader(BytesIO(with_logo)).pages[0].images) == 1
    assert render_invoice(invoice(), logo=buffer.getvalue()) == with_logo
    broken = pages(render_invoice(invoice(), logo=buffer.getvalue()[:60]))[0]
    assert broken == pages(render_invoice(invoice()))[0]
    assert broken.startswith("NS")


def test_periods_quantities_and_codes_in_words() -> None:
    assert [quantity_words(Decimal(text)) for text in ("1", "0.250", "10", "1E+1")] == ["1", "0.25", "10", "10"]
    assert period_words(date(2026, 10, 1), date(2026, 10, 31)) == "1 to 31 October 2026"
    assert period_words(date(2026, 9, 28), date(2026, 10, 4)) == "28 September to 4 October 2026"
    assert period_words(date(2025, 12, 29), date(2026, 1, 4)) == "29 December 2025 to 4 January 2026"
    code = transfer_code(name="Zoë", iban="de00 0000", cents=1205, reference="INV-2026-00042")
    assert code.split("\n") == ["BCD", "002", "1", "SCT", "", "Zoë", "DE000000", "EUR12.05", "", "", "INV-2026-00042"]


def test_a_pale_colour_gives_way_to_ink() -> None:
    assert readable_accent("#0B625A") == "#0B625A"
    assert readable_accent("#FFE08A") == readable_accent("red") == "#1D2B2A"
    assert contrast("#5A6664", "#E3F1EE") >= 4.5
