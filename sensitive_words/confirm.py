"""Decides whether a find is meant: the steps between the automaton and a hit, only for texts with a find."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from sensitive_words import denial, segment
from sensitive_words.entry import Action, Entry, Mode
from sensitive_words.folding import CLAUSE_MARKS, Reading, folded, visible
from sensitive_words.glyphs import NEWLINES
from sensitive_words.masks import Spans, masked_spans
from sensitive_words.options import Options
from sensitive_words.patterns import Pattern
from sensitive_words.wording import PARTICLES

NEAR = 12
_CLAUSE_MARK = re.compile(f"[{re.escape(''.join(sorted(CLAUSE_MARKS)))}]")
_SENTENCE = re.compile("[，。！？；,!?;…\\n]")
_SPACES_AND_STOPS = frozenset(" \t\u3000.,;:!?'\"/()，。！？；：、")
_NUMBER_MARKS = frozenset(".,:/%-．，：")


class Candidate:
    """A find that may be a hit. Made for every find, so it is no dataclass: those take three times as long."""

    __slots__ = ("end", "first", "is_whole", "last", "pattern", "places", "start")

    def __init__(self, pattern: Pattern, places: list[int], index: list[int], first: int, last: int) -> None:
        """
        :param index: where the characters of the text as read stand in the original
        :param first: where the find begins in the text as read
        :param last: where it ends there
        """
        self.pattern = pattern
        self.places = places
        """Where its characters stand in the original."""
        self.start = places[0]
        self.end = places[-1] + 1
        # A find may begin or end inside what one character is read as, 克 in ㎏.
        while first and index[first - 1] == self.start:
            first -= 1
        while last < len(index) and index[last] < self.end:
            last += 1
        self.first = first
        self.last = last
        size = self.end - self.start
        self.is_whole = size <= len(places) and (size == 1 or len(set(places)) == size)
        """Whether nothing stands between its characters."""


class Refusal(NamedTuple):
    step: str
    why: str


class Tokens(NamedTuple):
    """The words of a clause, as spans of the original."""

    start: int
    end: int
    spans: Spans
    starts: list[int]
    ends: list[int]


class Scene:
    """One text with all that the confirming steps ask of it, each made when first asked for."""

    def __init__(self, reading: Reading, options: Options) -> None:
        self.reading = reading
        self.text = reading.original
        self.options = options
        self._tokens: dict[tuple[int, int], Tokens] = {}
        self._latest = Tokens(0, 0, [], [], [])
        self._masks: Spans | None = None
        self._clause_ends: list[int] | None = None

    @property
    def masks(self) -> Spans:
        """Sorted and apart, so that one look finds the one around a place."""
        if self._masks is None:
            apart: Spans = []
            for start, end in sorted(masked_spans(self.text, self.options)):
                if apart and start < apart[-1][1]:
                    apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
                else:
                    apart.append((start, end))
            self._masks = apart
        return self._masks

    @property
    def clause_ends(self) -> list[int]:
        if self._clause_ends is None:
            self._clause_ends = [match.start() for match in _CLAUSE_MARK.finditer(self.text)]
        return self._clause_ends

    def clause(self, place: int) -> tuple[int, int]:
        ends = self.clause_ends
        right = bisect_left(ends, place)
        left = bisect_right(ends, place) - 1 if right and ends[right - 1] < place else right - 1
        return (ends[left] + 1 if left >= 0 else 0), (ends[right] if right < len(ends) else len(self.text))

    def tokens(self, place: int) -> Tokens:
        """The words of the clause around a place."""
        latest = self._latest
        if latest.start <= place < latest.end:
            return latest
        start, end = self.clause(place)
        known = self._tokens.get((start, end))
        if known is None:
            spans = self._cut(start, end)
            known = Tokens(start, end, spans, [first for first, _ in spans], [last for _, last in spans])
            self._tokens[start, end] = known
        self._latest = known
        return known

    def _cut(self, start: int, end: int) -> Spans:
        reading = self.reading
        first, last = reading.kept_before(start), reading.kept_before(end)
        if last - first == end - start and reading.index[first:last] == list(range(start, end)):
            spans, at = [], start
            for word in segment.cut(reading.text[first:last]):
                spans.append((at, at + len(word)))
                at += len(word)
            return spans
        kept = {reading.index[i]: reading.text[i] for i in range(first, last)}
        chars: list[str] = []
        places: list[int] = []
        for place in range(start, end):
            char = kept.get(place)
            if char is None and visible(self.text[place]):
                char = self.text[place] if ord(self.text[place]) < 128 else " "
            if char is not None:
                chars.append(char)
                places.append(place)
        spans, at = [], 0
        for word in segment.cut("".join(chars)):
            spans.append((places[at], places[at + len(word) - 1] + 1))
            at += len(word)
        return spans

    def tokens_between(self, place: int, first: int, last: int) -> Spans:
        """Of the clause around a place, the words that touch the span."""
        tokens = self.tokens(place)
        return tokens.spans[bisect_right(tokens.ends, first) : bisect_left(tokens.starts, last)]

    def read(self, start: int, end: int) -> str:
        """What is read between two places of the original."""
        reading = self.reading
        return reading.text[reading.kept_before(start) : reading.kept_before(end)]


def refusal(found: Candidate, entry: Entry, scene: Scene, *, meant: bool = False) -> Refusal | None:
    """
    The first step that lets the find go, or nothing: then it is a hit.

    :param meant: a counter-exception stands around it, so word boundaries were judged by a person
    """
    disguises = entry.disguises
    return (
        (_masked(found, entry, scene) if scene.masks else None)
        or (_not_exact(found, entry, scene) if disguises.fold is False or disguises.traditional is False else None)
        or (_edge(found, scene) if scene.options.word_edges else None)
        or (None if found.is_whole else _gap(found, entry, scene))
        or (None if meant else _segment(found, entry, scene))
        or _not_meant(found, entry, scene)
    )


def _not_meant(found: Candidate, entry: Entry, scene: Scene) -> Refusal | None:
    text, window = scene.text, 3 * denial.LOOK
    before, after = text[max(found.start - window, 0) : found.start], text[found.end : found.end + window]
    if scene.options.mentions:
        sentence_end = _SENTENCE.search(after)
        said = scene.read(found.end, found.end + (sentence_end.start() if sentence_end else window))
        spoken_of = denial.mentioned(before, after, said[: denial.LOOK])
        if spoken_of:
            return Refusal("mention", spoken_of)
    if not entry.negation or not scene.options.negation:
        return None
    first = max(scene.clause(found.start)[0], found.start - 6 * denial.REACH)
    if first < found.start:
        first += denial.last_break(text[first : found.start])
    words: list[str] = []
    if first < found.start:
        tokens = reversed(scene.tokens_between(found.start, first, found.start))
        words = [scene.read(*span) for span in tokens if first <= span[0] and span[1] <= found.start]
    clause_end = min(scene.clause(found.end - 1)[1], found.end + window)
    rest = scene.read(found.end, clause_end)[: denial.LOOK] if found.end < clause_end else ""
    why = denial.denied(words, rest)
    why = why or denial.asked(scene.read(found.start, found.end), words, rest)
    return Refusal("negation", why) if why else None


def rule_refusal(span: tuple[int, int], entry: Entry, scene: Scene) -> Refusal | None:
    """A passage that a rule found is let go where it, or what stands before it, says not to: 验证码不要发给我."""
    if not entry.negation or not scene.options.negation:
        return None
    start, end = span
    first = max(scene.clause(start)[0], start - 6 * denial.REACH)
    first += denial.last_break(scene.text[first:start])
    why = denial.forbidden(scene.read(first, start), scene.read(start, end))
    return Refusal("negation", why) if why else None


def _masked(found: Candidate, entry: Entry, scene: Scene) -> Refusal | None:
    at = bisect_right(scene.masks, found.start, key=lambda span: span[1])
    for start, end in scene.masks[at : at + 1]:
        if start < found.end and not masked_spans(entry.text, scene.options):
            return Refusal("mask", f"在网址、号码或变量“{scene.text[start:end]}”里，不检查")
    return None


def _not_exact(found: Candidate, entry: Entry, scene: Scene) -> Refusal | None:
    surface = "".join(scene.text[place] for place in dict.fromkeys(found.places))
    forms = (entry.text, *entry.aliases)
    if entry.disguises.fold is False and not any(surface == "".join(form.split()) for form in forms):
        return Refusal("exact", f"写法与“{entry.text}”不完全一样，这个词只认原样")
    if entry.disguises.traditional is False and found.pattern.how in ("plain", "alias"):
        from sensitive_words.folding import Fold, table_for

        table = table_for(Fold(traditional=False))
        if not any(folded(surface, table) == folded(form, table) for form in forms):
            return Refusal("exact", f"繁简与“{entry.text}”不同，这个词不看繁体")
    return None


def _edge(found: Candidate, scene: Scene) -> Refusal | None:
    text, first, last = scene.reading.text, found.first, found.last - 1
    if first > last or not (text[first].isascii() or text[last].isascii()):
        return None
    index = scene.reading.index
    sides = []
    if text[first].isascii() and first > 0:
        sides.append((text[first - 1], text[first], scene.text[index[first - 1] + 1 : index[first]]))
    if text[last].isascii() and last + 1 < len(text):
        sides.append((text[last], text[last + 1], scene.text[index[last] + 1 : index[last + 1]]))
    for left, right, between in sides:
        seen = visible(between)
        touching = not seen or (len(seen) == 1 and seen in _NUMBER_MARKS and left.isdigit())
        if touching and _same_run(left, right):
            return Refusal("edge", f"是更长的英文词或数字的一部分（{left}{between}{right}）")
    return None


def _same_run(left: str, right: str) -> bool:
    if left.isdigit() and right.isdigit():
        return left.isascii() and right.isascii()
    return left.isascii() and left.isalpha() and right.isascii() and right.isalpha()


def _gap(found: Candidate, entry: Entry, scene: Scene) -> Refusal | None:
    places = found.places
    limit = scene.options.gap if entry.disguises.gap is None else entry.disguises.gap
    if limit is None:
        limit = len(scene.text)
    latin: list[tuple[str, bool]] = []
    for number, (left, right) in enumerate(pairwise(places)):
        between = scene.text[left + 1 : right]
        if scene.options.newline_ends and any(char in NEWLINES for char in between):
            return Refusal("gap", "中间换行了")
        seen = visible(between)
        own = number in found.pattern.own_gaps
        if len(seen) > max(limit, 3 if own else 0):
            return Refusal("gap", f"中间隔了 {len(seen)} 个符号，超过 {limit} 个")
        a, b = scene.text[left], scene.text[right]
        if a.isascii() and b.isascii() and left != right and not own:
            a_number = scene.options.word_edges and a.isdigit() and b.isdigit()
            if a_number and seen and seen[0] in _NUMBER_MARKS:
                return Refusal("gap", f"“{a}{between}{b}”是一个数")
            latin.append((seen, a.isalnum() and b.isalnum()))
    return _spelled_out(latin, found, scene) if scene.options.word_edges else None


def _spelled_out(latin: list[tuple[str, bool]], found: Candidate, scene: Scene) -> Refusal | None:
    """Latin letters apart count only if all of them are, in one way: `f u c k`, not `as soon`."""
    between = [seen for seen, both in latin if both]
    if not any(between):
        return None
    inside_a_word = all(not (set(seen) & _SPACES_AND_STOPS) for seen in between)
    if not inside_a_word and (not all(between) or len({seen[0] for seen in between}) > 1):
        return Refusal("gap", "字母只是碰巧相邻，不是逐个隔开")
    if len(between) == 1 and not between[0].strip():
        text = scene.reading.text
        around = text[max(found.first - 1, 0) : found.first] + text[found.last : found.last + 1]
        if any(char.isascii() and char.isalpha() for char in around):
            return Refusal("gap", "是英文句子里相邻的两个词")
    return None


def _gapped(found: Candidate, scene: Scene) -> list[str]:
    if found.is_whole:
        return []
    places = found.places
    return [
        seen
        for number, (left, right) in enumerate(pairwise(places))
        if number not in found.pattern.own_gaps and (seen := visible(scene.text[left + 1 : right]))
    ]


def _deliberate(gaps: list[str], found: Candidate) -> bool:
    """
    Whether the same mark stands between all of three or more characters. 红、黄、蓝 may be a list of things; no
    list of four happens to spell a word that is forbidden.
    """
    if len(gaps) != len(found.places) - 1 or len(set(gaps)) != 1:
        return False
    return len(gaps) >= (3 if "、" in gaps[0] else 2)


def _segment(found: Candidate, entry: Entry, scene: Scene) -> Refusal | None:
    if entry.mode is Mode.CLAUSE:
        return _whole_clause(found, scene)
    if entry.mode is Mode.SUBSTRING or not scene.options.segmentation:
        return None
    gaps = _gapped(found, scene)
    if gaps:
        if _deliberate(gaps, found):
            return None
        if any(char in CLAUSE_MARKS for seen in gaps for char in seen) and not _at_clause_edge(found, scene):
            return Refusal("gap", "跨了两个分句")
    strict = entry.mode is Mode.WORD or found.pattern.how in ("split", "homophone", "pinyin") or bool(gaps)
    for place, at_start in ((found.start, True), (found.end, False)):
        edge = place if at_start else place - 1
        if scene.text[edge].isascii():
            continue
        # The word that this boundary would cut.
        tokens = scene.tokens(edge)
        at = bisect_left(tokens.starts, place) - 1
        if at < 0 or tokens.ends[at] <= place:
            continue
        token = tokens.spans[at]
        inside = not gaps and token[0] <= found.start and found.end <= token[1]
        if inside and not strict and len(found.places) > 1 and _is_a_part(found, token, scene):
            continue
        if (inside and not strict) or not _cut_is_natural(found, token, at_start, scene, strict=inside):
            return Refusal("segment", f"是“{scene.text[token[0] : token[1]]}”的一部分，不是这个词")
    return None


def _is_a_part(found: Candidate, token: tuple[int, int], scene: Scene) -> bool:
    before = len(scene.read(token[0], found.start))
    size = found.last - found.first
    return segment.fits_in(scene.read(*token), before, before + size)


def _cut_is_natural(
    found: Candidate, token: tuple[int, int], at_start: bool, scene: Scene, *, strict: bool
) -> bool:
    """Whether reading the word here is likelier than the cut that the segmenter chose."""
    if strict:
        return False
    first = min(token[0], found.start)
    last = max(token[1], found.end)
    tokens = scene.tokens_between(token[0], first, last)
    first, last = min(first, tokens[0][0]), max(last, tokens[-1][1])
    word = scene.read(found.start, found.end)
    left, right = scene.read(first, found.start), scene.read(found.end, last)
    if not at_start and _gapped(found, scene):
        left = ""
    return segment.better_with(word, left, right, [scene.read(*span) for span in tokens])


def _at_clause_edge(found: Candidate, scene: Scene) -> bool:
    text = scene.text
    before = text[max(found.start - 20, 0) : found.start].rstrip()
    after = text[found.end : found.end + 20].lstrip()
    return not before or not after or before[-1] in CLAUSE_MARKS or after[0] in CLAUSE_MARKS


def _whole_clause(found: Candidate, scene: Scene) -> Refusal | None:
    text = scene.text
    # A clause of more than twenty characters is never the word alone.
    before = text[max(scene.clause(found.start)[0], found.start - 20) : found.start]
    after = text[found.end : min(scene.clause(found.end - 1)[1], found.end + 20)].rstrip(PARTICLES)
    if visible(before).strip() or visible(after).strip():
        return Refusal("clause", "不是单独成句")
    return None


def action_here(found: Candidate, entry: Entry, near: Sequence[str], scene: Scene) -> Action:
    """The entry's action, or the milder one if none of the words that must be near is."""
    if not near:
        return entry.action
    text = scene.reading.text
    before = text[max(found.first - NEAR, 0) : found.first]
    after = text[found.last : found.last + NEAR]
    if any(word in before or word in after for word in near):
        return entry.action
    return entry.far_action
