import threading

from desktop.capture.mailbox import Mailbox


def test_the_newest_item_wins_and_the_lost_one_is_counted() -> None:
    box: Mailbox[int] = Mailbox()
    box.put(1)
    box.put(2)
    assert box.overwritten == 1
    assert box.peek() == 2
    assert box.take() == 2
    assert box.take() is None
    box.put(3)
    assert box.overwritten == 1  # 2 was taken, so 3 replaced nothing


def test_clearing_is_not_counted_as_a_loss() -> None:
    box: Mailbox[int] = Mailbox()
    box.put(1)
    box.clear()
    box.put(2)
    assert (box.overwritten, box.take()) == (0, 2)


def test_take_waits_for_an_item_of_another_thread() -> None:
    box: Mailbox[str] = Mailbox()
    later = threading.Timer(0.05, box.put, ["late"])
    later.start()
    assert box.take(timeout=20.0) == "late"
    later.join()


def test_take_gives_up() -> None:
    assert Mailbox[int]().take(timeout=0.01) is None


def test_wake_is_called_once_an_item_lies_there() -> None:
    seen: list[int | None] = []
    box: Mailbox[int] = Mailbox(wake=lambda: seen.append(box.peek()))
    box.put(7)
    box.put(8)
    assert seen == [7, 8]


def test_no_item_is_lost_or_doubled_between_threads() -> None:
    box: Mailbox[int] = Mailbox()
    taken: list[int] = []
    done = threading.Event()

    def consume() -> None:
        while not done.is_set() or box.peek() is not None:
            item = box.take(timeout=0.01)
            if item is not None:
                taken.append(item)

    consumer = threading.Thread(target=consume)
    consumer.start()
    for number in range(5000):
        box.put(number)
    done.set()
    consumer.join()
    assert taken == sorted(set(taken))
    assert taken[-1] == 4999
    assert len(taken) + box.overwritten == 5000
