"""What the golden scripts share: where goldens lie, and one way to ask the reference for an answer."""
import json
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[2]
GOLDENS = ROOT / "Tests" / "Goldens"


def write_json(path, value):
    """One member of the outermost object or array a line, so that a change shows as a small difference."""
    path.parent.mkdir(parents=True, exist_ok=True)
    compact = lambda item: json.dumps(item, ensure_ascii=False, separators=(",", ":"))
    if isinstance(value, dict):
        lines = ",\n".join(f"{compact(key)}: {compact(item)}" for key, item in value.items())
        path.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
    else:
        path.write_text("[\n" + ",\n".join(map(compact, value)) + "\n]\n", encoding="utf-8")


def floats(tensor):
    """A tensor as nested lists of decimals that give back the same binary32."""
    return [floats(row) for row in tensor] if tensor.dim() else float(f"{tensor.item():.9g}")


@torch.no_grad()
def run(model, ids, type_ids):
    """(logits or None, attentions [layers, heads, tokens, tokens]) for one sequence, in binary32."""
    output = model(input_ids=torch.tensor([ids]), token_type_ids=torch.tensor([type_ids]), output_attentions=True)
    logits = output.logits[0] if "logits" in output and output.logits.dim() == 2 else None
    return logits, torch.cat(output.attentions)
