"""``cleaner learn``: from documents of one site to rules for what recurs on its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cleaner.cli import screen
from cleaner.cli.config import common, load
from cleaner.cli.options import checked, plan_options
from cleaner.corpus.inputs import STDIN, Input, find
from cleaner.corpus.outputs import write
from cleaner.errors import CleanerError, UsageError
from cleaner.library import Cleaner
from cleaner.readers import Page
from cleaner.template import digest
from cleaner.template.limits import limits
from cleaner.template.pack import Evidence, write_pack
from cleaner.template.store import Store


def learn(paths: list[str], out: str, given: Mapping[str, Any]) -> int:
    """Learn from ``paths`` and write the pack ``out``; the exit code."""
    if STDIN in paths:
        raise UsageError("learn reads its documents twice, and stdin can be read once")
    options = plan_options(load(common(paths)), given) | {"profile": "auto", "provenance": "none"}
    cleaner = Cleaner(**options)
    checked(cleaner.plan)
    found = find(paths)
    failures = list(found.failures)
    hosts: set[str | None] = set()
    with Store() as store, screen.Bar(2 * len(found.inputs), room=True) as bar:
        for number, (text, page) in enumerate(_texts(cleaner, found.inputs, failures, bar)):
            hosts.add(page.host)
            store.add(number, digest(text, cleaner.plan, "learn"))
        store.settle()
        evidence = Evidence()
        for number, (text, _) in enumerate(_texts(cleaner, found.inputs, [], bar)):
            template = store.template(number)
            if template is not None:
                evidence.add(text, cleaner.plan, template)
    for path, reason in failures:
        screen.error(reason, path)
    code = 2 if failures else 0
    if evidence.documents < limits().documents:
        screen.error(
            f"nothing to learn: {limits().documents} documents of a site are wanted that share lines and not their body"
        )
        return 2
    site = cleaner.plan.site or (hosts.pop() if len(hosts) == 1 else None)
    source = write_pack(evidence, site)
    if source is None:
        screen.note(
            f"{evidence.documents} documents: nothing recurs around known chrome that the rules do not know; nothing is written"
        )
        return code
    try:
        write(out, source.encode())
    except OSError as error:
        raise UsageError(f"{out}: cannot be written: {(error.strerror or type(error).__name__).lower()}") from None
    screen.note(f"{evidence.documents} documents; rules for {source.count(f' of {evidence.documents}')} lines in {out}")
    return code


def _texts(cleaner: Cleaner, inputs: list[Input], failures: list[tuple[str, str]], bar: Any) -> Iterator[tuple[str, Page]]:
    """The documents that can be read, as ``strip`` is given them."""
    for item in inputs:
        bar.advance()
        try:
            page = cleaner.page(Path(item.path), item.name)
        except CleanerError as error:
            failures.append((item.path, str(error)))
        else:
            yield cleaner.before("strip", page), page
