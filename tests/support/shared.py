"""What stands beside the repository: outside vectors, the published terms. `KIYAKU_SHARED` names another folder for it."""

import os
from pathlib import Path

SHARED = Path(os.environ.get("KIYAKU_SHARED") or Path(__file__).resolve().parents[3] / "shared")
