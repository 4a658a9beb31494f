"""What to do next, in words: where each missing setting comes from, who can get it, and what to do about a refusal."""

from __future__ import annotations

from dataclasses import dataclass

AGAIN = "Then: studio-sync check"
_META = "whoever set up the Meta account"
_GOOGLE = "whoever set up the Google project"
_OWNER = "the owner"
_HOST = "whoever runs this computer"
_APP = "developers.facebook.com > your app"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing to do: how long, by whom, and the words."""

    minutes: int
    who: str
    text: str


def _set(name: str, who: str, minutes: int, where: str) -> Step:
    return Step(minutes=minutes, who=who, text=f"{where} into .env as {name}=  {AGAIN}")


MISSING: dict[str, Step] = {
    "GOOGLE_CREDENTIALS": _set(
        "GOOGLE_CREDENTIALS",
        _GOOGLE,
        15,
        "Open console.cloud.google.com > IAM > Service accounts > Create. Switch on the Google Sheets API and the "
        "Google Calendar API. Then Keys > Add key > JSON. Put the path of the file",
    ),
    "STUDIO_SHEET_ID": _set(
        "STUDIO_SHEET_ID",
        _OWNER,
        5,
        "Open sheets.new and name the file as your studio. Press Share and add {mail} as Editor. Copy the long part of "
        "its address between /d/ and /edit",
    ),
    "CALENDAR_ID": _set(
        "CALENDAR_ID",
        _OWNER,
        5,
        "Open Google Calendar > the calendar's Settings > Share with specific people, and add {mail} with Make changes "
        "to events. Copy the Calendar ID",
    ),
    "WHATSAPP_TOKEN": _set(
        "WHATSAPP_TOKEN", _META, 10, f'Open {_APP} > WhatsApp > API setup. Copy "Temporary access token"'
    ),
    "WHATSAPP_PHONE_ID": _set(
        "WHATSAPP_PHONE_ID", _META, 2, f'Open {_APP} > WhatsApp > API setup. Copy "Phone number ID"'
    ),
    "WHATSAPP_ACCOUNT_ID": _set(
        "WHATSAPP_ACCOUNT_ID", _META, 2, f'Open {_APP} > WhatsApp > API setup. Copy "WhatsApp Business Account ID"'
    ),
    "WHATSAPP_APP_SECRET": _set(
        "WHATSAPP_APP_SECRET", _META, 2, f'Open {_APP} > App settings > Basic. Press Show and copy "App secret"'
    ),
    "WHATSAPP_VERIFY_TOKEN": _set(
        "WHATSAPP_VERIFY_TOKEN",
        _META,
        5,
        f"Make up a long word. Type it in {_APP} > WhatsApp > Configuration > Verify token, and put it",
    ),
    "SECRET_KEY": _set(
        "SECRET_KEY", _HOST, 1, 'Type: python3 -c "import secrets; print(secrets.token_urlsafe(32))"  Put what it says'
    ),
    "PUBLIC_URL": _set(
        "PUBLIC_URL", _HOST, 5, "Put the https address under which this program is reached, without a slash at the end,"
    ),
}

GOOGLE_NEEDS = ("GOOGLE_CREDENTIALS", "STUDIO_SHEET_ID", "CALENDAR_ID")
WHATSAPP_NEEDS = (
    "WHATSAPP_TOKEN",
    "WHATSAPP_PHONE_ID",
    "WHATSAPP_ACCOUNT_ID",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN",
    "SECRET_KEY",
    "PUBLIC_URL",
)

DEMO = Step(minutes=2, who="you", text="See the whole day on this computer first. Type: make demo")
INIT = Step(minutes=1, who="you", text="The tabs are not there yet. Type: studio-sync init")
LOCAL_DOWN = Step(minutes=1, who="you", text="The local studio is not running. Start it: studio-sync run --local")
OFFLINE = Step(minutes=1, who=_HOST, text=f"Look at this computer's internet connection. {AGAIN}")
SIGN_IN = Step(
    minutes=10,
    who=_GOOGLE,
    text="Make a new key: console.cloud.google.com > IAM > Service accounts > Keys. Put its path into .env as "
    f"GOOGLE_CREDENTIALS=  {AGAIN}",
)
TOKEN = Step(
    minutes=10,
    who=_META,
    text=f'Open {_APP} > WhatsApp > API setup, copy a new "Temporary access token" (or one that stays: Business '
    f"settings > System users) into .env as WHATSAPP_TOKEN=  {AGAIN}",
)
NUMBER = Step(
    minutes=5,
    who=_META,
    text=f'Open {_APP} > WhatsApp > API setup and compare "Phone number ID" and "WhatsApp Business Account ID" with '
    f".env. {AGAIN}",
)
OWNER_NUMBER = Step(
    minutes=1, who=_OWNER, text=f"In the tab Settings, type your own number beside Owner's number. {AGAIN}"
)
PILOT = Step(
    minutes=5,
    who=_OWNER,
    text=f"In the tab Clients tick Pilot for two or three people who know. In Settings set Mode to pilot. {AGAIN}",
)
TICKS = Step(minutes=2, who=_OWNER, text=f"In the tab Clients tick Pilot for two or three people who know. {AGAIN}")
LIVE = Step(
    minutes=2,
    who=_OWNER,
    text="When a week of pilot was good, send from your own phone to the studio's number: go live. It shows what "
    "leaves in the next 24 hours and asks once more.",
)


def unshared(thing: str, mail: str) -> Step:
    """A workbook or the diary that this sign-in may not open."""
    how = (
        "Open it, press Share, add that address as Editor."
        if thing != "diary"
        else "Open Google Calendar > its Settings > Share with specific people, add that address with Make changes to "
        "events."
    )
    return Step(minutes=2, who=_OWNER, text=f"Cannot open the {thing}: it is not shared with {mail}. {how} {AGAIN}")


def read_only(thing: str, mail: str) -> Step:
    """One that it may only read."""
    wanted = "Make changes to events" if thing == "diary" else "Editor"
    return Step(minutes=2, who=_OWNER, text=f"Open the {thing}, press Share, and make {mail} {wanted}. {AGAIN}")
