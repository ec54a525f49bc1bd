"""What the web server loads."""

import os
import signal

from app import create_app

if os.environ.get("STOP_WITH_PARENT"):  # set by make serve: no worker outlives its server
    from app.ground.embedded import stop_with_parent

    stop_with_parent(signal.SIGKILL)

app = create_app()
