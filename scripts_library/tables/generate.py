"""
Writes pinyin.txt (syllable, then the characters that can be read so, usual reading first) and simplified.txt
(traditional character, simplified character). Needs pypinyin and opencc, which the package itself does not.
Run: python scripts_library/tables/generate.py
"""

from collections import defaultdict
from pathlib import Path

import opencc
from pypinyin import Style, pinyin

HERE = Path(__file__).parent


def everyday_characters() -> list[str]:
    """The 6,763 characters of GB 2312, and 〇."""
    codes = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return [code.decode("gb2312") for code in codes if _exists(code)] + ["〇"]


def _exists(code: bytes) -> bool:
    try:
        code.decode("gb2312")
    except UnicodeDecodeError:
        return False
    return True


def write_pinyin() -> None:
    by_syllable: dict[str, list[str]] = defaultdict(list)
    for character in everyday_characters():
        readings = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
        for rank, reading in enumerate(dict.fromkeys(reading.replace("ü", "v") for reading in readings)):
            if reading.isascii() and reading.isalpha():
                by_syllable[reading].append(character if rank == 0 else f"+{character}")
    lines = [f"{syllable} {''.join(characters)}" for syllable, characters in sorted(by_syllable.items())]
    (HERE / "pinyin.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_simplified() -> None:
    converter = opencc.OpenCC("t2s")
    pairs = []
    for code in range(0x4E00, 0xA000):
        simplified = converter.convert(chr(code))
        if len(simplified) == 1 and simplified != chr(code):
            pairs.append(chr(code) + simplified)
    (HERE / "simplified.txt").write_text("\n".join(pairs) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_pinyin()
    write_simplified()
