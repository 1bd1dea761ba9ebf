"""Asking map servers through OSMnx: politely, again where it helps, and never twice for the same.

OSMnx sends the requests (addresses, headers, one Nominatim request a second, time limits). Its own
way with trouble (wait 55 seconds, for ever) is replaced: each response is looked at before OSMnx
does, and what is wrong with it decides between waiting, asking for less, and one clear sentence.
"""

from __future__ import annotations

import math
import os
import socket
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from geo.errors import LiveError
from geo.live_cache import Answer, AnswerCache, default_cache, moment, now
from geo.live_trouble import AGAIN, FILE, TOO_MUCH, Trouble, attempt, inspect, look_at, remark_of
from geo.progress import Progress, silent

__all__ = ["NOMINATIM", "OVERPASS", "Servers", "TooMuch", "ask_map", "ask_place"]

OVERPASS = "https://overpass-api.de/api"
NOMINATIM = "https://nominatim.openstreetmap.org"

_LONGEST_PAUSE_S = 300.0
_BETWEEN_S = 1.0
_GRACE_S = 30.0
_next_map_request = 0.0
_CONNECT_S = 15.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Servers:
    """Whom to ask, and how.

    Parameters
    ----------
    overpass, nominatim
        Addresses; a trailing ``/interpreter`` or ``/search`` does no harm.
    cache
        Where answers are kept.
    max_age_days
        Younger answers are used again instead of asking; 0 asks for everything anew.
    offline
        Ask nobody: use what is kept, of whatever age.
    timeout_s
        That a server may work on one question.

    Raises
    ------
    LiveError
        An address that is none, or a number out of range.
    """

    overpass: str = field(default_factory=lambda: os.environ.get("RECYCLENET_OVERPASS") or OVERPASS)
    nominatim: str = field(
        default_factory=lambda: os.environ.get("RECYCLENET_NOMINATIM") or NOMINATIM
    )
    cache: Path = field(default_factory=default_cache)
    max_age_days: float = 7.0
    offline: bool = False
    timeout_s: int = 180

    def __post_init__(self) -> None:
        for option, name, tail in (
            ("--overpass", "overpass", "/interpreter"),
            ("--nominatim", "nominatim", "/search"),
        ):
            told = getattr(self, name).strip()
            try:
                parts = urlsplit(told)
                good = parts.scheme in {"http", "https"} and bool(parts.hostname)
                parts.port  # noqa: B018 - raises where it is no number
            except ValueError:
                good = False
            if not good or any(c.isspace() or c in "?#" for c in told):
                raise LiveError(
                    f"{told!r:.200} is no address of a server",
                    where=option,
                    remedy=f"Give one like {OVERPASS if name == 'overpass' else NOMINATIM}",
                )
            object.__setattr__(self, name, told.rstrip("/").removesuffix(tail).rstrip("/"))
        for option, value, low, high in (
            ("--max-age", self.max_age_days, 0.0, 36_500.0),
            ("--timeout", self.timeout_s, 1, 3600),
        ):
            if not low <= value <= high:
                raise LiveError(
                    f"{value:g} is not allowed", where=option, remedy=f"Give {low:g} to {high:g}"
                )


class TooMuch(Exception):  # noqa: N818 - no error: the question is put in parts
    """The server began but could not finish: the question must be made smaller.

    ``args[0]`` is what the server said.
    """


def ask_place(
    servers: Servers, path: str, asked: Mapping[str, str], progress: Progress = silent
) -> Answer:
    """Ask Nominatim.

    Parameters
    ----------
    servers
        Whom and how.
    path
        ``"search"`` or ``"lookup"``.
    asked
        Parameters of the question, in the order in which they are to be sent.
    progress
        Told while waiting.

    Returns
    -------
    The answer; its content is a list of places.

    Raises
    ------
    LiveError
        No answer, or none that can be used.
    """
    query = f"{path}?{urlencode(asked)}"

    def send() -> Any:
        from osmnx import _nominatim

        return _nominatim._nominatim_request(OrderedDict(asked), request_type=path)

    return _ask(servers, "place", servers.nominatim, query, send, progress)


def ask_map(servers: Servers, query: str, progress: Progress = silent) -> Answer:
    """Ask Overpass.

    Parameters
    ----------
    servers
        Whom and how.
    query
        Overpass QL with JSON output.
    progress
        Told while waiting.

    Returns
    -------
    The answer; its content is a dict with the list ``"elements"``.

    Raises
    ------
    TooMuch
        The server ran out of time or memory.
    LiveError
        No answer, or none that can be used.
    """

    def send() -> Any:
        from osmnx import _overpass

        return _overpass._overpass_request(OrderedDict(data=query))

    answer = _ask(servers, "map", servers.overpass, query, send, progress)
    remark = remark_of(answer.content)
    if TOO_MUCH.search(remark):
        raise TooMuch(remark)
    return answer


