"""The poster: read by a phone from the wall, copied as text, the same every time."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pypdf
import pypdfium2
import pytest
import segno
from PIL import Image

from sheets_schema.policies import Settings
from studio_sync.adapters.pdf.poster import HEIGHT, WIDTH, Poster, chat_link, render_poster
from studio_sync.desk.poster import away

NADINE = Poster(studio="Nowhere Street Pilates", owner="Nadine", phone="+447700900100")
LINK = "https://wa.me/447700900100?text=Hello"


def seen(content: bytes, scale: float = 4.0) -> Image.Image:
    """The page in grey, as a printer would."""
    page: Image.Image = pypdfium2.PdfDocument(content)[0].render(scale=scale).to_pil()
    return page.convert("L")


def code_of(content: bytes) -> list[list[int]]:
    """The modules of the code as they stand on the paper, looked at in the middle of each."""
    wanted = segno.make(LINK, error="q", boost_error=False, micro=False)
    count, picture = len(wanted.matrix), seen(content)
    dots = picture.width / WIDTH
    middles = [(at + 0.5) * 70 / count for at in range(count)]
    shades = picture.tobytes()
    return [
        [int(shades[int((62 + down) * dots) * picture.width + int((39 + right) * dots)] < 128) for right in middles]
        for down in middles
    ]


def test_the_code_opens_the_studios_chat_and_a_quarter_may_be_hurt() -> None:
    assert chat_link("+447700900100") == LINK
    read = code_of(render_poster(NADINE))
    # mask 3 is ours, so the code is that of segno with it
    wanted = segno.make(LINK, error="q", mask=3, boost_error=False, micro=False)
    assert wanted.error == "Q"
    assert read == [list(row) for row in wanted.matrix]


def test_the_code_has_its_quiet_edge() -> None:
    picture = seen(render_poster(NADINE))
    dots = picture.width / WIDTH
    module = 70 / 33
    left, top = int((39 - 4 * module) * dots), int((62 - 4 * module) * dots)
    edge = picture.crop((left, top, int(38.8 * dots), int(132 * dots)))
    assert edge.getextrema() == (255, 255)


def test_the_text_can_be_copied_in_reading_order() -> None:
    page = pypdf.PdfReader(BytesIO(render_poster(NADINE))).pages[0]
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [WIDTH, HEIGHT]
    lines = [line.strip() for line in page.extract_text().splitlines() if line.strip()]
    assert " ".join(lines) == (
        "Nowhere Street Pilates Book on WhatsApp Scan, or save this number +44 7700 900100 "
        "bookings see your next sessions cancel next give a place back invoice get your latest invoice "
        "Messages come from the studio. Nadine reads your replies. Send STOP to end them."
    )


def test_the_same_poster_gives_the_same_bytes() -> None:
    assert render_poster(NADINE) == render_poster(replace(NADINE))
    assert render_poster(NADINE) != render_poster(replace(NADINE, owner="Thandi"))


@pytest.mark.parametrize("name", ["", "Zoë's", "名前", "x" * 300, "مريم", "a\nb\x00c"])
def test_any_name_fits_the_page(name: str) -> None:
    content = render_poster(replace(NADINE, studio=name, owner=name))
    picture = seen(content, 1.0)
    right = picture.crop((picture.width - 8, 150, picture.width, picture.height))
    assert right.getextrema() == (255, 255)


def test_the_away_message_names_the_new_number() -> None:
    settings = Settings(studio_name="Nowhere Street Pilates", owner_name="Nadine", studio_number="+447700900100")
    assert away(settings) == (
        "Hello, this is Nadine. Bookings have moved to +44 7700 900100. Save it as Nowhere Street Pilates and write "
        "there; I read it every day."
    )
