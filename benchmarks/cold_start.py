"""How long the first import takes, each in a fresh Python: crunch against what it leans on."""

import subprocess
import sys

CODE = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def seconds(module):
    """The best of five fresh starts."""
    return min(float(subprocess.run([sys.executable, "-c", CODE.format(module)], check=True, capture_output=True,
                                    text=True).stdout) for _ in range(5))


if __name__ == "__main__":
    ours = seconds("crunch")
    print(f"import crunch: {1000 * ours:.0f} ms")
    for module in ("pandas", "matplotlib.pyplot", "statsmodels.api"):
        took = seconds(module)
        print(f"import {module}: {1000 * took:.0f} ms; ratio {took / ours:,.0f}")
