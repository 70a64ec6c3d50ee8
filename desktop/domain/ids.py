"""Random identifiers. They carry no meaning and may stand in logs."""

import uuid
from typing import NewType

PersonId = NewType("PersonId", str)
CameraId = NewType("CameraId", str)
TemplateId = NewType("TemplateId", str)
ConsentId = NewType("ConsentId", str)
SightingId = NewType("SightingId", str)
OperatorId = NewType("OperatorId", str)
SessionId = NewType("SessionId", str)  # of an operator
ApprovalId = NewType("ApprovalId", str)
NoticeId = NewType("NoticeId", str)  # of one version of what people are told
RestrictionId = NewType("RestrictionId", str)
HoldId = NewType("HoldId", str)  # of a legal hold
RequestId = NewType("RequestId", str)  # of a person about their data
ReceiptId = NewType("ReceiptId", str)
PassId = NewType("PassId", str)
ExportId = NewType("ExportId", str)  # of a package that was given out
ArchiveId = NewType("ArchiveId", str)  # of a consent record that was taken back
TrackId = NewType("TrackId", int)  # unique within one run of one camera, never stored beyond a sighting


def random_id() -> str:
    """A fresh UUID version 4 as text."""
    return str(uuid.uuid4())
