"""Make sure Debian's chromium and a Chinese font are there for the browser tests."""

import os
import shutil
import subprocess
import sys


def main() -> None:
    """Install chromium where we may; where not, say so and fail unless ALLOW_SKIP=1."""
    if shutil.which("chromium"):
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        command = ["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk"]
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, check=False, env=quiet, stdout=subprocess.DEVNULL)
    if shutil.which("chromium"):
        return
    print("chromium is missing and may not be installed: tests marked `browser` will not run.")
    if os.environ.get("ALLOW_SKIP") != "1":
        sys.exit("Install Debian's chromium, or set ALLOW_SKIP=1 to go on without browser tests.")


if __name__ == "__main__":
    main()
