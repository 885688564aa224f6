"""Publishes a site that was built: it takes its place, and its addresses go into the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from generator.core import urls
from generator.core.errors import GeneratorError
from generator.linking import ledger
from generator.linking.history import HISTORY
from generator.output import writer
from generator.output.staging import Staging
from generator.sites import Site

_NAMED = 3  # addresses that a message names


def publish(site: Site, staging: Staging, content: Path, locked: bool, record: Callable[[], object]) -> None:
    """Put a site in its place, and what it publishes into the ledger in the folder of its `content`.

    `record` is called then, before another process may begin. Raises GeneratorError where the site lacks an address
    of the ledger, has one that a `locked` ledger lacks, or cannot be put in its place; nothing has changed then.
    """
    before, addresses = site.ledger, _addresses(site, staging)
    ledger.inspect(before, addresses)
    items = [ledger.Entry(address, id_) for id_, address in site.ids.items()]
    text = ledger.as_text([*before.entries, *map(ledger.Entry, addresses), *items])
    known = set(ledger.as_text(before.entries).splitlines())
    new = [line.partition("\t")[0] for line in text.splitlines() if line not in known]
    if new and locked:
        raise GeneratorError(_lacking(before.shown_as, new))
    with writer.revising(content, {ledger.PATH: text} if new else {}) as note:

        def record_all() -> None:
            note()  # there is to be no site without its addresses
            record()

        staging.commit(record_all)


def _lacking(file: str, addresses: Sequence[str]) -> str:
    """Return what to do where a ledger lacks addresses: what was published on its set day may be among them."""
    named = ", ".join([*addresses[:_NAMED], *([f"and {len(addresses) - _NAMED} more"] if addresses[_NAMED:] else [])])
    commands = f"  briefing build\n  git add {file}\n  git commit --message 'New addresses'"
    return f"{file} does not have every address that this build would publish: {named}. Run and push:\n\n{commands}"


def _addresses(site: Site, staging: Staging) -> set[str]:
    """Return the addresses that others may rely on from now on."""
    own = {path for path in staging.settle() if path.partition("/")[0] not in staging.carried}
    # A clone without the past of the content has no pages of changes.
    passing = {urls.output_path(page.path, site.settings) for page in site.pages if page.kind == HISTORY}
    return set(ledger.addresses(own - passing - {"404.html"}, site.settings))
