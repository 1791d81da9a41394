"""Finding the words that WeCom refuses: it says that there is one in a rule, not which."""

from collections.abc import Callable, Sequence

from app.wecom.errors import Refused

BAD_WORD = 41083


def put_all_but_bad(
    put: Callable[[list[str]], None], safe: Sequence[str], doubtful: Sequence[str], refused: Callable[[str], None]
) -> list[str]:
    """
    Write as many words as WeCom takes: about 2 · log₂ calls for each bad word, and none without the safe words.

    :param put: writes the whole rule with just these words.
    :param safe: words that WeCom has taken before.
    :param refused: told of each bad word as soon as it is known.
    :returns: the words that are written now; if empty, nothing is.
    """
    kept = list(safe)
    waiting = [list(doubtful)] if doubtful else []
    is_written = False
    while waiting:
        part = waiting.pop()
        try:
            put([*kept, *part])
        except Refused as error:
            if error.errcode != BAD_WORD:
                raise
            if len(part) == 1:
                refused(part[0])
            else:
                middle = len(part) // 2
                waiting += [part[middle:], part[:middle]]
        else:
            kept += part
            is_written = True
    if kept and not is_written:
        put(kept)
    return kept
