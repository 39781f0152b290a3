package dev.twincast.system;

/** Anycast by FRR: bgpd's configuration gets and loses the network. */
@Needs({Tool.NAMESPACES, Tool.FRR, Tool.PYTHON3})
final class FrrFailoverTest extends Failover {
  FrrFailoverTest() {
    super(Routing.FRR);
  }
}
