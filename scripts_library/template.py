"""
Variables in a script's text: `{称呼}` from the catalogue, `{腰围:填写}` a blank, `{尺码:S/M/L}` a choice,
`{{` and `}}` for literal braces. A text is read once; what is filled in is never read again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .catalogue import Catalogue, Variable, standard_catalogue

FREE_BLANK = "填写"
MAX_VALUE_LENGTH = 200
MAX_CHOICES = 12

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_NAME = re.compile(r"[^\s{}:：/／#]{1,20}")
_FOREIGN = re.compile(r"#([^#\s{}]{1,12})#|｛([^｛｝\s]{1,40})｝")


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    code: str
    """unknown_variable, stray_brace, bad_name, bad_blank or two_meanings."""
    start: int
    end: int
    message: str


class InvalidTemplate(ValueError):
    """The text cannot be rendered; problems holds every reason, with offsets in code points."""

    def __init__(self, problems: tuple[TemplateProblem, ...]) -> None:
        super().__init__("；".join(problem.message for problem in problems))
        self.problems = problems


class InvalidValue(ValueError):
    """A value may not stand where it was given."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True, slots=True)
class Span:
    """Where a variable stands in the rendered text, in code points."""

    start: int
    end: int
    name: str
    filled: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    text: str
    missing: tuple[str, ...]
    """Names still to be filled in, each once, in reading order; the text shows them as 〔身高〕."""
    spans: tuple[Span, ...]

    @property
    def complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    literal: str
    variable: Variable | None = None


def render(text: str, values: Mapping[str, str], *, catalogue: Catalogue | None = None) -> Rendered:
    """
    Values not asked for are ignored; a blank one counts as missing.

    :raises InvalidTemplate: unknown variable, stray brace, malformed blank.
    :raises InvalidValue: not one of the choices, or too long.
    """
    written: list[str] = []
    spans: list[Span] = []
    missing: dict[str, None] = {}
    length = 0
    for piece in _pieces(text, catalogue):
        filling = piece.literal
        if piece.variable is not None:
            value = _value(piece.variable, values)
            filling = f"〔{piece.variable.name}〕" if value is None else value
            if value is None:
                missing[piece.variable.name] = None
            spans.append(Span(length, length + len(filling), piece.variable.name, value is not None))
        written.append(filling)
        length += len(filling)
    return Rendered("".join(written), tuple(missing), tuple(spans))


def variables_in(text: str, *, catalogue: Catalogue | None = None) -> tuple[Variable, ...]:
    """
    Each variable once, in reading order.

    :raises InvalidTemplate: as render does.
    """
    found = {piece.variable.name: piece.variable for piece in _pieces(text, catalogue) if piece.variable}
    return tuple(found.values())


def template_problems(text: str, *, catalogue: Catalogue | None = None) -> tuple[TemplateProblem, ...]:
    return _scan(text, catalogue or standard_catalogue())[1]


def literal(text: str) -> str:
    """The template that renders to exactly this text."""
    return text.replace("{", "{{").replace("}", "}}")


def with_foreign_variables(text: str, *, catalogue: Catalogue | None = None) -> str:
    """#买家昵称# and ｛称呼｝ in our spelling; an unknown #…# is a hashtag and stays."""
    names = (catalogue or standard_catalogue()).by_alias()

    def ours(match: re.Match[str]) -> str:
        if match[1] is not None:
            return f"{{{names[match[1]]}}}" if match[1] in names else match[0]
        name = re.split("[:：]", match[2])[0]
        return f"{{{match[2]}}}" if name in names or name != match[2] else match[0]

    return _FOREIGN.sub(ours, text)


def _value(variable: Variable, values: Mapping[str, str]) -> str | None:
    value = values.get(variable.name) or ""
    if not value.strip():
        return variable.fallback
    if variable.choices and value not in variable.choices:
        raise InvalidValue(
            variable.name, f"「{variable.label}」只能选{'、'.join(variable.choices)}，不能是「{value[:20]}」"
        )
    if len(value) > MAX_VALUE_LENGTH:
        raise InvalidValue(variable.name, f"「{variable.label}」太长：最多 {MAX_VALUE_LENGTH} 个字")
    return value


def _pieces(text: str, catalogue: Catalogue | None) -> tuple[_Piece, ...]:
    pieces, problems = _scan(text, catalogue or standard_catalogue())
    if problems:
        raise InvalidTemplate(problems)
    return pieces


def _scan(text: str, catalogue: Catalogue) -> tuple[tuple[_Piece, ...], tuple[TemplateProblem, ...]]:
    pieces: list[_Piece] = []
    problems: list[TemplateProblem] = []
    seen: dict[str, Variable] = {}
    position = 0
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        pieces.append(_Piece(position, start, text[position:start]))
        position = end
        if match[1] is None and len(match[0]) == 2:
            pieces.append(_Piece(start, end, match[0][0]))
            continue
        read = _read_field(match[1], catalogue) if match[1] is not None else _stray(match[0])
        if isinstance(read, Variable) and seen.setdefault(read.name, read) != read:
            read = ("two_meanings", f"「{read.name}」在同一条话术里写了两种选项，请改成一样的")
        if isinstance(read, Variable):
            pieces.append(_Piece(start, end, "", read))
        else:
            problems.append(TemplateProblem(read[0], start, end, read[1]))
    pieces.append(_Piece(position, len(text), text[position:]))
    return tuple(piece for piece in pieces if piece.literal or piece.variable), tuple(problems)


def _stray(brace: str) -> tuple[str, str]:
    return "stray_brace", f"多出一个「{brace}」：变量写成 {{称呼}}；真要写花括号就写两个，如 {brace * 2}"


def _read_field(body: str, catalogue: Catalogue) -> Variable | tuple[str, str]:
    """The variable a pair of braces asks for, or (code, message)."""
    name, *rest = (part.strip() for part in re.split("[:：]", body, maxsplit=1))
    if not _NAME.fullmatch(name):
        return "bad_name", f"「{{{body[:30]}}}」不是变量：名字要有 1–20 个字，不含空格和标点 :/#"
    known = catalogue.get(name)
    if not rest:
        return known or ("unknown_variable", f"没有「{name}」这个变量；要让导购自己填，写成 {{{name}:填写}}")
    if known is not None and known.source != "blank":
        return "bad_blank", f"「{name}」会自动填入，不用加「:{rest[0][:20]}」，直接写 {{{name}}}"
    label, example = (known.label, known.example) if known else (name, "")
    if rest[0] == FREE_BLANK:
        return Variable(name, label, "blank", example)
    choices = tuple(choice.strip() for choice in re.split("[/／]", rest[0]))
    if not 2 <= len(choices) <= MAX_CHOICES or len(set(choices)) < len(choices) or not all(choices):
        return "bad_blank", (
            f"「{{{body[:30]}}}」看不懂：写成 {{{name}:填写}}，"
            f"或列出 2–{MAX_CHOICES} 个不同的选项，如 {{{name}:S/M/L}}"
        )
    return Variable(name, label, "blank", choices[0], choices=choices)
