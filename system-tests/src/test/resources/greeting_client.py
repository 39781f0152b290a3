"""Knows nothing of Twincast: reads a greeting, sends a line, reads the answer."""
import socket
import sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
    lines = connection.makefile("rw", encoding="utf-8", newline="\n")
    print(lines.readline(), end="")
    lines.write("hello from python\n")
    lines.flush()
    print(lines.readline(), end="")
