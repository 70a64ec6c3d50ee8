"""Wiring: builds the objects and hands them to each other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from desktop import paths
from desktop.services.logs import set_up_fault_hooks, set_up_logging

# The window lets other threads in often: at the usual 5 ms a busy worker costs half of the painted frames.
SWITCH_INTERVAL = 0.0005  # s
_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
