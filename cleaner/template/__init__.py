"""template: what recurs in the documents of a site, learnt from a batch.

A page is a frame around a document. In a batch the frame shows: its lines recur, in the same order, on page after page, and the
document's do not. The way is: a :class:`Digest` of every document (``digest``), a :class:`Template` of every site (``learn``,
``store`` for many sites in bounded memory), and marks on the lines of a page between the two passes of ``strip`` (``apply``).
``pack`` writes a template down as rules.
"""

from cleaner.template.digest import Digest, digest, may_tell
from cleaner.template.learn import Template, learn, of_digests, united

__all__ = ["Digest", "Template", "digest", "learn", "may_tell", "of_digests", "united"]
