"""A one-slot mailbox: the newest item wins, so a slow consumer never builds up a queue."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds at most one item. Any thread may put, any thread may take.

    Args:
        wake: called after each put in the putting thread, for a consumer that serves several mailboxes and sleeps
            on an event of its own. Must be quick and must not raise.
    """

    def __init__(self, wake: Callable[[], None] | None = None) -> None:
        self._filled = threading.Condition(threading.Lock())
        self._item: T | None = None
        self._overwritten = 0
        self._wake = wake

    def put(self, item: T) -> None:
        """Lay `item` down; one that nobody took is thrown away and counted."""
        with self._filled:
            if self._item is not None:
                self._overwritten += 1
            self._item = item
            self._filled.notify()
        if self._wake is not None:
            self._wake()

    def take(self, timeout: float = 0.0) -> T | None:
        """Remove and return the item, waiting up to `timeout` seconds for one; None if there is none."""
        until = time.monotonic() + timeout
        with self._filled:
            while self._item is None:
                left = until - time.monotonic()
                if left <= 0:
                    return None
                self._filled.wait(left)
            item, self._item = self._item, None
            return item

    def peek(self) -> T | None:
        """The item, left where it is."""
        with self._filled:
            return self._item

    def clear(self) -> None:
        """Throw the item away without counting it."""
        with self._filled:
            self._item = None

    @property
    def overwritten(self) -> int:
        """How many items were replaced before anybody took them."""
        with self._filled:
            return self._overwritten
