package dev.twincast.system;

/** Anycast by BIRD: a static protocol is enabled and disabled. */
@Needs({Tool.NAMESPACES, Tool.BIRD, Tool.PYTHON3})
final class BirdFailoverTest extends Failover {
  BirdFailoverTest() {
    super(Routing.BIRD);
  }
}
