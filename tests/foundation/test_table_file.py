"""Tables in one file, and work done in order."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

from lamplighter.foundation.in_order import in_order
from lamplighter.foundation.table_file import TableFile


def _table(number: int) -> pa.Table:
    words = pa.array([f"word {number}", None, "the same"] * number).dictionary_encode()
    return pa.table({"word": words, "number": pa.array(range(3 * number))})


def test_tables_come_back_as_they_were_each_with_its_own_dictionary(tmp_path: Path) -> None:
    file = TableFile(tmp_path / "tables.arrow")
    for number in range(20):
        file.append(_table(number))
    file.finish()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(file.table, range(20)))
    assert all(table.equals(_table(number)) for number, table in enumerate(found))
    file.remove()
    assert not file.path.exists()


def test_a_file_that_was_cut_short_is_an_error(tmp_path: Path) -> None:
    file = TableFile(tmp_path / "tables.arrow")
    file.append(_table(3))
    file.finish()
    with file.path.open("r+b") as raw:
        raw.truncate(100)
    with pytest.raises(OSError, match="cut short"):
        file.table(0)


def test_results_come_in_order_and_few_are_held_at_once() -> None:
    made, taken, most, lock = 0, 0, 0, threading.Lock()

    def work(number: int) -> int:
        nonlocal made, most
        time.sleep(0.001 * (number % 3))
        with lock:
            made += 1
            most = max(most, made - taken)
        return number * number

    found = []
    for value in in_order(work, range(60), 2):
        with lock:
            taken += 1
        found.append(value)
        time.sleep(0.001)
    assert found == [number * number for number in range(60)]
    assert most <= 4


def test_an_error_of_the_work_is_the_caller_s() -> None:
    with pytest.raises(ZeroDivisionError):
        list(in_order(lambda number: 1 // (number - 3), range(10), 2))
