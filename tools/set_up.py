"""Make the project's own Python environment, with nothing but the standard library.

`python tools/set_up.py run|dev`: creates .venv, installs the locked dependencies by hash and the
project itself; a second call with nothing changed does nothing.
"""

import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
NEEDED_BYTES = 3 * 1024**3


def refuse(message: str) -> None:
    """Stop with a message that says what to do."""
    sys.exit(f"chengan: {message}")


def step(number: int, chinese: str, english: str) -> None:
    """Say which step has begun."""
    print(f"[{number}/3] {chinese} · {english}", flush=True)


def inspect() -> None:
    """Refuse a Python or a disk that can't carry the product."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        refuse(
            f"Python {sys.version.split()[0]} 不可用，需要 3.11 至 3.13；"
            "请用 PYTHON=python3.11 make run。\n"
            f"chengan: Python {sys.version.split()[0]} won't do, 3.11 to 3.13 is needed; "
            "try PYTHON=python3.11 make run."
        )
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES and not VENV.exists():
        refuse(
            f"磁盘空间不足：剩 {free / 1e9:.1f} GB，需要 {NEEDED_BYTES / 1e9:.1f} GB。\n"
            f"chengan: disk too full: {free / 1e9:.1f} GB free, {NEEDED_BYTES / 1e9:.1f} GB needed."
        )


def create() -> None:
    """Create .venv, or say which Debian package is missing."""
    if (VENV / "bin" / "python").exists():
        return
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        refuse(
            "无法创建虚拟环境；在 Debian/Ubuntu 上请先安装 python3-venv。\n"
            "chengan: can't create a virtual environment; on Debian/Ubuntu install python3-venv."
        )


def pip(*words: str) -> None:
    """Run pip in .venv; stop when it fails."""
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--progress-bar", "on", *words]
    if "--quiet" not in words:
        command.append("--disable-pip-version-check")
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        refuse(
            "依赖安装失败，见上。网络恢复后再试即可。\n"
            "chengan: installing dependencies failed, see above; run again when online."
        )


def main(kind: str) -> None:
    """Create the environment, install the lock of `kind`, then the project."""
    began = time.monotonic()
    inspect()
    step(1, "创建虚拟环境", "creating the virtual environment")
    create()
    step(2, "安装锁定的依赖（首次约一分钟）", "installing locked dependencies (a minute at first)")
    pip("--quiet", "--require-hashes", "--requirement", LOCKS[kind])
    step(3, "安装城安", "installing Chengan")
    pip("--quiet", "--no-deps", "--no-build-isolation", "--editable", ".")
    (VENV / f".{kind}-ready").touch()
    if kind == "dev":
        (VENV / ".run-ready").touch()
    print(f"      {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
