"""HTML to page text: one block a line, in document order, nothing visible left out, and what the page says of itself.

A page is parsed as browsers parse it (Lexbor, through selectolax, by the HTML Standard's tree construction).
"""

from __future__ import annotations

from cleaner.readers import Page, head_of
from cleaner.readers.html.guard import guarded
from cleaner.readers.html.meta import sites, stated
from cleaner.readers.html.walk import walk
from cleaner.stages.change import Flag
from cleaner.stages.decode import Decoded

SHOWN = "html/hidden-body"
READER = "html/1"
NO_BODY = "strip/no-body"


def read(decoded: Decoded) -> Page:
    """The page of an HTML source. Any text is one: what is no markup is its text."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(guarded(decoded.text))
    root = tree.root
    if root is None:
        return Page("", "text/html", READER, decoded, flags=[Flag(NO_BODY, "the page shows no text")])
    facts = stated(tree)
    said = {f.key: f.value for f in facts if f.group == "document" and f.key in ("title", "window")}
    titles = [title for title in (*said.values(), head_of(said)) if title]
    found = walk(root, titles)
    found.layout.site = sites(facts)
    if not found.text.strip():
        return Page(found.text, "text/html", READER, decoded, found.layout, facts, [Flag(NO_BODY, "the page shows no text")])
    flags = [Flag(SHOWN, "the page shows this part only after a script ran", *span) for span in found.shown]
    return Page(found.text, "text/html", READER, decoded, found.layout, facts, flags)
