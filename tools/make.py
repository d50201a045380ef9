"""What the Makefile's targets do. Runs on a bare Python >= 3.11 and needs nothing installed.

`python tools/make.py TARGET` does the same as `make TARGET`, for systems without make.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PEER = ROOT / ".venv-bench"  # the benches' peer, apart from our own packages
PIP = ["-m", "pip", "install", "-q", "--disable-pip-version-check"]
LOCKS = ROOT / "requirements"
BROWSER = "chromium-headless-shell"  # without windows it starts faster; others serve as well
BROWSERS = (BROWSER, "chromium", "chromium-browser", "google-chrome")
SERVED = ("tests/browser", "tests/server")  # the tests of the server floor
SHARED_OUT = ("--dist", "loadscope", "--no-loadscope-reorder")
TESTED_LINES = ["src", "tests", "tools", "examples", "bench"]


def become(*command: str | Path) -> None:
    """Let a command take this process's place, so that Ctrl-C reaches it and nothing between."""
    line = [str(part) for part in command]
    if os.name != "posix":
        sys.exit(subprocess.run(line, cwd=ROOT, check=False).returncode)
    os.chdir(ROOT)
    os.execv(line[0], line)  # noqa: S606 - our own words, no shell


def run(*command: str | Path, **environment: str) -> None:
    """Run a command in the project's root and stop with its exit code if it fails."""
    line = [str(part) for part in command]
    done = subprocess.run(line, cwd=ROOT, env=os.environ | environment, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def step(*command: str | Path) -> None:
    """Run a part of the set-up; Ctrl-C ends it and what it has started, without their traces."""
    steps(command)


def steps(*commands: Iterable[str | Path]) -> None:
    """Run parts of the set-up side by side, to be ended likewise."""
    lines = [[str(part) for part in command] for command in commands]
    children = [subprocess.Popen(line, cwd=ROOT, start_new_session=True) for line in lines]
    try:
        codes = [child.wait() for child in children]
    except KeyboardInterrupt:
        for child in children:
            if os.name == "posix":
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGTERM)
            else:
                child.terminate()
            child.wait()
        raise
    if any(codes):
        sys.exit(max(codes, key=abs))


