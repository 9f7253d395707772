"""Digests of content: 16 bytes of BLAKE2b."""

from __future__ import annotations

_SIZE = 16


def digest(*parts: bytes | memoryview) -> bytes:
    """Return the digest of the concatenated ``parts``."""
    from hashlib import blake2b  # not at the top: hashlib loads OpenSSL, which `show` never needs

    state = blake2b(digest_size=_SIZE)
    for part in parts:
        state.update(part)
    return state.digest()


def digest_text(text: str) -> bytes:
    """Return the digest of ``text``, in which undecodable bytes are lone surrogates (``surrogateescape``)."""
    return digest(text.encode("utf-8", "surrogateescape"))


def digest_repr(*values: object) -> bytes:
    """Return the digest of the ``repr`` of ``values``. Equal values need equal representations."""
    return digest_text(repr(values))
