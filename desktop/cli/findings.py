"""Findings as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from desktop.domain.findings import Finding, State


def print_findings(findings: Sequence[Finding], *, as_json: bool) -> int:
    """Print them; 1 if something is wrong, 0 otherwise."""
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            print(f"{finding.state.value:5}  {finding.name:{width}}  {finding.text}")
    return int(any(finding.state is State.WRONG for finding in findings))
