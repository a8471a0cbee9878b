"""Say in one sentence that a port is taken, before Streamlit does it in its own way."""

import socket
import sys

port = int(sys.argv[1])
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", port))
    except OSError:
        sys.exit(f"Port {port} is already in use; stop what uses it, or start the app with: make run PORT={port + 1}")
