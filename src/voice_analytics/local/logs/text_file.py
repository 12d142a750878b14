"""The text of a file, however it was packed and encoded."""

import codecs
import sys
import zlib
from pathlib import Path

from voice_analytics.errors import UserError

STANDARD_INPUT = "-"
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib: a gzip header, and its largest window
_MARKS = {  # of Unicode, at the beginning of a file; the longer first
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read_text(name: str, shown: str) -> str:
    """What the file holds, gzipped or not; `-` is standard input, `shown` names it to a person.

    Raises UserError where it cannot be read.
    """
    return _text(_unpacked(_bytes(name), shown), shown)


def _unpacked(data: bytes, shown: str) -> bytes:
    """The content of a gzip file of one or more members; other bytes as they are.

    Of a file that is cut or damaged, what comes before that, with a warning.
    """
    parts: list[bytes] = []
    rest = data
    while rest.startswith(_GZIP_MAGIC):
        member = zlib.decompressobj(_GZIP_WINDOW)
        try:
            parts.append(member.decompress(rest))
            parts.append(member.flush())
        except zlib.error:
            pass
        if not member.eof:
            _warn(f"{shown} is a damaged gzip file", "only what precedes the damage is read")
            break
        rest = member.unused_data
    return b"".join(parts) if parts else data


def _text(data: bytes, shown: str) -> str:
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        _warn(
            f"{shown} is not {encoding.removesuffix('-sig').upper()} (byte {error.start + 1})",
            "what cannot be decoded is read as \N{REPLACEMENT CHARACTER}, as log agents do",
        )
        return data.decode(encoding, errors="replace")


def _warn(problem: str, consequence: str) -> None:
    print(f"warning: {problem}: {consequence}", file=sys.stderr)


def _bytes(name: str) -> bytes:
    if not name:
        raise UserError(
            "the name of an input is empty", "name a file of log lines; - is standard input"
        )
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except IsADirectoryError:
        raise UserError(f"{name} is a directory", f"name the files in it: {name}/*") from None
    except OSError as error:
        raise UserError(
            f"{name} cannot be read: {error.strerror}", "check the path; - is standard input"
        ) from None
