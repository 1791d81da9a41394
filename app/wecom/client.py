"""
The client: wechatpy's work client with its own road to WeCom.

Its faults that this mends (2.0.0a26, checked by running it): no time-out on gettoken and a fixed address for it,
an endless circle on a dead token, no lock between processes, a token cache that mixes up apps, any size of answer.
"""

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NoReturn

from wechatpy.work import WeChatClient

from app import db
from app.config import Settings, settings
from app.valkey import valkey
from app.wecom.answers import Answer
from app.wecom.cleared import Cleared, refuse_uncleared, require_cleared
from app.wecom.errcodes import DEAD_TOKEN
from app.wecom.errors import TryLater, raise_for
from app.wecom.limits import HeldBack, Limiter
from app.wecom.tokens import Fetched, TokenCache
from app.wecom.transport import ORDINARY, SENDING, WAITING_PERSON, Timeouts, exchange

logger = logging.getLogger(__name__)

SENDING_APIS = frozenset(
    {
        "externalcontact/send_welcome_msg",
        "externalcontact/add_msg_template",
        "externalcontact/group_welcome_template/add",
        "externalcontact/group_welcome_template/edit",
        "externalcontact/add_moment_task",
        "message/send",
        "message/update_template_card",
        "webhook/send",
        "appchat/send",
        "kf/send_msg",
        "kf/send_msg_on_event",
    }
)
"""Calls that put a text before a person. They go through `send`, with what the word filter cleared."""


@dataclass(frozen=True, slots=True)
class _Request:
    api: str
    query: Mapping[str, Any] = field(default_factory=dict)
    payload: bytes | None = None
    files: Mapping[str, Any] | None = None
    create: bool = False
    timeouts: Timeouts = ORDINARY
    members: Sequence[str] = ()
    scope: str = ""
    needs_token: bool = True


class WeCom(WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """
    One app of one corp. Safe to share between threads and to carry over a fork.

    :param patience: how long a call may wait for its turn at the limiter before it gives up with TryLater.
    :param person_waits: short time-outs, and reads go on without the limiter while Redis is down.
    """

    def __init__(
        self,
        *,
        corp_id: str,
        agent_id: int,
        secret: str,
        base_url: str,
        tokens: TokenCache,
        limiter: Limiter,
        patience: timedelta = timedelta(seconds=1),
        person_waits: bool = False,
    ) -> None:
        super().__init__(corp_id, secret, timeout=ORDINARY.read_seconds, auto_retry=False)
        self.agent_id = agent_id
        self.base_url = base_url.rstrip("/")
        self.tokens = tokens
        self.limiter = limiter
        self.patience = patience
        self.person_waits = person_waits
        self._for_a_person: WeCom | None = self if person_waits else None

    def for_a_person(self) -> "WeCom":
        """The same app for a read that somebody waits for in front of a screen."""
        if self._for_a_person is None:
            self._for_a_person = WeCom(
                corp_id=self.corp_id,
                agent_id=self.agent_id,
                secret=self.secret,
                base_url=self.base_url,
                tokens=self.tokens,
                limiter=self.limiter,
                patience=self.patience,
                person_waits=True,
            )
        return self._for_a_person

    def call(
        self,
        api: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        files: Mapping[str, Any] | None = None,
        create: bool = False,
        timeouts: Timeouts | None = None,
        cleared: Sequence[Cleared] = (),
    ) -> Answer:
        """
        One call that puts no text before a person.

        :param api: the path after `/cgi-bin/`.
        :param body: given, even empty: a POST.
        :param create: doing it twice makes two; then −1 is NoAnswer and it needs the limiter.
        :param cleared: every text inside `body` and every file's name, for WeCom keeps them: a remark, a tag.
        :raises TryLater, Refused, NoAnswer: see `app.wecom.errors`.
        :raises TypeError: if one of those texts did not come from the word filter.
        """
        if api in SENDING_APIS:
            raise TypeError(f"{api} puts a text before a person: use send() with what was cleared")
        refuse_uncleared(api, body, files, cleared)
        return self._called(
            _Request(
                api,
                query=query or {},
                payload=None if body is None else _json(body),
                files=files,
                create=create,
                timeouts=timeouts or (WAITING_PERSON if self.person_waits else ORDINARY),
            )
        )

    def send(
        self,
        api: str,
        body: Mapping[str, Any],
        *,
        cleared: Sequence[Cleared],
        members: Sequence[str] = (),
        robot_key: str = "",
        scope: str = "",
    ) -> Answer:
        """
        One call that puts a text before a person. Never repeated by itself once it may have arrived.

        :param cleared: every text inside `body`.
        :raises TypeError: if one of those texts did not come from the word filter.
        """
        if not cleared:
            raise TypeError("a send names what was cleared")
        for each in cleared:
            require_cleared(each)
        refuse_uncleared(api, body, None, cleared)
        query = {"key": robot_key} if robot_key else {}
        return self._called(
            _Request(
                api,
                query=query,
                payload=_json(body),
                create=True,
                timeouts=SENDING,
                members=members,
                scope=scope,
                needs_token=not robot_key,
            )
        )

    def _called(self, request: "_Request") -> Answer:
        if db.in_transaction():
            raise RuntimeError(f"{request.api} was called inside a database transaction; call WeCom outside it")
        if not request.needs_token:
            return self._checked(request, self._in_turn(request, ""))
        token = self.access_token
        raw = self._in_turn(request, token)
        if raw.get("errcode", 0) in DEAD_TOKEN:
            # An explicit "dead token" means that nothing was done, so even a create may be repeated: once.
            token = self.tokens.replace("access_token", token, self._fetch_token)
            raw = self._in_turn(request, token)
        return self._checked(request, raw)

    def _in_turn(self, request: "_Request", token: str) -> dict[str, Any]:
        """The exchange, after waiting for its turn if that is short."""
        params = {**request.query, "access_token": token} if token else request.query
        deadline = time.monotonic() + self.patience.total_seconds()
        while True:
            try:
                with self.limiter.running(
                    request.api,
                    scope=request.scope,
                    members=request.members,
                    person_waits=self.person_waits and not request.create,
                    lasts=request.timeouts.longest,
                ):
                    return exchange(
                        self.base_url,
                        request.api,
                        params=params,
                        body=request.payload,
                        files=request.files,
                        timeouts=request.timeouts,
                    )
            except HeldBack as held:
                wait = held.retry_after.total_seconds()
                if time.monotonic() + wait > deadline:
                    raise
                time.sleep(wait)

    def _checked(self, request: "_Request", raw: dict[str, Any]) -> Answer:
        code: int = raw.get("errcode", 0)
        if code:
            self._fail(request, code, str(raw.get("errmsg", "")))
        return Answer(raw, request.api)

    def _fail(self, request: "_Request", code: int, errmsg: str) -> NoReturn:
        logger.info("%s answered %s %s", request.api, code, errmsg[:300])
        wait = self.limiter.learn(request.api, code, scope=request.scope)
        try:
            raise_for(code, errmsg, api=request.api, create=request.create)
        except TryLater as later:
            later.retry_after = wait or later.retry_after
            raise

    @property
    def access_token(self) -> str:
        return self.tokens.get("access_token", self._fetch_token)

    def jsapi_ticket(self) -> str:
        """The corp's ticket for `config`, https://developer.work.weixin.qq.com/document/path/90506."""
        return self.tokens.get("jsapi_ticket", lambda: self._fetch_ticket("get_jsapi_ticket", {}))

    def agent_ticket(self) -> str:
        """This app's ticket for `agentConfig`, https://developer.work.weixin.qq.com/document/path/90506."""
        return self.tokens.get("agent_ticket", lambda: self._fetch_ticket("ticket/get", {"type": "agent_config"}))

    def _fetch_token(self) -> Fetched:
        """https://developer.work.weixin.qq.com/document/path/91039"""
        if db.in_transaction():
            raise RuntimeError("gettoken was called inside a database transaction; call WeCom outside it")
        request = _Request("gettoken", query={"corpid": self.corp_id, "corpsecret": self.secret})
        raw = exchange(self.base_url, request.api, params=request.query, timeouts=WAITING_PERSON)
        answer = self._checked(request, raw)
        return Fetched(answer.required_text("access_token"), _life(answer))

    def _fetch_ticket(self, api: str, query: Mapping[str, Any]) -> Fetched:
        answer = self.call(api, query=query)
        return Fetched(answer.required_text("ticket"), _life(answer))

    def fetch_access_token(self) -> dict[str, Any]:
        """wechatpy's own name for it, kept so that nothing of it can go around the cache."""
        return {"access_token": self.access_token}

    def _request(self, method: str, url_or_endpoint: str, **kwargs: Any) -> Any:
        """wechatpy's own API classes travel the same road; what sends is stopped by `call`."""
        if url_or_endpoint.startswith(("http://", "https://")):
            raise TypeError("this client speaks to its own base URL only")
        body = kwargs.get("data")
        if method == "post" and body is None:
            body = {}
        answer = self.call(url_or_endpoint, query=kwargs.get("params"), body=body, files=kwargs.get("files"))
        process = kwargs.get("result_processor")
        return process(answer.raw) if process else answer.raw


def _json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _life(answer: Answer) -> timedelta:
    return timedelta(seconds=max(1, answer.number("expires_in") or 7200))


_built: tuple[Settings, WeCom] | None = None


def wecom() -> WeCom:
    """This process's client, made from `settings()`."""
    global _built
    current = settings()
    if _built is None or _built[0] != current:
        _built = (current, built_from(current))
    return _built[1]


def built_from(given: Settings) -> WeCom:
    return WeCom(
        corp_id=given.wecom_corp_id,
        agent_id=int(given.wecom_agent_id),
        secret=given.wecom_agent_secret,
        base_url=given.wecom_api_base_url,
        tokens=TokenCache(
            valkey,
            corp_id=given.wecom_corp_id,
            agent_id=given.wecom_agent_id,
            secret=given.wecom_agent_secret,
            secret_key=given.secret_key,
        ),
        limiter=Limiter(valkey, corp_id=given.wecom_corp_id),
    )
