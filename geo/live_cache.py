"""Answers of map servers kept on disk: what was asked, of whom, when, and what came back.

One packed JSON file an answer, written beside its place and renamed, so that a run cut short
leaves whole answers only and the next run goes on from them.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from geo.errors import LiveError

__all__ = ["Answer", "AnswerCache", "default_cache", "moment", "now"]

_FORMAT = 1
_LIMITS = re.compile(r"\[timeout:\d+\]\[maxsize:\d+\]")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Answer:
    """One answer of a map server.

    Parameters
    ----------
    kind
        ``"place"`` (Nominatim) or ``"map"`` (Overpass).
    server
        Address asked.
    query
        Overpass QL, or path and parameters of the Nominatim question.
    time
        When it was answered, ISO 8601 UTC.
    content
        The JSON, decoded.
    late
        The server cannot be reached now: this is what it said then.
    """

    kind: str
    server: str
    query: str
    time: str
    content: Any
    late: bool = False


def now() -> str:
    """The time, ISO 8601 UTC."""
    return datetime.now(UTC).strftime(_TIME)


def moment(time: str) -> datetime:
    """Inverse of `now`."""
    return datetime.strptime(time, _TIME).replace(tzinfo=UTC)


def default_cache() -> Path:
    """Folder of the answers: ``RECYCLENET_CACHE``, else the user's folder for such things."""
    told = os.environ.get("RECYCLENET_CACHE")
    if told:
        return Path(told)
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(base) / "recyclenet"


class AnswerCache:
    """Answers by question, in a folder that is made when the first one is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, kind: str, server: str, query: str) -> Answer | None:
        """What this server answered, None if it was never asked or the file is damaged."""
        return self._read(self._path(kind, server, query), kind, query)

    def find_any(self, kind: str, query: str) -> Answer | None:
        """The newest answer of any server."""
        try:
            paths = sorted(self.folder.glob(f"{_digest(kind, _question(query))}-*.json.gz"))
        except OSError:
            return None
        answers = [answer for path in paths if (answer := self._read(path, kind, query))]
        return max(answers, key=lambda answer: (answer.time, answer.server), default=None)

    def keep(self, answer: Answer) -> None:
        """Keep an answer.

        Raises
        ------
        LiveError
            If the folder cannot be written.
        """
        record = {
            "recyclenet-answer": _FORMAT,
            "kind": answer.kind,
            "server": answer.server,
            "query": answer.query,
            "time": answer.time,
            "content": answer.content,
        }
        path = self._path(answer.kind, answer.server, answer.query)
        data = gzip.compress(json.dumps(record).encode("ascii"), compresslevel=3, mtime=0)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_whole(path, data)
        except OSError as error:
            raise LiveError(
                f"answers cannot be kept here ({error.strerror or error})",
                where=str(self.folder),
                remedy="Choose another folder with --cache DIR, or free some space",
            ) from error

    def _path(self, kind: str, server: str, query: str) -> Path:
        return self.folder / f"{_digest(kind, _question(query))}-{_digest(server)[:8]}.json.gz"

    @staticmethod
    def _read(path: Path, kind: str, query: str) -> Answer | None:
        try:
            record = json.loads(gzip.decompress(path.read_bytes()))
            told = (record["recyclenet-answer"], record["kind"], _question(record["query"]))
            moment(record["time"])
            if told != (_FORMAT, kind, _question(query)):
                return None
            return Answer(
                kind=kind,
                server=str(record["server"]),
                query=record["query"],
                time=record["time"],
                content=record["content"],
            )
        except (OSError, ValueError, LookupError, TypeError, EOFError, zlib.error):
            return None  # not kept, or damaged: it is asked for again


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32]


def _question(query: str) -> str:
    """A question without the limits put to the server, which do not change its answer."""
    return _LIMITS.sub("", query, count=1)


def _write_whole(path: Path, data: bytes) -> None:
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
