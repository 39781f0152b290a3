"""Knows nothing of Twincast: sends each further argument to a group, by the loopback interface."""
import socket
import sys

sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
for message in sys.argv[3:]:
    sender.sendto(message.encode(), (sys.argv[1], int(sys.argv[2])))
