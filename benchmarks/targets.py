"""What Attendant is meant to reach in a process, for each dtype and shape, and whether it has.

A cell is met by the ratio to a peer, or by using the machine: this share of what a bare loop of multiply-adds reaches on
the same threads in the same run.
"""
from results import median, median_ratio, verdict

ENOUGH_OF_PEAK = 0.88


def target(dtype, shape):
    """(the ratio to reach, the peers it is to; to the best of them)"""
    everyone = ["PyTorch", "ONNX Runtime", "OpenVINO", "CTranslate2"]
    if dtype == "f32":
        if shape == "ragged":
            return 1.3, ["CTranslate2"]
        return (1.0 if shape == "1x16" else 1.15), everyone
    if dtype == "bf16":
        return {"1x16": 1.0, "ragged": 2.0}.get(shape, 1.2), ["OpenVINO"]
    if shape == "ragged":
        return 1.5, ["CTranslate2"]
    return (1.0 if shape == "1x16" else 1.3), ["OpenVINO"]


def judged(dtype, shape, speeds, shares):
    """(text of the cell, whether it is met), None where it was not measured.

    speeds: {engine: sequences a second in each round}; shares: Attendant's share of the peak in each round.
    """
    wanted, names = target(dtype, shape)
    measured = [name for name in names if name in speeds]
    if "Attendant" not in speeds or not measured:
        return "", None
    best = max(measured, key=lambda name: median(speeds[name]))
    ratio, share = median_ratio(speeds["Attendant"], speeds[best]), median(shares) if shares else None
    is_met = ratio >= wanted or (share is not None and share >= ENOUGH_OF_PEAK)
    of_peak = "" if share is None else f", {100 * share:.0f}% of peak"
    return f"{ratio:.2f} × {best} (≥ {wanted}){of_peak}, {verdict(is_met)}", is_met
