"""Run the server under a sampling profiler: one sample every two milliseconds of CPU time.

Usage: python -m bench.servers.sampled FILE, with the server's settings in the environment. SIGUSR1 turns
sampling on and off. When the server ends it writes the samples to FILE: {"samples", "self": {function:
count}, "within": {function: count}}, where `within` counts a function once for every sample in which it was
anywhere on the stack.

Sampling by signal costs almost nothing and works with greenlets; a tracing profiler does not.
"""

import json
import runpy
import signal
import sys
from collections import Counter
from pathlib import Path
from types import CodeType, FrameType

EVERY_S = 0.002
ROOT = Path(__file__).resolve().parent.parent.parent

_selves: Counter[CodeType] = Counter()
_withins: Counter[CodeType] = Counter()


def look(_signal: int, frame: FrameType | None) -> None:
    """Count the current stack."""
    if frame is None:
        return
    _selves[frame.f_code] += 1
    seen = set()
    below: FrameType | None = frame
    while below is not None:
        seen.add(below.f_code)
        below = below.f_back
    _withins.update(seen)


def toggle(_signal: int, _frame: FrameType | None) -> None:
    """Start or stop sampling."""
    every_s = 0.0 if signal.getitimer(signal.ITIMER_PROF)[1] else EVERY_S
    signal.setitimer(signal.ITIMER_PROF, every_s, every_s)


def name_of(code: CodeType) -> str:
    """The name of a function, as file:function."""
    path = Path(code.co_filename)
    try:
        short = str(path.relative_to(ROOT))
    except ValueError:
        short = path.name
    if ".venv" in short:
        short = short.split("site-packages/")[-1]
    return f"{short}:{code.co_qualname}"


def named(counts: Counter[CodeType]) -> dict[str, int]:
    """Counts by name, the largest first."""
    found: Counter[str] = Counter()
    for code, count in counts.items():
        found[name_of(code)] += count
    return dict(found.most_common())


def main() -> None:
    out = Path(sys.argv[1])
    signal.signal(signal.SIGPROF, look)
    signal.signal(signal.SIGUSR1, toggle)
    try:
        runpy.run_path(str(ROOT / "server.py"), run_name="__main__")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        counts = {"samples": sum(_selves.values()), "self": named(_selves), "within": named(_withins)}
        out.write_text(json.dumps(counts))


if __name__ == "__main__":
    main()
