"""The work: two kinds of iris, twenty strengths of L2, one stack, one moving picture. Prints seconds of its phases."""

import json
import sys
import time

STARTED = time.perf_counter(), time.process_time()


def main(path: str) -> None:
    """Do it, and tell the time since the process began to import."""
    from pellucid.experiments import FitOptions
    from pellucid.experiments.compare.options import CompareOptions
    from pellucid.jobs.path_picture import draw_path, plan_picture
    from pellucid.tables import read_table

    imported = since()
    fit = FitOptions(
        target=("species",), hidden=(10,), recipe="plain", scaling="standard", epochs=100, test_size=0.3, seed=42
    )
    options = CompareOptions(fit=fit, path="l2=1e-3:1e3:log:20")
    picture = draw_path(plan_picture(read_table(sys.argv[1]), options, path), path)
    print(json.dumps({"imports": imported, "all": since(), "frames": picture.frames}))


def since() -> dict[str, float]:
    """Wall and processor seconds since this file began."""
    return {"wall": time.perf_counter() - STARTED[0], "processor": time.process_time() - STARTED[1]}


if __name__ == "__main__":
    main(sys.argv[2])
