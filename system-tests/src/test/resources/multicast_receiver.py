"""Knows nothing of Twincast: joins a group on the loopback interface, prints what comes in hex."""
import socket
import sys

group, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind((group, port))
member = socket.inet_aton(group) + socket.inet_aton("127.0.0.1")
receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
print("ready", flush=True)
for _ in range(count):
    print(receiver.recv(65536).hex(), flush=True)
