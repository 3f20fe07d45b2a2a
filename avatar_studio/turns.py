"""Whose turn it is to draw."""
from __future__ import annotations

import threading
from collections import deque


class Turns:
    """A semaphore that is had in the order in which it was asked for. free: how many have it at once.

    threading's lets whoever gives it back have it again at once: a slider then waits for all of somebody's thumbnails.
    """

    def __init__(self, free: int):
        self.free = free
        self.waiting: deque[threading.Lock] = deque()
        self.inner = threading.Lock()

    def __enter__(self) -> None:
        with self.inner:
            if self.free:
                self.free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self.waiting.append(turn)
        try:
            turn.acquire()  # until it is handed over
        except BaseException:  # Ctrl-C: what nobody waits for any more would never be given back
            with self.inner:
                had = turn not in self.waiting
                if not had:
                    self.waiting.remove(turn)
            if had:
                self.__exit__()
            raise

    def __exit__(self, *_) -> None:
        with self.inner:
            if self.waiting:
                self.waiting.popleft().release()
            else:
                self.free += 1
