"""What Chinese looks like: a character n-gram model, shared by the stages that must weigh one reading against another.

``model()`` reads the blob ``rules/models/chinese.ngrams`` at its first call; ``python -m cleaner.language.build`` makes it.
"""

from __future__ import annotations

from functools import cache

from cleaner.language.model import Model

__all__ = ["Model", "model"]


@cache
def model() -> Model:
    """The model that ships with the package. Raises OSError where the blob is missing, ValueError where it is another format."""
    from cleaner.resources import path

    return Model(path("models/chinese.ngrams").read_bytes())
