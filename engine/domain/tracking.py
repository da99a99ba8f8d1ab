"""Codes by which somebody without an account comes back to what they sent.

A code has 100 random bits: whoever tries a billion a second needs longer than the universe is old.
It is written in groups of four, without letters that are taken for digits, so that it can be read
out on the telephone.
"""

import hashlib

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters without I, L, O and U (Crockford's Base32)."""
LENGTH = 20
BITS = 5 * LENGTH
"""Promised are at least 80."""
_GROUP = 4
_LIKE = str.maketrans("OIL", "011", "- \t\r\n.")
_LONGEST = 100


def code_of(secret: bytes) -> str:
    """Return the code that random bytes stand for.

    Args:
        secret: At least 13 bytes that nobody can guess.

    Raises:
        ValueError: They are fewer.

    >>> code_of(bytes(13))
    '00000000000000000000'
    """
    if len(secret) * 8 < BITS:
        raise ValueError(f"a code needs {BITS} random bits")
    number = int.from_bytes(secret)
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in range(LENGTH))


def shown(code: str) -> str:
    """Return a code as people read it.

    >>> shown("0123456789ABCDEFGHJK")
    '0123-4567-89AB-CDEF-GHJK'
    """
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def read(typed: str) -> str:
    """Return the code that somebody typed, or an empty text for what is none.

    >>> read(" oi23-4567 89ab-cdef ghjk "), read("reference C-1")
    ('0123456789ABCDEFGHJK', '')
    """
    plain = typed[:_LONGEST].upper().translate(_LIKE)
    is_code = len(plain) == LENGTH and all(sign in ALPHABET for sign in plain)
    return plain if is_code else ""


def mark_of(code: str) -> str:
    """Return what is stored of a code: it is random, so that a fast hash is enough."""
    return hashlib.sha256(f"tracking code\0{code}".encode()).hexdigest()


EVENTS = {
    "code.given": "A tracking code was given out",
    "word.received": "The complainant wrote to us",
    "survey.answered": "The complainant answered the survey",
}
"""In words, what happens to a case from the public pages."""
