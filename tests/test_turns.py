import os
import signal
import threading

import pytest

from avatar_studio.turns import Turns


def test_turns_are_had_in_the_order_in_which_they_were_asked_for():
    turns, order = Turns(1), []

    def take(name):
        with turns:
            order.append(name)

    def begin(name):
        thread = threading.Thread(target=take, args=(name,))
        before = len(turns.waiting)
        thread.start()
        while len(turns.waiting) == before:  # until it waits
            thread.join(0.01)
        return thread

    with turns:
        others = [begin(name) for name in ("first", "second", "third")]
    with turns:  # as soon as it can: behind those that wait
        order.append("again")
    for thread in others:
        thread.join(60)
    assert order == ["first", "second", "third", "again"] and turns.free == 1


def test_as_many_as_are_free_have_a_turn_at_once():
    turns = Turns(2)
    with turns, turns:
        assert turns.free == 0
    assert turns.free == 2


@pytest.mark.skipif(os.name != "posix", reason="Windows has no signals to threads")
def test_who_no_longer_waits_holds_nobody_up():
    turns, held, over = Turns(1), threading.Event(), threading.Event()

    def hold():
        with turns:
            held.set()
            while not turns.waiting:
                over.wait(0.01)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            over.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(60)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    try:
        with pytest.raises(KeyboardInterrupt):
            with turns:
                pass
    finally:
        signal.signal(signal.SIGINT, before)
    assert not turns.waiting
    over.set()
    holder.join(60)
    assert turns.free == 1
