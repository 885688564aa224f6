"""Tells a WebSub hub which feeds have changed, so that it tells their subscribers (W3C WebSub, PubSubHubbub 0.4).

The only module that speaks to another host, and only when the command `briefing ping` asks for it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from generator.core.errors import GeneratorError

RECORD = "pinged.json"  # the digests of what the hub was last told of
_AT_ONCE = 50  # feeds in a request
_PATIENCE = 30  # seconds


def digests(feeds: Mapping[str, bytes]) -> dict[str, str]:
    """Return a digest of each document of a feed, by its address."""
    return {address: hashlib.sha256(data).hexdigest() for address, data in feeds.items()}


def parse(text: bytes | None) -> dict[str, str]:
    """Return the digests in a record; none where it is missing or broken, as telling a hub twice does no harm."""
    try:
        record = json.loads(text or b"{}")
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def as_text(record: Mapping[str, str]) -> str:
    """Return a record as text."""
    return json.dumps(record, indent=0, sort_keys=True) + "\n"


def tell(hub: str, feeds: Iterable[str]) -> Iterator[str]:
    """Tell a hub that the feeds at these addresses have changed; yield each that it has taken note of.

    Raises GeneratorError where the hub cannot be reached or refuses.
    """
    waiting = sorted(feeds)
    for at in range(0, len(waiting), _AT_ONCE):
        part = waiting[at : at + _AT_ONCE]
        _post(hub, [("hub.mode", "publish"), *(("hub.url", feed) for feed in part)])
        yield from part


def _post(hub: str, fields: list[tuple[str, str]]) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "briefing"}
    request = Request(hub, urlencode(fields).encode(), headers, method="POST")
    try:
        with urlopen(request, timeout=_PATIENCE):
            pass
    except HTTPError as error:
        with error:
            said = " ".join(error.read(300).decode("utf-8", "replace").split())
        raise GeneratorError(f"the hub {hub} refused: {error.code} {error.reason}: {said}") from error
    except (URLError, OSError) as error:
        raise GeneratorError(f"the hub {hub} cannot be reached: {getattr(error, 'reason', error)}") from error
