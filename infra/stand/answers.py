"""What the stand's server answers with: a status, headers and bytes, and the problem documents of its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

FILE_HEADERS: Final[Mapping[str, str]] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
"""Of the website's files. Their Content-Security-Policy stands in each page, since a bucket sends no such header."""
PAGE_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    **FILE_HEADERS,
}
"""Of the stand's own page."""
TYPES: Final[Mapping[str, str]] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
    ".py": "text/plain; charset=utf-8",
    ".pem": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".woff2": "font/woff2",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".gz": "application/gzip",
}
_TITLES: Final[Mapping[str, str]] = {
    "not_found": "没有找到",
    "method_not_allowed": "这个地址不接受这种请求",
    "bad_request": "请求的格式不对",
    "too_large": "内容过大，超过 10 MB",
    "length_required": "请求需要写明长度（Content-Length）",
    "invalid_fields": "有内容需要更正",
    "foreign_page": "其他网站的页面不能操作演示环境",
    "job_failed": "任务没有完成，原因见终端",
    "busy": "时钟正在移动，请稍后再试",
    "unexpected": "演示环境出了问题，原因见终端",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)


def said(body: Any, status: int = 200) -> Answer:
    """A JSON answer that nobody keeps."""
    content = json.dumps(body, ensure_ascii=False, default=str).encode()
    return Answer(
        status,
        content,
        {
            "Content-Type": "application/json; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def problem(status: int, code: str, *, errors: Mapping[str, str] | None = None) -> Answer:
    """A problem document (RFC 9457); `errors`: field → what is wrong with it."""
    title = _TITLES[code]
    fields = [{"field": name, "message": message} for name, message in (errors or {}).items()]
    detail = "；".join(f"{name}：{message}" for name, message in (errors or {}).items()) or title
    document = {"type": f"urn:huiyin:problem:{code}", "title": title, "status": status, "detail": detail}
    answer = said({**document, **({"errors": fields} if fields else {})}, status)
    return Answer(status, answer.body, {**answer.headers, "Content-Type": "application/problem+json"})
