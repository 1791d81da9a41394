"""Spans that are names, not words: addresses, phone numbers, order numbers, variables."""

import re

from sensitive_words.options import Options

_ENDINGS = "com|cn|net|org|top|vip|cc|shop|link|io|me|co|info|xyz|site"
_HOST = rf"(?:[a-z0-9](?:[a-z0-9-]{{0,40}}[a-z0-9])?\.){{1,4}}(?:{_ENDINGS})"
_TAIL = r"(?:[:/?#][a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{0,400})?"
_URL = re.compile(
    rf"(?:https?|ftp|weixin|wxwork)://[a-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{{1,600}}"
    rf"|(?<![a-z0-9._%+-])[a-z0-9._%+-]{{1,64}}@{_HOST}(?![a-z0-9])"
    rf"|(?<![a-z0-9.-]){_HOST}(?![a-z0-9-]){_TAIL}"
    r"|(?<![a-z0-9/])(?:pages|packages?|subpackages?)/[a-z0-9_\-/]{1,120}(?:\?[a-z0-9_\-=&%.]{0,200})?",
    re.IGNORECASE | re.ASCII,
)
_PHONE = re.compile(
    r"(?<![0-9])(?:\+?86[- ]?)?1[3-9][0-9](?:[- ]?[0-9]{4}){2}(?![0-9])"
    r"|(?<![0-9])0[0-9]{2,3}-[0-9]{7,8}(?![0-9])|(?<![0-9])[48]00-?[0-9]{3}-?[0-9]{4}(?![0-9])",
    re.ASCII,
)
_NUMBER = re.compile(
    r"(?<![a-z0-9_-])(?:(?=[a-z_-]{0,12}[0-9]{6})[a-z0-9_-]{8,64}|(?:wm|wo|wr|wb)[a-z0-9_-]{22,40})(?![a-z0-9_-])",
    re.IGNORECASE | re.ASCII,
)
_TEMPLATE = re.compile(
    r"\{\{[^{}\n]{1,40}\}\}|\$\{[^{}\n]{1,40}\}|\{[a-z_][a-z0-9_.]{0,40}\}", re.IGNORECASE | re.ASCII
)

_MAY_BE_ONE = re.compile(r"[!-~]{4}|[{]")
"""In every such span; most Chinese texts have none."""

Spans = list[tuple[int, int]]


def masked_spans(text: str, options: Options) -> Spans:
    """In the order of the patterns; they may overlap."""
    if not _MAY_BE_ONE.search(text):
        return []
    chosen = (
        (_URL, options.mask_urls and ("." in text or "/" in text)),
        (_PHONE, options.mask_phones),
        (_NUMBER, options.mask_numbers),
        (_TEMPLATE, options.mask_templates and "{" in text),
    )
    return [match.span() for pattern, on in chosen if on for match in pattern.finditer(text)]
