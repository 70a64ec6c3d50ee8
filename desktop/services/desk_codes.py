"""Whose code it is: the part that receipts and passes have in common."""

from __future__ import annotations

from desktop.domain.code_verdict import CodeFinding, CodeVerdict
from desktop.domain.desk_codes import CodeKind, DeskCode, parse, signed_part
from desktop.vault.signing import verify
from desktop.vault.vault import Vault


def make_code(vault: Vault, kind: CodeKind, object_id: str) -> str:
    """The signed text of a code."""
    signature = vault.signing_key.sign(signed_part(kind, vault.id, object_id))
    return DeskCode(kind, vault.id, object_id, signature).text


def own_code(vault: Vault, text: str) -> DeskCode | CodeFinding:
    """The code, where this desk signed it; otherwise what is wrong with it. The vault is not read."""
    try:
        code = parse(text)
    except ValueError:
        return CodeFinding(CodeVerdict.UNREADABLE)
    if code.vault_id != vault.id:
        return CodeFinding(CodeVerdict.FOREIGN, code.kind)
    if not verify(vault.signing_key.public_key, code.signature, code.signed):
        return CodeFinding(CodeVerdict.FORGED, code.kind)
    return code
