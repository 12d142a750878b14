"""The function's settings: environment variables that template.yaml sets."""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from session_analytics.batch import Rules


class Settings(NamedTuple):
    """The rules of the transformation, the bucket for rejects, the profile of the privacy policy.

    `key_secret` is the secret with the key of the pseudonyms; empty where there is none.
    """

    rules: Rules
    bucket: str
    profile: str = "sales"
    key_secret: str = ""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings. Raises ValueError with the name of a variable that is missing or malformed."""
    first_day = environment.get("PROJECTION_START_DATE", "")
    bucket = environment.get("BUCKET_NAME", "")
    if not bucket:
        raise ValueError("BUCKET_NAME: the name of a bucket is missing")
    try:
        rules = Rules(date.fromisoformat(first_day), _names(environment.get("EVENT_LOGGERS", "")))
    except ValueError:
        raise ValueError(
            f"PROJECTION_START_DATE: {first_day!r} is not a date like 2026-01-31"
        ) from None
    profile = environment.get("PRIVACY_PROFILE") or "sales"
    return Settings(rules, bucket, profile, environment.get("PSEUDONYM_KEY", ""))


def _names(text: str) -> frozenset[str]:
    """The names of a comma-separated list."""
    return frozenset(name.strip() for name in text.split(",")) - {""}


SETTINGS = read_settings(os.environ)
# A hash of the layer's source and requirements: a layer change changes the function, so that SAM
# publishes a new version of it.
TRANSFORM_VERSION = Path(__file__).with_name("layer.sha256").read_text().strip()[:12]
