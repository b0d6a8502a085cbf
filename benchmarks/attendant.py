"""The Attendant that is measured: what its binary can do, its bench command, its server's command line."""
import json
import subprocess

from shapes import explicit, lengths

DTYPES = ("f32", "bf16", "int8")


def supports(binary, command, option):
    """Whether a command of this binary has an option."""
    help_text = subprocess.run([binary, command, "--help"], capture_output=True, text=True)
    return help_text.returncode == 0 and option in help_text.stdout


def can_bench(binary):
    return supports(binary, "bench", "--shapes")


def served_dtypes(binary):
    """The dtypes that its server can compute in."""
    return DTYPES if supports(binary, "serve", "--dtype") else DTYPES[:1]


def serve_command(binary, name, folder, port, threads, dtype="f32"):
    command = [binary, "serve", "--host", "127.0.0.1", "--port", str(port), "--model", f"{name}={folder}",
               "--workers", str(threads), "--log-level", "warning"]
    return command if dtype == "f32" else command + ["--dtype", dtype]


def bench(binary, folder, threads, dtype, shapes, seconds):
    """{shape: {"seconds": a pass, "gflops", "peak_gflops"}} and the rest of the report, of one process."""
    command = [binary, "bench", str(folder), "--dtype", dtype, "--threads", str(threads), "--shapes",
               ",".join(map(explicit, shapes)), "--rounds", "1", "--seconds", str(seconds), "--json"]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"{' '.join(command[1:3])} failed: {run.stderr.strip()[-500:]}")
    report = json.loads(run.stdout)
    figures = {}
    for shape, result in zip(shapes, report.pop("results"), strict=True):
        wanted = lengths(shape)
        if (result["dtype"], result["sequences"], result["tokens"]) != (dtype, len(wanted), sum(wanted)):
            raise RuntimeError(f"asked for {shape} in {dtype}, attendant bench measured {result}")
        figures[shape] = {"seconds": result["seconds"], "gflops": result["gflops"],
                          "peak_gflops": report["peak_gflops"].get(dtype)}
    return figures, report


def hidden_states(binary, folder, dtype, sequences, *options):
    """Of each sequence of ids what the command of that name prints: the mean over its tokens, or what the options ask for."""
    lines = "".join(json.dumps(list(map(int, ids))) + "\n" for ids in sequences)
    run = subprocess.run([binary, "hidden-states", str(folder), "--dtype", dtype, *options], input=lines, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr.strip()[-500:])
    return [json.loads(line) for line in run.stdout.splitlines()]
