"""Consentry: face recognition for security desks that recognises only the people who agreed to it."""

import os

# onnxruntime reads this once, when it is first imported; no room may import it before this line has run.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# OpenCV reads this once too: no picture file of more than 100 megapixels is ever unpacked (a gigapixel takes 3 GB).
os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = "100000000"

__version__ = "0.1.0"
