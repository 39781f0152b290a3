"""Knows nothing of Twincast: greets whoever connects, and closes."""
import socket
import sys

with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    print("ready", flush=True)
    while True:
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"Welcome, says python\n")
