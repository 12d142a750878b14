"""The list of those who were forgotten in a local lake, so that no run brings them back.

A file of the lake, as `forgotten/` is in a bucket: HMACs under the lake's own key, each with the
time from which it holds backwards.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from session_analytics.privacy.pseudonyms import Keys, read_keys
from session_analytics.schema.envelope import LogEvent

from voice_analytics.local.clients import FORGOTTEN_FILE, KEY_FILE, SecretsManagerClient
from voice_analytics.operate.forgotten import Forgotten, name_on_list
from voice_analytics.operate.person import Person
from voice_analytics.replace_file import replace_file


def lake_keys(lake: Path) -> Keys:
    """The keys of the lake's pseudonyms; made where it has none."""
    secret = SecretsManagerClient(lake / KEY_FILE).get_secret_value(SecretId="")
    return read_keys(secret["SecretString"])


def remember_locally(lake: Path, person: Person) -> None:
    """Put a person on the lake's list."""
    key, now = lake_keys(lake).current, datetime.now(UTC).isoformat()
    entries = _entries(lake) | {name_on_list(each, key): now for each in person.identifiers}
    replace_file(lake / FORGOTTEN_FILE, json.dumps(entries).encode())


class ForgottenLocally:
    """Whether a log event is of somebody who was forgotten in the lake."""

    def __init__(self, lake: Path) -> None:
        entries = {name: datetime.fromisoformat(at) for name, at in _entries(lake).items()}
        self._forgotten = Forgotten(entries, lake_keys(lake).all)

    def __call__(self, event: LogEvent) -> bool:
        logged_at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
        return self._forgotten.holds(event["message"], logged_at)


def _entries(lake: Path) -> dict[str, str]:
    path = lake / FORGOTTEN_FILE
    found: dict[str, str] = json.loads(path.read_bytes()) if path.exists() else {}
    return found
