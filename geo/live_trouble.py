"""What can go wrong between a question to a map server and its answer, and what may help."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

__all__ = ["AGAIN", "FILE", "TOO_MUCH", "Trouble", "attempt", "inspect", "look_at", "remark_of"]

#: What the user can do where no server helps, and where one gave up half way.
FILE = "Or import a downloaded file: recyclenet import FILE.osm.pbf --out BUNDLE"
AGAIN = "Run the same command again: it goes on from the answers already kept"
#: What Overpass says in the remark of an answer that it could not finish.
TOO_MUCH = re.compile(r"timed out|out of memory|too much|maxsize", re.IGNORECASE)
_CHECK = "Check the address (--overpass, --nominatim)"
_TRIES = 5
_UNREACHABLE_TRIES, _UNREACHABLE_PAUSE_S = 3, 2.0
_BUSY = {429, 500, 502, 503, 504}
_TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.IGNORECASE | re.DOTALL)


class Trouble(Exception):  # noqa: N818 - an attempt's fate, handled by whoever tries
    """An attempt that failed, in what way, and whether waiting may help.

    Parameters
    ----------
    what
        Of the server, for a sentence.
    tries
        How often to try in all.
    pause_s
        As the server asks, None if it does not.
    first_pause_s
        Before the second attempt where the server does not ask for anything; doubled each time.
    remedy
        What the user can do.
    reached
        Whether any server answered at all.
    """

    def __init__(
        self,
        what: str,
        *,
        tries: int = 1,
        pause_s: float | None = None,
        first_pause_s: float = 5.0,
        remedy: str = "",
        reached: bool = True,
    ) -> None:
        super().__init__(what)
        self.what, self.tries, self.remedy, self.reached = what, tries, remedy, reached
        self.pause_s, self.first_pause_s = pause_s, first_pause_s


def attempt(send: Callable[[], Any]) -> Any:
    """Send once; whatever goes wrong on the way comes out as one kind of trouble."""
    import requests

    try:
        return send()
    except (requests.exceptions.ReadTimeout, requests.exceptions.ChunkedEncodingError) as error:
        what = "timeout" if isinstance(error, requests.exceptions.ReadTimeout) else "cut"
        raise _interrupted(what) from error
    except requests.exceptions.SSLError as error:
        raise Trouble(
            "the encrypted connection cannot be trusted",
            remedy="Check this machine's clock and certificates, or the address",
        ) from error
    except (requests.exceptions.ConnectionError, UnicodeError) as error:
        if "aborted" in str(error) or "IncompleteRead" in str(error):
            raise _interrupted("cut") from error
        raise Trouble(
            "cannot be reached",
            tries=_UNREACHABLE_TRIES,
            pause_s=_UNREACHABLE_PAUSE_S,
            remedy="Check the internet connection and the address (--overpass, --nominatim)."
            f" {FILE}",
            reached=False,
        ) from error
    except (requests.exceptions.RequestException, ValueError, RecursionError) as error:
        # ValueError: OSMnx says that way that the JSON is broken or not of the kind expected.
        raise Trouble(
            "answers with broken or truncated JSON", tries=_TRIES, remedy=AGAIN
        ) from error


def _interrupted(how: str) -> Trouble:
    what = "does not answer in time" if how == "timeout" else "cut the connection half way"
    return Trouble(what, tries=_TRIES, remedy=f"{AGAIN}, or takes another server (--overpass)")


def inspect(response: Any, *_args: Any, **_kwargs: Any) -> Any:
    """Look at a response before OSMnx does: raise `Trouble` where it is no answer."""
    status = int(response.status_code)
    if status in _BUSY:
        busy = "has had too many requests from here" if status == 429 else "is too busy or failing"
        raise Trouble(
            f"{busy} (HTTP {status})",
            tries=_TRIES,
            pause_s=_retry_after_s(response.headers.get("Retry-After", "")),
            first_pause_s=15.0 if status == 429 else 5.0,
            remedy=f"{AGAIN} after a while, or take another server (--overpass, --nominatim)",
        )
    if 300 <= status < 400:
        if response.request.method == "GET":
            return response
        raise Trouble(
            f"sends on to {response.headers.get('Location', '')!r:.200}",
            remedy="Give that address with --overpass",
        )
    if status == 404:
        raise Trouble(
            "knows no such page (HTTP 404)",
            remedy="Check the address: an Overpass API ends in /api, a Nominatim in its host",
        )
    if status != 200:
        raise Trouble(
            f"refuses (HTTP {status}: {_words(response)})",
            remedy="Check the address and your rights there, or take another server",
        )
    body = response.content.lstrip()
    if not body:
        raise Trouble("sends an empty answer", tries=_TRIES, remedy=AGAIN)
    places = response.request.method == "GET"
    if body.startswith(b"<"):
        raise Trouble(
            f"sends a web page instead of data ({_words(response)})",
            tries=2,
            remedy="Check the address, and whether this network wants a log-in first",
        )
    if not body.startswith(b"[" if places else b"{"):
        wanted = "a list of places" if places else "map elements"
        raise Trouble(
            f"answers with something else than {wanted} ({_words(response)})", remedy=_CHECK
        )
    return response


def _words(response: Any) -> str:
    """The beginning of what a page says, without its markup."""
    text = response.content[:20_000].decode("utf-8", "replace")
    return " ".join(_TAGS.sub(" ", text).split())[:200] or "no words"


def _retry_after_s(text: str) -> float | None:
    """``Retry-After``: seconds or a date (RFC 9110, section 10.2.3); None if it says nothing."""
    text = text.strip()
    if re.fullmatch(r"\d{1,9}", text):
        return float(text)
    try:
        wait = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return None
    return max(wait, 0.0)


def remark_of(content: Any) -> str:
    """What Overpass remarks at the end of an answer, empty if nothing."""
    remark = content.get("remark", "") if isinstance(content, dict) else ""
    return remark if isinstance(remark, str) else ""


def look_at(content: Any, kind: str) -> None:
    """Check the frame of an answer; what stands in it is checked where it is used."""
    if kind == "place":
        if not isinstance(content, list) or not all(isinstance(p, dict) for p in content):
            raise Trouble("answers with something else than a list of places", remedy=_CHECK)
        return
    if not isinstance(content, dict) or not isinstance(content.get("elements"), list):
        raise Trouble("answers with something else than map elements", remedy=_CHECK)
    remark = remark_of(content)
    if "error" in remark.lower() and not TOO_MUCH.search(remark):
        raise Trouble(f"could not answer ({' '.join(remark.split())[:200]})", tries=2, remedy=AGAIN)
