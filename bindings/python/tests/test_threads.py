"""Other threads of Python run meanwhile, and several may use one converter."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import embed2jwt
from conftest import FIXED, MAP, SECRET


def test_the_lock_is_free_while_urls_are_converted(urls: list[str]) -> None:
    many = urls * 40
    converter = embed2jwt.Converter(map=MAP, secret=SECRET, threads=1, **FIXED)
    done, ticks = threading.Event(), [0]

    def tick() -> None:
        while not done.is_set():
            ticks[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    converter.convert(many)
    done.set()
    thread.join()
    # With the lock held it would tick but once or twice.
    assert ticks[0] > 20


def test_several_threads_share_a_converter_and_a_memory(urls: list[str]) -> None:
    converter = embed2jwt.Converter(map=MAP, secret=SECRET, threads=2, **FIXED)
    expected = [one.json for one in converter.convert(urls)]
    with ThreadPoolExecutor(8) as pool:
        for results in pool.map(lambda all_of_them: converter.convert(list(all_of_them)), [urls] * 16):
            assert [one.json for one in results] == expected
        memory = embed2jwt.Memory(exact=True)
        singles = list(pool.map(lambda url: converter.convert(url, memory=memory), urls[:200]))
    assert sorted(one["line"] for one in singles) == list(range(1, 201))
