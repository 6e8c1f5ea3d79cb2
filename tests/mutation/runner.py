"""Runs the tests against each mutant, in one warm process: a mutant costs a fork and the tests that run its lines."""

from __future__ import annotations

import builtins
import gc
import importlib
import os
import pickle
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final

import hypothesis
import pytest

from tests.mutation.mutants import Mutant, counted

_SECONDS_PER_MUTANT: Final = 180
_SLOW_SECONDS: Final = 0.5
_MEMORY_BYTES: Final = 8 * 1024**3
_LIBRARIES: Final = ("cryptography", "filelock", "nh3", "pydantic", "selectolax", "tuf.api.metadata")
# They start programs of their own, which would not be mutants.
_OTHER_PROGRAMS: Final = ("test_a_kill_between", "test_two_programs_install")
_CAUGHT, _SURVIVED, _TO_BE_IMPORTED_ANEW = 1, 0, 7


@dataclass(slots=True)
class Baseline:
    """What the tests do without any change: how long each takes, and which lines it runs."""

    seconds: dict[str, float] = field(default_factory=dict)
    tests_of_line: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    failing: list[str] = field(default_factory=list)

    def tests_of(self, mutant: Mutant, first: Sequence[str], budget_seconds: float) -> list[str]:
        """The tests that run the line of a mutant, the likeliest to notice first, as far as the time goes."""
        running = set().union(*(self.tests_of_line.get((mutant.file, line), ()) for line in mutant.lines))
        return self.in_order(running, first, budget_seconds)

    def in_order(self, tests: Iterable[str], first: Sequence[str], budget_seconds: float) -> list[str]:
        """Those tests: quick ones before slow ones, those of the first files before the others."""

        def place(test: str) -> tuple[bool, bool, bool, str, float]:
            file, seconds = test.partition("::")[0], self.seconds.get(test, 0.0)
            is_unit = file.startswith("tests/unit")
            return seconds > _SLOW_SECONDS, file not in first, not is_unit, file, seconds

        ordered = sorted(tests, key=place)
        spent = accumulate(self.seconds.get(test, 0.0) for test in ordered)
        return [test for test, so_far in zip(ordered, spent, strict=True) if so_far <= budget_seconds]


class _Stop:
    """Ends the process at the first failure: that is all there is to know."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            os._exit(_CAUGHT)


class _InOneProcess:
    """Collects the tests once, then runs what is needed of them in a child for each mutant."""

    def __init__(
        self,
        mutants: Sequence[Mutant],
        first: Mapping[str, Sequence[str]],
        budget_seconds: float,
        answers: int,
    ) -> None:
        self._mutants = mutants
        self._first = first
        self._budget_seconds = budget_seconds
        self._answers = answers
        self._items: dict[str, pytest.Item] = {}
        self._functions: dict[str, list[FunctionType]] = defaultdict(list)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._items = {item.nodeid: item for item in session.items if _is_usable(item)}
        for known in gc.get_objects():
            if isinstance(known, FunctionType):
                self._functions[known.__code__.co_filename].append(known)
        gc.freeze()
        baseline = _in_child(self._run_baseline)
        self._say(baseline)
        for mutant in self._mutants:
            began = time.monotonic()
            self._say((mutant.key, mutant.line, self._run(mutant, baseline), time.monotonic() - began))
        return True

    def _say(self, value: object) -> None:
        with os.fdopen(os.dup(self._answers), "wb") as pipe:
            pickle.dump(value, pipe)

    def _run_baseline(self) -> Baseline:
        baseline = Baseline()
        listener = _Failures()
        lines: set[tuple[str, int]] = set()
        builtins.__dict__["__hit__"] = lambda file, line: lines.add((file, line))
        for file in {mutant.file for mutant in self._mutants}:
            file_name = str(Path(file).resolve())
            self._patch(file_name, counted(file, Path(file).read_text(encoding="utf-8"), file_name))
        items = [*self._items.values()]
        items[0].config.pluginmanager.register(listener)
        for item, following in zip(items, [*items[1:], None], strict=True):
            lines.clear()
            began = time.monotonic()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            baseline.seconds[item.nodeid] = time.monotonic() - began
            if listener.has_failed:
                listener.has_failed = False
                baseline.failing.append(item.nodeid)
                continue
            for place in lines:
                baseline.tests_of_line[place].add(item.nodeid)
        return baseline

    def _run(self, mutant: Mutant, baseline: Baseline) -> int:
        wanted = baseline.tests_of(mutant, self._first[mutant.file], self._budget_seconds)
        items = [self._items[test] for test in wanted]
        return _wait(os.fork() or self._run_in_child(mutant, items))

    def _run_in_child(self, mutant: Mutant, items: Sequence[pytest.Item]) -> int:
        _limit()
        file_name = str(Path(mutant.file).resolve())
        if not self._patch(file_name, mutant.code(file_name)):
            os._exit(_TO_BE_IMPORTED_ANEW)
        if items:
            items[0].config.pluginmanager.register(_Stop())
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        os._exit(_SURVIVED)

    def _patch(self, file_name: str, module: CodeType) -> bool:
        """Put changed code into the functions that are there. Not all of it can be changed in that way."""
        new = {_place(code): code for code in _codes(module)}
        is_changed = False
        for function in self._functions[file_name]:
            code = new.get(_place(function.__code__))
            if code is None or code == function.__code__:
                continue
            if code.co_freevars != function.__code__.co_freevars:
                return False
            function.__code__ = code
            is_changed = True
        return is_changed


class _Failures:
    def __init__(self) -> None:
        self.has_failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.has_failed = self.has_failed or report.failed


class _Sorted:
    """Keeps of a run of its own the tests that are wanted, in their order."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._wanted = wanted

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        by_id = {item.nodeid: item for item in items}
        items[:] = [by_id[test] for test in self._wanted if test in by_id]


