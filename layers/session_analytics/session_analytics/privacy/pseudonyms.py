"""Pseudonyms: HMAC-SHA-256 of an identifier under a key that never stands beside the data.

The same identifier has the same pseudonym under one key, so that pseudonyms join; without the key
nobody can try out addresses or numbers. The secret is a JSON object: `{"id": "1", "key": "…"}`, and
after a rotation `"old": {"0": "…"}` with the keys that stored pseudonyms were made with.
"""

import hmac
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

MIN_KEY_CHARACTERS = 32


class Key(NamedTuple):
    """A key, and the id that stands in the rows."""

    id: str
    secret: bytes


class Keys(NamedTuple):
    """The key for new pseudonyms, and those of before."""

    current: Key
    old: tuple[Key, ...] = ()

    @property
    def all(self) -> tuple[Key, ...]:
        """Every key that a stored pseudonym may have been made with."""
        return (self.current, *self.old)


def read_keys(secret: str) -> Keys:
    """The keys of a secret's text. Raises ValueError where it is not as above; quotes nothing."""
    try:
        document = orjson.loads(secret)
    except orjson.JSONDecodeError:
        raise ValueError("the secret of the pseudonyms is not a JSON object") from None
    if not isinstance(document, dict):
        raise ValueError("the secret of the pseudonyms is not a JSON object")  # noqa: TRY004
    old = document.get("old", {})
    if not isinstance(old, dict):
        raise ValueError("`old` in the secret of the pseudonyms is not an object of keys")  # noqa: TRY004
    return Keys(_key(document, "id"), tuple(_key({"id": name, "key": old[name]}) for name in old))


def _key(document: Mapping[str, Any], name: str = "id") -> Key:
    key_id, secret = document.get(name), document.get("key")
    if not isinstance(key_id, str) or not key_id:
        raise ValueError("the secret of the pseudonyms has no `id`")
    if not isinstance(secret, str) or len(secret) < MIN_KEY_CHARACTERS:
        raise ValueError(
            f"the secret of the pseudonyms has no `key` of {MIN_KEY_CHARACTERS} characters or more"
        )
    return Key(key_id, secret.encode())


def normalised(identifier: str) -> str:
    """The identifier without what says nothing: white space around it, case, a name beside it.

    An address is the same in `Ada King <ada@example.com>` and `mailto:ada@example.com?subject=x`.
    """
    text = identifier.strip().lower()
    if "@" not in text:
        return text
    address = text[:-1].rpartition("<")[2].strip() if text.endswith(">") else text
    if address.startswith("mailto:"):
        address = address.removeprefix("mailto:").partition("?")[0].strip()
    return address if "@" in address else text


def pseudonym(identifier: str, key: Key) -> str:
    """The identifier's pseudonym, 64 hexadecimal digits."""
    data = normalised(identifier).encode(errors="surrogatepass")
    return hmac.digest(key.secret, data, "sha256").hex()
