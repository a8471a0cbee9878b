"""Codes that learners type, secrets that nobody can guess, and nicknames that are only text."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata

from explorer.messages import N_, ExplorerError, message

ALPHABET = "ACDEFGHJKMNPQRTUWXY34679"
"""Letters and digits that are not taken for one another: no O and 0, I, L and 1, S and 5, Z and 2, B and 8, V."""
CODE_LENGTH = 8
"""24 characters to the power of 8 are 1.1e11 codes."""
SECRET_BYTES = 24
LONGEST_NICKNAME = 20


def new_code() -> str:
    """A code of `CODE_LENGTH` characters, each drawn evenly."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def shown_code(code: str) -> str:
    """The code as it is read out: two halves."""
    half = CODE_LENGTH // 2
    return f"{code[:half]}-{code[half:]}"


def tidy_code(text: str) -> str:
    """What was typed, as codes are kept: capitals, without spaces and hyphens; cut, as no longer one can fit."""
    return "".join(character for character in text[:100].upper() if character.isalnum())[: 2 * CODE_LENGTH]


def new_secret() -> str:
    """192 random bits as text that fits into a link."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """What the server keeps of a secret: enough to know it again, too little to use it."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def same(first: str, second: str) -> bool:
    """Whether two texts are equal, in a time that does not tell how far they are."""
    return secrets.compare_digest(first.encode("utf-8", "replace"), second.encode("utf-8", "replace"))


def tidy_nickname(text: str) -> str:
    """One line of visible characters: no control characters, no halves of characters, single spaces.

    Raises:
        ExplorerError: if nothing is left, or more than `LONGEST_NICKNAME` characters.
    """
    # Compatible forms become one; the invisible categories all begin with C, the separators of lines with Z.
    plain = unicodedata.normalize("NFKC", text[: 50 * LONGEST_NICKNAME])
    spaced = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in plain)
    name = " ".join(spaced.split())
    if not 1 <= len(name) <= LONGEST_NICKNAME:
        raise ExplorerError(
            message(N_("A nickname has 1 to {count} characters; this one has {length}."), **_lengths(name))
        )
    return name


def _lengths(name: str) -> dict[str, int]:
    return {"count": LONGEST_NICKNAME, "length": len(name)}
