"""Consentry: face recognition for security desks that recognises only the people who agreed to it."""

import os

# onnxruntime reads this once, when it is first imported; no room may import it before this line has run.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

__version__ = "0.1.0"
