"""Secrets and addresses: from the environment or .env, under today's names or older ones, never shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studio_sync.config import ALIASES, DOOR_NEEDS, WORKER_NEEDS, Config, load, load_local, read_env_file
from studio_sync.errors import UserError

ROOT = Path(__file__).parents[2]
SECRETS = {
    "WHATSAPP_TOKEN": "canary-token",
    "WHATSAPP_APP_SECRET": "canary-app",
    "WHATSAPP_VERIFY_TOKEN": "canary-verify",
    "GOOGLE_CREDENTIALS": "canary-google",
    "SECRET_KEY": "canary-key",
    "ADMIN_KEY": "canary-admin",
    "DATABASE_URL": "postgresql://me:canary-database@host/studio",
    "SMTP_PASSWORD": "canary-mail",
}
NOWHERE = Path("/nowhere/.env")

#: what a local studio leaves of itself; nothing listens there
ADDRESSES = {
    "emulator": "http://127.0.0.1:1", "whatsapp_token": "canary-t", "phone_id": "1", "account_id": "2",
    "app_secret": "canary-s", "verify_token": "canary-v", "secret_key": "canary-k", "admin_key": "canary-a",
    "smtp_host": "127.0.0.1", "smtp_port": 2525, "mail_from": "hello@nowhere.example",
    "zone": "Africa/Johannesburg", "studio_sheet": "s", "books_sheet": "b", "calendar": "c",
    "app": "http://127.0.0.1:2", "app_port": 2,
}  # fmt: skip


def test_an_environment_becomes_a_configuration() -> None:
    config = load({"STUDIO_SHEET_ID": "sheet", "CALENDAR_ID": "diary", "SMTP_PORT": "25"}, env_file=NOWHERE)
    assert (config.studio_sheet_id, config.calendar_id, config.smtp_port) == ("sheet", "diary", 25)
    assert config.books_sheet_id == "sheet", "without a second workbook both roles name one file"
    assert not config.local


@pytest.mark.parametrize(("name", "older"), [(name, older) for name, all_ in ALIASES.items() for older in all_])
def test_older_names_still_count_and_todays_name_wins(name: str, older: str) -> None:
    value = "https://old.example"
    assert getattr(load({older: value}, env_file=NOWHERE), name.lower()) == value
    assert getattr(load({older: value, name: "new"}, env_file=NOWHERE), name.lower()) == "new"


def test_a_file_is_read_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# a comment = no setting\n\nCALENDAR_ID = from-file \n"
        "SECRET_KEY='with = and # in it'\nSTUDIO_SHEET_ID=\nno line\n"
    )
    assert read_env_file(file) == {
        "CALENDAR_ID": "from-file",
        "SECRET_KEY": "with = and # in it",
        "STUDIO_SHEET_ID": "",
    }
    config = load({"CALENDAR_ID": "from-environment"}, env_file=file)
    assert (config.calendar_id, config.secret_key) == ("from-environment", "with = and # in it")


def test_a_port_that_is_no_number_is_said_in_words() -> None:
    with pytest.raises(UserError, match="PORT must be a number") as told:
        load({"PORT": "eighty"}, env_file=NOWHERE)
    assert told.value.problems[-1].endswith("studio-sync check")


def test_no_secret_ever_shows() -> None:
    config = load(SECRETS, env_file=NOWHERE)
    assert all(getattr(config, name.lower()) == value for name, value in SECRETS.items())
    assert "canary" not in repr(config)
    assert "canary" not in str(config)
    with pytest.raises(UserError) as told:
        config.require("CALENDAR_ID", "SECRET_KEY", "STUDIO_SHEET_ID")
    assert "CALENDAR_ID, STUDIO_SHEET_ID" in told.value.problems[0]
    assert "canary" not in str(told.value)


def test_web_and_worker_are_parted_only_on_a_database_server(tmp_path: Path) -> None:
    config = Config(data=tmp_path, name="here")
    assert not config.split_allowed
    assert config.journal_url == f"sqlite:///{tmp_path / 'journal.db'}"
    assert not load({"DATABASE_URL": "sqlite:////x.db"}, env_file=NOWHERE).split_allowed
    assert load({"DATABASE_URL": "postgresql://host/studio"}, env_file=NOWHERE).split_allowed


def test_a_local_studio_is_found_by_its_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No local studio"):
        load_local(tmp_path)
    (tmp_path / "addresses.json").write_text(json.dumps(ADDRESSES))
    config = load_local(tmp_path)
    assert config.local
    assert (config.studio_sheet_id, config.books_sheet_id, config.port) == ("s", "b", 2)
    assert config.google_base == config.whatsapp_base == "http://127.0.0.1:1"
    assert "canary" not in repr(config)


def test_the_example_lists_what_is_needed_and_nothing_unknown() -> None:
    text = (ROOT / "credentials.example").read_text()
    listed = read_env_file(ROOT / "credentials.example")
    assert set(listed) <= set(ALIASES)
    assert not any(listed.values()), "an example holds no value"
    assert {*DOOR_NEEDS, *WORKER_NEEDS} <= set(listed)
    unsaid = [older for name, all_ in ALIASES.items() if name in listed for older in all_ if older not in text]
    assert not unsaid, "older names are told too"