def fingerprint(*files: Path) -> str:
    """Hash of the files that decide what is installed, and of the interpreter."""
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def install(lock: str, python: Path = PYTHON) -> None:
    """Install a hash-locked set, into .venv unless told, with uv where present, else pip."""
    lines = LOCKS / lock
    uv = shutil.which("uv")
    if uv:
        step(uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", lines)
        return
    # The set is whole, so nothing is to be resolved and two halves are installed at once. Python
    # compiles what it loads; compiling everything here takes as long as installing it
    options = [*PIP, "--no-compile", "--no-deps", "--require-hashes", "-r"]
    packages = re.split(r"\n(?=\S)", lines.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        halves = [Path(folder) / f"{half}-{lock}" for half in range(2)]
        for half, file in enumerate(halves):
            file.write_text("\n".join(packages[half::2]), encoding="utf-8")
        steps(*([python, *options, file] for file in halves))


def install_project() -> None:
    """Install the checkout itself, editable, and compile its message catalogues."""
    step(PYTHON, *PIP, "--no-deps", "--no-build-isolation", "-e", ".")


def prepare(lock: str) -> None:
    """Make .venv hold what `lock` names; immediate when nothing has changed since."""
    stamp = VENV / f"stamp-{lock}"
    wanted = fingerprint(LOCKS / "build.txt", LOCKS / lock, ROOT / "pyproject.toml")
    if not (stamp.exists() and stamp.read_text() == wanted):
        if any(BIN.glob("pip*")):
            fill(lock)
        else:
            make_venv(lock)
        stamp.write_text(wanted)
    step(PYTHON, "tools/catalogues.py")


def make_venv(lock: str) -> None:
    """Make .venv; one that was not finished is taken away, or nobody could tell."""
    print("Making .venv ...", flush=True)
    try:
        venv.create(VENV, with_pip=True, symlinks=os.name != "nt")
        fill(lock)
    except BaseException:
        shutil.rmtree(VENV, ignore_errors=True)
        raise


def fill(lock: str) -> None:
    """Install what `lock` names, and the checkout itself."""
    print(f"Installing requirements/{lock} ...", flush=True)
    install("build.txt")
    install(lock)
    install_project()


def setup() -> None:
    """Make .venv with .venv/bin/tanyuan."""
    prepare("base.txt")


def serve() -> None:
    """Start the platform with the demonstration region; PORT and HOST choose where."""
    prepare("server.txt")
    become(BIN / "tanyuan", "serve", "--demonstration", "--data", "var")


def lint() -> None:
    """Check format, lint, types and import rules."""
    prepare("dev.txt")
    places = [place for place in TESTED_LINES if (ROOT / place).exists()]
    run(BIN / "ruff", "format", "--check", *places)
    run(BIN / "ruff", "check", *places)
    run(BIN / "mypy", TANYUAN_DATA=str(VENV / "lint-data"))
    run(BIN / "lint-imports")


def prepare_browser() -> None:
    """Have the browser of the browser tests; root on Debian installs it, others are asked to."""
    if any(map(shutil.which, BROWSERS)):
        return
    if not shutil.which("apt-get") or os.geteuid() != 0:
        sys.exit(
            "The tests drive a real browser: install Chromium (or Google Chrome) and a Chinese "
            "font, on Debian with: sudo apt-get install chromium fonts-noto-cjk"
        )
    print("Installing Chromium ...", flush=True)
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o=Dpkg::Use-Pty=0"]
    step(*quiet, "update")
    step(*quiet, "install", "-y", "--no-install-recommends", BROWSER, "fonts-noto-cjk")


def test() -> None:
    """Lint, then run all tests."""
    # Tests start many processes, and each would compile all that it loads
    os.environ["PYTHONDONTWRITEBYTECODE"] = ""
    prepare("dev.txt")
    with ThreadPoolExecutor(1) as beside:
        ready = beside.submit(prepare_tests)
        lint()
        ready.result()
    # One more than two cores, for tests of the server and in the browser wait half of their time
    run(PYTHON, "-m", "pytest", "-q", "-n", "3", *SHARED_OUT)


def coverage() -> None:
    """Run the tests of the library floor line by line, and hold how much of it they reach."""
    prepare("dev.txt")
    for old in ROOT.glob(".coverage*"):
        old.unlink()
    tests = ["-m", "pytest", "-q", "-n", "2", *SHARED_OUT]
    run(BIN / "coverage", "run", *tests, *(f"--ignore={place}" for place in SERVED))
    run(BIN / "coverage", "combine", "-q")
    run(BIN / "coverage", "report")


def prepare_tests() -> None:
    """Have the browser, and the engine and the tests compiled, while lint leaves a core idle."""
    prepare_browser()
    for compiles in (["examples/compare.py"], ["-m", "pytest", "--collect-only"]):
        # What is wrong is told by the tests themselves
        subprocess.run([PYTHON, *compiles], cwd=ROOT, stdout=subprocess.DEVNULL, check=False)


def bench(*arguments: str) -> None:
    """Measure speed, beside the peer, into bench/RESULTS.md; `bench engine` for one part."""
    prepare("server.txt")
    run(PYTHON, "-m", "bench", "--peer", prepare_peer(), *arguments)


def drill() -> None:
    """Kill workers in the middle of samples, a portfolio and a grid; into bench/RESULTS.md."""
    prepare("cluster.txt")
    run(PYTHON, "-m", "bench.scale_out")


def prepare_peer() -> Path:
    """Make .venv-bench hold the benches' peer; its Python."""
    python = PEER / PYTHON.relative_to(VENV)
    stamp, wanted = PEER / "stamp", fingerprint(LOCKS / "bench-peer.txt")
    if not (stamp.exists() and stamp.read_text() == wanted):
        print("Making .venv-bench ...", flush=True)
        venv.create(PEER, clear=True, with_pip=True, symlinks=os.name != "nt")
        install("bench-peer.txt", python)
        stamp.write_text(wanted)
    return python


def lock() -> None:
    """Renew the hash-locked sets from pyproject.toml (needs uv)."""
    options = ["--universal", "--python-version", "3.11", "--generate-hashes"]
    options += ["--no-emit-index-url", "--no-annotate", "--no-header", "--quiet", "--upgrade"]
    compiled = ["uv", "pip", "compile", *options]
    run(*compiled, "--group", "build", "-o", LOCKS / "build.txt")
    run(*compiled, "pyproject.toml", "-o", LOCKS / "base.txt")
    run(*compiled, "--group", "bench-peer", "-o", LOCKS / "bench-peer.txt")
    base = ["-c", LOCKS / "base.txt", "-c", LOCKS / "build.txt"]
    server = ["pyproject.toml", "--extra", "server"]
    run(*compiled, *server, *base, "-o", LOCKS / "server.txt")
    cluster = ["pyproject.toml", "--extra", "engine", "--extra", "cluster"]
    run(*compiled, *cluster, *base, "-c", LOCKS / "server.txt", "-o", LOCKS / "cluster.txt")
    run(
        *compiled,
        *server,
        "--group",
        "dev",
        *base,
        "-c",
        LOCKS / "server.txt",
        "-c",
        LOCKS / "cluster.txt",
        "-o",
        LOCKS / "dev.txt",
    )


def clean() -> None:
    """Remove all that the other targets made."""
    kept = {ROOT / ".git"}
    caches = [
        ".venv",
        ".venv-bench",
        "out",
        "build",
        "dist",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
    ]
    for name in [*caches, ".hypothesis", ".import_linter_cache"]:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for file in [*ROOT.glob(".coverage*"), *(ROOT / "src").rglob("*.mo")]:
        file.unlink()
    for cache in ROOT.rglob("__pycache__"):
        if not kept & set(cache.parents):
            shutil.rmtree(cache, ignore_errors=True)


TARGETS: dict[str, Callable[..., None]] = {
    "setup": setup,
    "run": serve,
    "test": test,
    "coverage": coverage,
    "lint": lint,
    "bench": bench,
    "drill": drill,
    "lock": lock,
    "clean": clean,
}

if __name__ == "__main__":
    target, arguments = sys.argv[1:2], sys.argv[2:]
    if not set(target) & set(TARGETS) or (arguments and target != ["bench"]):
        sys.exit(f"usage: python tools/make.py {'|'.join(TARGETS)}, or bench with arguments")
    try:
        TARGETS[target[0]](*arguments)
    except KeyboardInterrupt:
        sys.exit("Stopped. Run it again to go on.")
