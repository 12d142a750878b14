"""Text from data, made harmless for a terminal."""

_NEWLINE_AND_TAB = "\n\t"
_CONTROL_PICTURES = 0x2400  # U+2400 is the picture of U+0000
_DELETE, _DELETE_PICTURE = 0x7F, 0x2421
# the explicit directional formatting characters of Unicode's bidirectional algorithm (UAX 9)
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LINE_SEPARATORS = (0x2028, 0x2029)
_PICTURES: dict[int, int | str] = (
    {code: _CONTROL_PICTURES + code for code in range(0x20)}
    | {_DELETE: _DELETE_PICTURE}
    | {
        code: f"<U+{code:04X}>"
        for code in (*range(0x80, 0xA0), *_BIDI, *_LINE_SEPARATORS, *range(0xD800, 0xE000))
    }
)
_PICTURES_BUT_LINES = {
    code: picture for code, picture in _PICTURES.items() if chr(code) not in _NEWLINE_AND_TAB
}


def printable(text: str, *, lines: bool = False) -> str:
    """The text with pictures for what a terminal would obey, and not show.

    These are control characters (escape sequences begin with one), marks that change the direction
    of writing, and halves of surrogate pairs. With `lines`, newlines and tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_PICTURES_BUT_LINES if lines else _PICTURES)
