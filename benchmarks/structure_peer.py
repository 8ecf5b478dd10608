"""The peer: PyPI's ecomplexity (with pandas) on a long table year, loc, prod, val.

::

    PYTHON benchmarks/structure_peer.py table.parquet out.npz   # its figures, and what it gives
    PYTHON benchmarks/structure_peer.py                         # prints tests/references/ecomplexity.py

One line of JSON tells CPU seconds and peak memory of the call. With the check of log-supermodularity off: it draws without a
seed and takes more memory than all the rest.
"""

import contextlib
import io
import json
import pprint
import resource
import sys
import time
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")
NAMES = {"time": "year", "loc": "loc", "prod": "prod", "val": "val"}
SAID = '''"""What ecomplexity 0.5.3 gives for a small table; written by ``benchmarks/structure_peer.py``.

Each row of `VALUES` is a place and each column an industry. Diagonal of proximity 1, presence at a quotient of 1 or more, deviations with ddof
0, product complexity on the scale of places, outlook of the raw eigenvector.
"""

# fmt: off
'''


def small():
    """Ten places and thirteen industries, with zeros."""
    rng = np.random.default_rng(7)
    strength = np.linspace(1.5, -1.5, 10)[:, None] - np.linspace(-1.5, 1.5, 13)
    values = np.round(np.exp(rng.normal(3, 1, (10, 13)) + strength))
    values[rng.random((10, 13)) < 0.25] = 0
    return values.astype(int)


def run(table):
    from ecomplexity import ecomplexity

    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        out = ecomplexity(table, NAMES, check_logsupermodularity=False)
    return out, time.process_time() - start


def arrays(out):
    """Places in rows and industries in columns, both sorted, of the last year."""
    out = out[out["year"] == out["year"].max()]
    wide = {
        name: out.pivot(index="loc", columns="prod", values=name)
        for name in ("density", "cog", "mcp", "pci", "eci", "coi")
    }
    found = {name: wide[name].to_numpy() for name in ("density", "cog", "mcp")}
    found["pci"] = wide["pci"].to_numpy()[0]
    return found | {name: wide[name].to_numpy()[:, 0] for name in ("eci", "coi")}


def main():
    if len(sys.argv) > 1:
        table = pd.read_parquet(sys.argv[1])
        out, cpu = run(table)
        np.savez(sys.argv[2], **arrays(out))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            json.dumps({"peer": "ecomplexity", "rows": len(table), "cpu_s": round(cpu, 2), "peak_mib": peak})
        )
        return
    values = small()
    row, column = np.indices(values.shape)
    table = pd.DataFrame({"year": 1, "loc": row.ravel(), "prod": column.ravel(), "val": values.ravel()})
    found = arrays(run(table)[0])
    print(SAID + f"VALUES = {pprint.pformat(values.tolist(), width=130, compact=True)}")
    for name in ("eci", "pci", "coi", "density", "cog"):
        print(f"{name.upper()} = {pprint.pformat(found[name].tolist(), width=130, compact=True)}")


if __name__ == "__main__":
    main()
