"""Errors that say what to do next. People read `message` (Chinese), programs read `code`."""

from typing import Any


class AppError(Exception):
    """
    An answer other than success, turned into `{code, message, details}` once, in `app.web`.

    :param code: stable, snake_case, for programs.
    :param message: one plain Chinese sentence for the person: what happened and what to do.
    """

    status = 400
    code = "bad_request"

    def __init__(self, message: str, *, code: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.details = details


class Invalid(AppError):
    """The input cannot be used. `details["fields"]` maps a field to its sentence where there is one."""

    status = 422
    code = "invalid"


class Unauthorized(AppError):
    status = 401
    code = "not_signed_in"

    def __init__(self, message: str = "登录已过期，请重新进入。", **details: Any) -> None:
        super().__init__(message, **details)


class Forbidden(AppError):
    status = 403
    code = "forbidden"

    def __init__(self, message: str = "你没有做这件事的权限，请联系管理员。", **details: Any) -> None:
        super().__init__(message, **details)


class NotFound(AppError):
    """Missing and hidden look the same, so that nobody learns what they may not see."""

    status = 404
    code = "not_found"

    def __init__(self, message: str = "没有找到，可能已被删除或不在你的范围内。", **details: Any) -> None:
        super().__init__(message, **details)


class Conflict(AppError):
    """Somebody else was first, or the thing is in a state that does not allow this."""

    status = 409
    code = "conflict"


class Blocked(AppError):
    """The word filter stopped a text. `details["check"]` holds the verdict."""

    status = 422
    code = "blocked_by_words"


class TooMany(AppError):
    status = 429
    code = "too_many"


class Unavailable(AppError):
    """Something this needs does not answer; trying again later can help."""

    status = 503
    code = "unavailable"
