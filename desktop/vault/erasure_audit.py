"""What the audit log says of an erasure: one entry a subject when it begins, and one when it has been done."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.domain.audit import Actor, AuditAction, AuditDraft, AuditValue, Id
from desktop.domain.erasure import ErasureResult


def intended(result: ErasureResult, actor: Actor) -> list[AuditDraft]:
    return _drafts(AuditAction.ERASURE_INTENDED, result, actor, {"why": result.reason})


def done(result: ErasureResult, actor: Actor) -> list[AuditDraft]:
    """Also of one that lacks something: the detail says so."""
    proof = result.proof
    detail: dict[str, AuditValue] = {
        "complete": result.complete,
        "epoch": result.epoch_after,
        "rows": result.rows,
        "markers": 0 if proof is None else proof.markers,
        "found": None if proof is None else proof.found,
        "destinations_missing": len(result.unreachable),
    }
    return _drafts(AuditAction.ERASURE_DONE, result, actor, detail)


def _drafts(
    action: AuditAction, result: ErasureResult, actor: Actor, detail: Mapping[str, AuditValue]
) -> list[AuditDraft]:
    whole = {"erasure": Id(result.id), **detail}
    return [AuditDraft(action, actor, object_id=each, detail=whole) for each in result.subjects]
