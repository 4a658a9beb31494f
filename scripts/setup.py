"""Make .venv from the hashed locks: `python3 scripts/setup.py [--dev]`.

Runs under any Python 3.8+ so that a too old one gets a sentence and not a traceback; needs only the standard library.
Prints nothing when there is nothing to do.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOG = VENV / "setup.log"
OLDEST = (3, 11)
#: The width of a progress line up to its answer, as in the demo.
WIDTH = 45


def main() -> int:
    """Bring .venv in line with the locks; 0 when it is, 1 with one plain sentence on stderr when it cannot be."""
    dev = "--dev" in sys.argv[1:]
    problem = _problem_with_this_python()
    if problem:
        print(problem, file=sys.stderr)
        return 1
    to_run = [ROOT / "requirements.lock"]
    to_develop = [*to_run, ROOT / "requirements-dev.lock"]
    stamps = {VENV / ".installed": _key(to_run)}
    if dev:
        stamps[VENV / ".installed-dev"] = _key(to_develop)
    whole = _venv_works()
    if whole and all(stamp.is_file() and stamp.read_text() == key for stamp, key in stamps.items()):
        return 0
    print("Updating what was set up" if whole else "Setting up (first time, about a minute)", flush=True)
    try:
        _install(to_develop if dev else to_run, fresh=not whole)
    except subprocess.CalledProcessError:
        return _explain_failure()
    for stamp, key in stamps.items():
        stamp.write_text(key)
    return 0


def _problem_with_this_python() -> str:
    here = ".".join(str(part) for part in sys.version_info[:2])
    if sys.version_info[:2] < OLDEST:
        return (
            f"studio_sync needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this one is {here} ({sys.executable}).\n"
            "If a newer one is installed, name it:  make demo PYTHON=python3.12"
        )
    try:
        import ensurepip  # noqa: F401  - Debian and Ubuntu ship it apart
        import venv  # noqa: F401
    except ImportError:
        return (
            "This Python cannot make a virtual environment: its venv module is missing.\n"
            f"On Debian or Ubuntu:  sudo apt install python{here}-venv    then run the same command again."
        )
    return ""


def _key(locks: list[Path]) -> str:
    """What the installed packages depend on: the locks, our own metadata, the Python, the place of the folder."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ours = repr((project["build-system"], project["project"], project["tool"]["hatch"]))
    parts = [lock.read_bytes() for lock in locks] + [ours.encode(), sys.version.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _venv_works() -> bool:
    """Whether .venv runs, has pip, is of this Python, and still lies where it was made."""
    if not PYTHON.exists():
        return False
    code = "import pip, sys; print(sys.version_info[:2], sys.prefix)"
    answer = subprocess.run([str(PYTHON), "-c", code], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == f"{sys.version_info[:2]} {VENV}"


def _install(locks: list[Path], *, fresh: bool) -> None:
    count = len({line.split("==")[0] for lock in locks for line in lock.read_text().splitlines() if "==" in line})
    _say(f"Python {sys.version_info[0]}.{sys.version_info[1]}, {count} packages checked by hash ")
    if fresh:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True, stdout=subprocess.DEVNULL)
    LOG.write_bytes(b"")
    wanted = [part for lock in locks for part in ("-r", str(lock))]
    # Wheels only: to build a source package pip would fetch build tools that no hash covers.
    _pip("install", "--only-binary", ":all:", "--require-hashes", *wanted)
    # hatchling came with the lock, so our own packages need nothing from the index.
    _pip("install", "--no-deps", "--no-build-isolation", "--no-index", "--force-reinstall", "-e", str(ROOT))
    print("ok", flush=True)


def _pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments]
    with LOG.open("ab") as log:
        subprocess.run(command, check=True, stdout=log, stderr=subprocess.STDOUT, cwd=str(ROOT))


def _say(what: str) -> None:
    print("  " + what.ljust(WIDTH, "."), end=" ", flush=True)


def _explain_failure() -> int:
    print("failed", flush=True)
    if LOG.is_file():
        lines = LOG.read_text(errors="replace").splitlines()
        print("\n".join(["The last lines of pip:", *("  " + line for line in lines[-8:])]), file=sys.stderr)
        print(f"All of it is in {LOG.relative_to(ROOT)}.", file=sys.stderr)
    print("Is the package index reachable? When it is, run the same command again.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
