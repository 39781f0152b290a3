package dev.twincast.system;

/** Something that a test needs and a machine may lack. */
enum Tool {
  PYTHON3("python3", "python3 --version"),
  SCRIPT("script (bsdutils)", "script --version"),
  SOCAT("socat", "socat -V"),
  TCPDUMP("tcpdump", "tcpdump --version"),
  TSHARK("tshark", "tshark --version"),
  IPERF(
      "iperf (version 2) and nft (nftables)",
      "iperf --version 2>&1 | grep -q 'version 2' && nft --version"),
  POSTGRESQL(
      "postgresql, and root to run it as its user",
      "ls /usr/lib/postgresql/*/bin/initdb && "
          + "setpriv --reuid=postgres --regid=postgres --clear-groups true"),
  BIRD("bird (BIRD 2)", "bird --version 2>&1 | grep -q 'version 2'"),
  FRR("frr: bgpd and zebra", "/usr/lib/frr/bgpd --version && /usr/lib/frr/zebra --version"),
  NAMESPACES(
      "ip (iproute2), and root to make network namespaces",
      "ip netns add tw-$$-probe && ip netns delete tw-$$-probe"),
  DESCRIPTORS("12000 open files for a process (ulimit -n)", "test $(ulimit -Hn) -ge 12000"),
  DOCKER(
      "docker: an engine that answers, and docker compose",
      "docker info && docker compose version");

  private final String description;
  private final String probe;

  Tool(String description, String probe) {
    this.description = description;
    this.probe = probe;
  }

  boolean isThere() {
    try (Host machine = Host.local()) {
      return machine.start("sh -c", probe).exitCode() == 0;
    }
  }

  @Override
  public String toString() {
    return description;
  }
}
