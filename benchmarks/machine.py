"""The machine that is measured on: what it is, whether it is idle, and what a process holds."""
import os
import platform
import re
import subprocess
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

FLAGS = re.compile(r"^(f16c|fma|avx2|avx_vnni|avx512(f|bw|vl|_vnni|_bf16|_fp16)|amx_\w+)$")
PACKAGES = ["torch", "transformers", "onnxruntime", "openvino", "nncf", "ctranslate2", "tokenizers", "numpy", "fastapi",
            "uvicorn"]


def processor():
    """(model name, the flags of its instruction set that matter to products of matrices)"""
    fields = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines() if ":" in line)
    fields = {name.strip(): value.strip() for name, value in fields.items()}
    names = " ".join(fields.get(key, "") for key in ("model name", "cpu family", "model"))
    return names.strip() or platform.machine(), [flag for flag in fields.get("flags", "").split() if FLAGS.match(flag)]


def described():
    """What has to be known about the machine and the versions to judge a figure."""
    name, flags = processor()
    versions = {"python": platform.python_version(), "linux": platform.release()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            pass
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {"processor": name, "flags": flags, "processors": os.cpu_count(), "memory_bytes": memory, "versions": versions,
            "commit": commit(), "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def commit():
    """The repository's commit, with a + if it was changed since; nothing outside a clone."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--abbrev=12", "--dirty=+"]
    result = subprocess.run(command, capture_output=True, text=True)
    return result.stdout.strip() if result.returncode == 0 else None


def print_machine(description):
    versions = ", ".join(f"{name} {number}" for name, number in description["versions"].items())
    print(f"{description['processor']}, {description['processors']} processors, {description['memory_bytes'] / 2**30:.0f} GiB; "
          f"{' '.join(description['flags'])}; commit {description['commit']}; {versions}", flush=True)


def wait_until_idle(limit):
    """Waits until whatever computed before has stopped, at most `limit` seconds; false if something still computes then."""
    def ticks():
        values = [int(value) for value in open("/proc/stat").readline().split()[1:9]]
        return sum(values), values[3] + values[4]

    stop = time.monotonic() + limit
    while time.monotonic() < stop:
        before = ticks()
        time.sleep(0.25)
        total, idle = (now - then for now, then in zip(ticks(), before))
        if idle > 0.9 * total:
            return True
    return False


def resident_bytes(pid):
    """(held now, of which files that are mapped, the most held so far)"""
    status = Path(f"/proc/{pid}/status").read_text()
    return tuple(1024 * int(re.search(rf"{name}:\s+(\d+)", status)[1]) for name in ("VmRSS", "RssFile", "VmHWM"))
