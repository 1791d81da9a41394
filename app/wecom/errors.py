"""What a call to WeCom can end in besides success. The type tells the caller what to do next."""

from datetime import timedelta
from typing import NoReturn

from app.errors import AppError
from app.wecom.errcodes import BUSY, MAY_LAST, Reaction, errcode

TRIES = 3
"""WeCom's own advice for −1, https://developer.work.weixin.qq.com/document/path/90313."""

ERRMSG_KEPT = 300
"""Enough of `errmsg` for the hint and the caller's address that Tencent's support asks for."""


class WeComError(AppError):
    """
    People read `message`; logs get `str(error)` with errcode and hint. Neither ever holds the URL or a token.

    :param code_of_wecom: WeCom's errcode, or None when there was no answer to read.
    """

    status = 502
    code = "wecom_error"

    def __init__(self, message: str, *, api: str, code_of_wecom: int | None = None, errmsg: str = "") -> None:
        details = {"api": api} if code_of_wecom is None else {"api": api, "errcode": code_of_wecom}
        super().__init__(message, **details)
        self.api = api
        self.errcode = code_of_wecom
        self.errmsg = errmsg[:ERRMSG_KEPT]

    def __str__(self) -> str:
        what = self.message if self.errcode is None else f"errcode {self.errcode}"
        return f"{self.api}: {what} {self.errmsg}".rstrip()


class TryLater(WeComError):
    """
    Nothing happened in WeCom; the same call may work after `retry_after` (None: the caller's own back-off).

    :param tries: how often that is worth waiting for; None for a limit, which surely ends.
    """

    status = 503
    code = "wecom_try_later"

    def __init__(
        self,
        message: str,
        *,
        api: str,
        retry_after: timedelta | None = None,
        tries: int | None = None,
        code_of_wecom: int | None = None,
        errmsg: str = "",
    ) -> None:
        super().__init__(message, api=api, code_of_wecom=code_of_wecom, errmsg=errmsg)
        self.retry_after = retry_after
        self.tries = tries


class Refused(WeComError):
    """An explicit no: nothing happened in WeCom and the same call will not work. See `reaction`."""

    status = 422
    code = "wecom_refused"

    def __init__(self, message: str, *, api: str, code_of_wecom: int, errmsg: str = "") -> None:
        super().__init__(message, api=api, code_of_wecom=code_of_wecom, errmsg=errmsg)
        self.reaction: Reaction = errcode(code_of_wecom).reaction


class NoAnswer(WeComError):
    """
    Nobody knows whether WeCom did it: time-out, reset, 5xx, an answer cut short or not JSON, and −1 on a create.

    A read may simply be repeated. A create or a send may never be: it is `unknown` until it is found by listing.
    """

    status = 504
    code = "wecom_no_answer"


def raise_for(code: int, errmsg: str, *, api: str, create: bool) -> NoReturn:
    """Turn WeCom's non-zero errcode into the exception that says what to do."""
    known = errcode(code)
    if create and code == BUSY:
        # WeCom advises to repeat −1, which is right for reads; a repeated create can be a second campaign.
        raise NoAnswer(
            "企业微信没有明确答复，请先核对结果，不要重复操作。", api=api, code_of_wecom=code, errmsg=errmsg
        )
    if known.reaction in {Reaction.RETRY, Reaction.LATER, Reaction.TOKEN}:
        tries = None if code not in MAY_LAST else TRIES
        raise TryLater(
            known.sentence, api=api, retry_after=known.wait, tries=tries, code_of_wecom=code, errmsg=errmsg
        )
    raise Refused(known.sentence, api=api, code_of_wecom=code, errmsg=errmsg)
