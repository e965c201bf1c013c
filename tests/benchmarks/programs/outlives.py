"""Ends at once, and leaves somebody who does not."""

import subprocess

subprocess.run(["/bin/sh", "-c", "sleep 0.5 & exit 0"], check=True)
