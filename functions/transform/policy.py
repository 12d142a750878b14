"""The privacy policy that the function applies: a profile of privacy.json, and its key.

The key is read from Secrets Manager at the first invocation of a cold start. Where it cannot be
read the invocation fails, and Firehose tries again: nothing is stored without its policy.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from clients import client
from session_analytics.privacy.profiles import read_profile
from settings import SETTINGS

if TYPE_CHECKING:
    from session_analytics.privacy.policy import Policy

_PROFILE = read_profile(
    orjson.loads(Path(__file__).with_name("privacy.json").read_bytes()), SETTINGS.profile
)


@cache
def privacy_policy() -> Policy | None:
    """The policy; None where everything is kept. Raises ValueError where its key is missing."""
    if _PROFILE is None:
        return None
    # Imported for the profiles that change something alone: its patterns take 10 ms to compile.
    from session_analytics.privacy.policy import Policy  # noqa: PLC0415
    from session_analytics.privacy.pseudonyms import read_keys  # noqa: PLC0415

    if not _PROFILE.needs_key:
        return Policy(_PROFILE)
    secret = client("secretsmanager").get_secret_value(SecretId=SETTINGS.key_secret)
    return Policy(_PROFILE, read_keys(secret["SecretString"]).current)