def _ask(
    servers: Servers, kind: str, server: str, query: str, send: Any, progress: Progress
) -> Answer:
    server = _named(server)
    cache = AnswerCache(servers.cache)
    kept = cache.find(kind, server, query)
    if servers.offline:
        kept = kept or cache.find_any(kind, query)
        if kept is None:
            raise LiveError(
                "no answer to this question is kept, and --offline asks nobody",
                where=str(servers.cache),
                remedy=f"Run it once with internet access and without --offline. {FILE}",
            )
        return kept
    if kept is not None and _age_days(kept) <= servers.max_age_days:
        return kept
    try:
        content = _sent(servers, kind, send, progress)
    except Trouble as trouble:
        old = (kept or cache.find_any(kind, query)) if not trouble.reached else None
        if old is None:
            raise LiveError(trouble.what, where=server, remedy=trouble.remedy) from trouble
        return Answer(
            kind=kind,
            server=old.server,
            query=old.query,
            time=old.time,
            content=old.content,
            late=True,
        )
    answer = Answer(kind=kind, server=server, query=query, time=now(), content=content)
    cache.keep(answer)
    return answer


def _named(server: str) -> str:
    """A server's address without a password in it, fit for files."""
    parts = urlsplit(server)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _age_days(answer: Answer) -> float:
    # An answer from the future (a clock set back since) is as good as new.
    age_s = (datetime.now(UTC) - moment(answer.time)).total_seconds()
    return max(0.0, age_s) / 86_400.0 or math.ulp(0.0)


def _sent(servers: Servers, kind: str, send: Any, progress: Progress) -> Any:
    """Send until an answer comes that is one, or trying again is of no use."""
    global _next_map_request  # OSMnx keeps the same second between Nominatim requests
    tried = 0
    while True:
        tried += 1
        if kind == "map":
            _pause(max(0.0, _next_map_request - time.monotonic()))
        try:
            with _osmnx_set(servers):
                content = attempt(send)
            look_at(content, kind)
            return content
        except Trouble as trouble:
            if tried >= trouble.tries:
                raise
            pause_s = trouble.pause_s
            if pause_s is None:
                pause_s = min(trouble.first_pause_s * 2.0 ** (tried - 1), _LONGEST_PAUSE_S)
            if pause_s > _LONGEST_PAUSE_S:
                minutes = math.ceil(pause_s / 60.0)
                raise Trouble(
                    f"{trouble.what}: it asks to come back in {minutes} minutes",
                    remedy=f"{AGAIN}. Or take another server",
                ) from trouble
            progress("wait for the map server", 0.0)
            _pause(pause_s)

        finally:
            _next_map_request = time.monotonic() + _BETWEEN_S


def _pause(seconds: float) -> None:
    time.sleep(seconds)


@contextmanager
def _osmnx_set(servers: Servers) -> Iterator[None]:
    """OSMnx set up for one request, and put back as it was."""
    from importlib.metadata import PackageNotFoundError, version

    from osmnx import settings

    try:
        own = version("recyclenet")
    except PackageNotFoundError:  # run from a checkout that was not installed
        own = "0"
    wanted = {
        "overpass_url": servers.overpass,
        "nominatim_url": servers.nominatim,
        "overpass_rate_limit": False,  # a 429 tells the same without a request of its own
        "use_cache": False,  # ours keeps date and server, and no half files
        "doh_url_template": None,  # no third party learns what is asked for
        "requests_timeout": (_CONNECT_S, servers.timeout_s + _GRACE_S),
        "requests_kwargs": {"hooks": {"response": inspect}},
        "http_user_agent": f"RecycleNet/{own} (recycling-network planner; OSMnx)",
        "http_referer": "RecycleNet recycling-network planner",
        "http_accept_language": "zh-CN,zh;q=0.9,en;q=0.8",
    }
    before = {name: getattr(settings, name) for name in wanted}
    resolve = socket.getaddrinfo  # OSMnx binds the server's name to one address
    for name, value in wanted.items():
        setattr(settings, name, value)
    try:
        yield
    finally:
        socket.getaddrinfo = resolve
        for name, value in before.items():
            setattr(settings, name, value)
