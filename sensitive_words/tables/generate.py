"""
Writes the character tables beside this file, from OpenCC and pypinyin, which are needed only here.

Run `python -m sensitive_words.tables.generate` after raising either of them, and commit what changed.
"""

from pathlib import Path

HERE = Path(__file__).parent
SIMPLIFIED_TOO = "么著"
"""Characters that OpenCC takes for traditional ones, but that everybody writes: 什么, 著名."""
HAN = [*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000)]


def simplified_pairs() -> list[tuple[str, str]]:
    """Traditional and variant characters with their one simplified character."""
    from opencc import OpenCC

    converters = [OpenCC("t2s"), OpenCC("tw2s"), OpenCC("hk2s")]
    pairs = [("妳", "你")]  # A word of its own to OpenCC; to a reader it is the same word.
    for code in HAN:
        old = chr(code)
        new = next((made for c in converters if len(made := c.convert(old)) == 1 and made != old), old)
        if new != old and old != "妳" and old not in SIMPLIFIED_TOO:
            pairs.append((old, new))
    return pairs


def readings() -> dict[str, str]:
    """Toneless syllable to all characters read so; the first reading of a character is its usual one."""
    from pypinyin import Style, pinyin

    found: dict[str, list[str]] = {}
    for code in HAN:
        char = chr(code)
        try:
            char.encode("gb2312")
        except UnicodeEncodeError:
            continue
        for rank, syllable in enumerate(pinyin(char, style=Style.NORMAL, heteronym=True)[0]):
            plain = syllable.replace("ü", "v")
            if plain.isascii() and plain.isalpha():
                # A capital syllable in the file marks a reading that is not the usual one.
                found.setdefault(plain if rank == 0 else plain.upper(), []).append(char)
    return {syllable: "".join(chars) for syllable, chars in found.items()}


def main() -> None:
    pairs = simplified_pairs()
    lines = ["".join(old for old, _ in pairs), "".join(new for _, new in pairs)]
    (HERE / "traditional.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    rows = [f"{syllable} {chars}" for syllable, chars in sorted(readings().items())]
    (HERE / "pinyin.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
