"""Work for executors to do: functions that worker processes can import."""

import os
import signal
import time
from pathlib import Path

from tanyuan.languages import Message
from tanyuan.problems import Place, refuse


def name(piece):
    return Message("piece {number}", number=piece)


def squared(number):
    return number * number


def where(_number):
    time.sleep(0.05)
    return os.getpid()


def seven_fails(number):
    if number == 7:
        raise ValueError("it is seven")
    return number


def seven_is_refused(number):
    if number == 7:
        raise refuse("seven", Message("It is {n}.", n=number), Message("Take six."), Place("a.txt"))
    return number


class UntoldError(Exception):
    """Cannot be unpickled."""

    def __init__(self, first, second):
        super().__init__(first)


def seven_cannot_travel(number):
    if number == 7:
        raise UntoldError(1, 2)
    return number


def answer_cannot_travel(_number):
    return lambda: None


def seven_kills(number):
    if number == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def killed_once(mark):
    """Kill the worker that comes first."""
    file = Path(mark)
    if file.exists():
        file.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    return file.name


def squared_then_waits(number):
    if number:
        time.sleep(600)
    return number
