"""openssl asks for a renegotiation in mid-connection, which the server must not take part in."""
import asyncio
import subprocess
import threading

PATIENCE = 15  # seconds


def renegotiate(endpoint, tally):
    command = ["openssl", "s_client", "-connect", f"{endpoint.host}:{endpoint.port}", "-tls1_2"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        timer = threading.Timer(PATIENCE, process.kill)
        timer.start()
        process.stdin.write(b"R\n")
        process.stdin.flush()
        # It reads until the connection ends: if the server took part, that would be never, for the end of its input stays open.
        output = process.stdout.read()
        is_ended = timer.is_alive()
        timer.cancel()
    if not is_ended:
        tally.count_wrong("renegotiations", f"the connection went on for {PATIENCE} s")
    elif b"RENEGOTIATING" in output:
        tally.done["renegotiations refused"] += 1
    else:
        tally.count_wrong("renegotiations", f"openssl did not get that far: {output[-300:]!r}")


async def again_and_again(endpoint, tally, pause):
    while True:
        await asyncio.to_thread(renegotiate, endpoint, tally)
        await asyncio.sleep(pause)