def run(
    mutants: Sequence[Mutant],
    first: Mapping[str, Sequence[str]],
    tests: Sequence[str],
    budget_seconds: float,
) -> Iterator[tuple[Mutant, bool, float] | Baseline]:
    """Run the tests against each mutant; yields the baseline, then whether each mutant was caught, and the seconds.

    Args:
        mutants: Of files below the working folder, which are changed for a moment: run it in a copy.
        first: By file, the tests that concern it most.
        tests: Files of tests.
        budget_seconds: How long the tests of one mutant may take, as they take without any change.
    """
    for library in _LIBRARIES:
        importlib.import_module(library)
    hypothesis.settings.register_profile("mutation", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("mutation")
    reading, writing = os.pipe()
    if not os.fork():
        os.close(reading)
        _be_quiet()
        inside = [mutant for mutant in mutants if mutant.is_in_function]
        pytest.main([*_OPTIONS, *tests], plugins=[_InOneProcess(inside, first, budget_seconds, writing)])
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answers:
        baseline: Baseline = pickle.load(answers)  # noqa: S301  # our own child speaks
        yield baseline
        sys.dont_write_bytecode = True
        known = {(mutant.key, mutant.line): mutant for mutant in mutants}
        later = [mutant for mutant in mutants if not mutant.is_in_function]
        for _ in range(len(mutants) - len(later)):
            key, line, verdict, seconds = pickle.load(answers)  # noqa: S301
            if verdict == _TO_BE_IMPORTED_ANEW:
                later.append(known[key, line])
            else:
                yield known[key, line], verdict != _SURVIVED, seconds
    os.wait()
    for mutant in later:
        began = time.monotonic()
        near = first[mutant.file]
        good = baseline.seconds.keys() - set(baseline.failing)
        wanted = baseline.in_order(good, near, budget_seconds)
        yield mutant, _is_caught_anew(mutant, wanted, near), time.monotonic() - began


_OPTIONS: Final = (
    *("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--basetemp=.tests"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # of what is imported before
)


def _is_caught_anew(mutant: Mutant, wanted: Sequence[str], first: Sequence[str]) -> bool:
    """Run the tests in a process that imports the changed file."""
    file = Path(mutant.file)
    original, times = file.read_bytes(), file.stat()
    file.write_text(mutant.source(), encoding="utf-8")
    others = {test.partition("::")[0] for test in wanted} - set(first)
    try:
        for group in (sorted(first), sorted(others)):
            if group and _wait(os.fork() or _run_anew(group, wanted)) != _SURVIVED:
                return True
    finally:
        file.write_bytes(original)
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    return False


def _run_anew(files: Sequence[str], wanted: Sequence[str]) -> int:
    _limit()
    _be_quiet()
    code = pytest.main([*_OPTIONS, *files], plugins=[_Stop(), _Sorted(wanted)])
    os._exit(_SURVIVED if code in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED} else _CAUGHT)


def _in_child(work: Any) -> Any:
    reading, writing = os.pipe()
    if not os.fork():
        with os.fdopen(writing, "wb") as answer:
            pickle.dump(work(), answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        value = pickle.load(answer)  # noqa: S301  # our own child speaks
    os.wait()
    return value


def _wait(child: int) -> int:
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _limit() -> None:
    """A mutant may run for ever, or take all memory: it then ends, and counts as caught."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(_SECONDS_PER_MUTANT)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))


def _be_quiet() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _is_usable(item: pytest.Item) -> bool:
    return not item.name.startswith(_OTHER_PROGRAMS)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno
