"""Settings from the environment: read once, checked, frozen. The table in docs/settings.md is made from here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

OFFICIAL_API = "https://qyapi.weixin.qq.com"


class BadSettings(SystemExit):
    """The process must not start like this. Its text lists every problem at once."""

    def __init__(self, problems: list[str]) -> None:
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"GuideDesk 没有启动，配置有 {len(problems)} 个问题：\n{lines}")


def _setting(variable: str, meaning: str, *, default: str = "", secret: bool = False) -> str:
    return field(default=default, metadata={"variable": variable, "meaning": meaning, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """Everything the processes may be told. All are texts here; the properties below give them meaning."""

    environment: str = _setting(
        "GUIDEDESK_ENV",
        "`production`, `development` or `test`; the first refuses unsafe settings",
        default="production",
    )
    database_url: str = _setting("DATABASE_URL", "PostgreSQL ≥ 15, `postgresql://user:password@host/db`")
    redis_url: str = _setting("REDIS_URL", "Redis ≥ 7 or Valkey, `redis://…` or `unix://…`")
    secret_key: str = _setting(
        "SECRET_KEY", "≥ 32 random characters; signs sessions and encrypts phones", secret=True
    )
    wecom_corp_id: str = _setting("WECOM_CORP_ID", "企业 ID, from 我的企业")
    wecom_agent_id: str = _setting("WECOM_AGENT_ID", "AgentId of the self-built app")
    wecom_agent_secret: str = _setting("WECOM_AGENT_SECRET", "Secret of the self-built app", secret=True)
    wecom_callback_token: str = _setting(
        "WECOM_CALLBACK_TOKEN", "Token of 接收消息, ≤ 32 letters and digits", secret=True
    )
    wecom_encoding_aes_key: str = _setting(
        "WECOM_ENCODING_AES_KEY", "EncodingAESKey of 接收消息, 43 letters and digits", secret=True
    )
    wecom_api_base_url: str = _setting(
        "WECOM_API_BASE_URL",
        "where WeCom's API answers; sign-in pages are at the same place if it is not Tencent's",
        default=OFFICIAL_API,
    )
    public_url: str = _setting(
        "PUBLIC_URL",
        "how browsers reach this installation, `https://desk.example.com`",
        default="http://127.0.0.1:8000",
    )
    trusted_origins: str = _setting(
        "TRUSTED_ORIGINS", "further origins that may show the pages, separated by commas"
    )
    data_dir: str = _setting("DATA_DIR", "the spool for callbacks and other local files", default="./var")
    audit_anchor_file: str = _setting(
        "AUDIT_ANCHOR_FILE",
        "the file outside the database that keeps the audit chain's head; a relative path is in DATA_DIR",
        default="audit-anchors.jsonl",
    )
    log_level: str = _setting("LOG_LEVEL", "`DEBUG`, `INFO`, `WARNING`", default="INFO")
    trusted_proxies: str = _setting(
        "TRUSTED_PROXIES", "how many reverse proxies stand in front and set X-Forwarded-For", default="0"
    )

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def data_path(self) -> Path:
        return Path(self.data_dir).resolve()

    @property
    def audit_anchor_path(self) -> Path:
        return (self.data_path / self.audit_anchor_file).resolve()

    @property
    def origins(self) -> frozenset[str]:
        """Origins (`scheme://host[:port]`) under which our pages may be shown and JS-SDK URLs may be signed."""
        listed = [self.public_url, *self.trusted_origins.split(",")]
        return frozenset(origin_of(url.strip()) for url in listed if url.strip())

    @property
    def authorize_url(self) -> str:
        """WeCom's OAuth page, https://developer.work.weixin.qq.com/document/path/91022."""
        base = "https://open.weixin.qq.com" if self._is_official else self.wecom_api_base_url.rstrip("/")
        return f"{base}/connect/oauth2/authorize"

    @property
    def web_login_url(self) -> str:
        """WeCom's sign-in page for browsers, https://developer.work.weixin.qq.com/document/path/98171."""
        base = "https://login.work.weixin.qq.com" if self._is_official else self.wecom_api_base_url.rstrip("/")
        return f"{base}/wwlogin/sso/login"

    @property
    def _is_official(self) -> bool:
        return self.wecom_api_base_url.rstrip("/") == OFFICIAL_API


def origin_of(url: str) -> str:
    """`scheme://host[:port]` of a URL, lower case."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """
    :raises BadSettings: with every problem that makes it unwise to start.
    """
    given = {
        each.name: environ[each.metadata["variable"]]
        for each in fields(Settings)
        if environ.get(each.metadata["variable"])
    }
    settings = Settings(**given)
    problems = problems_with(settings)
    if problems:
        raise BadSettings(problems)
    return settings


def problems_with(settings: Settings) -> list[str]:
    """Plain Chinese sentences, one a problem; empty when the process may start."""
    problems = [
        f"缺少 {each.metadata['variable']}：{each.metadata['meaning']}"
        for each in fields(Settings)
        if not getattr(settings, each.name) and each.name not in {"trusted_origins"}
    ]
    if settings.environment not in {"production", "development", "test"}:
        problems.append("GUIDEDESK_ENV 只能是 production、development 或 test")
    if settings.database_url and not settings.database_url.startswith(("postgres://", "postgresql")):
        problems.append("DATABASE_URL 必须是 postgresql:// 开头；本产品只用 PostgreSQL")
    if settings.wecom_encoding_aes_key and len(settings.wecom_encoding_aes_key) != 43:
        problems.append("WECOM_ENCODING_AES_KEY 必须正好 43 位，请从企业微信后台「接收消息」页面复制")
    if len(settings.wecom_callback_token) > 32:
        problems.append("WECOM_CALLBACK_TOKEN 最多 32 位")
    if settings.wecom_agent_id and not settings.wecom_agent_id.isdigit():
        problems.append("WECOM_AGENT_ID 必须是数字")
    if not settings.trusted_proxies.isdigit():
        problems.append("TRUSTED_PROXIES 必须是数字")
    if settings.secret_key and len(settings.secret_key) < 32:
        problems.append("SECRET_KEY 太短：至少 32 个随机字符，可用 `openssl rand -hex 32` 生成")
    if settings.is_production:
        problems += _unsafe_in_production(settings)
    return problems


def _unsafe_in_production(settings: Settings) -> list[str]:
    problems = []
    if not settings.public_url.startswith("https://"):
        problems.append("PUBLIC_URL 在生产环境必须是 https://（企业微信要求可信域名，会话 Cookie 也需要）")
    if not settings.wecom_api_base_url.startswith("https://"):
        problems.append("WECOM_API_BASE_URL 在生产环境必须是 https://，否则密钥会明文传输")
    if any(not origin.startswith("https://") for origin in settings.origins):
        problems.append("TRUSTED_ORIGINS 在生产环境只能是 https:// 地址")
    if len(set(settings.secret_key)) < 8:
        problems.append("SECRET_KEY 不够随机，请用 `openssl rand -hex 32` 重新生成")
    if settings.log_level.upper() == "DEBUG":
        problems.append("LOG_LEVEL 在生产环境不要用 DEBUG")
    return problems


_current: Settings | None = None


def configure(settings: Settings) -> None:
    """Make `settings` this process's settings."""
    global _current
    _current = settings


def settings() -> Settings:
    if _current is None:
        raise RuntimeError("config.configure() has not been called")
    return _current
