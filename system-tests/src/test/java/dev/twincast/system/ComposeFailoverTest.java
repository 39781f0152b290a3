package dev.twincast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A name with three addresses, as Compose keeps it, while its containers come, go and freeze. */
@Needs(Tool.DOCKER)
final class ComposeFailoverTest extends ComposeLab {
  private static final Path MESSAGES =
      Path.of("src", "test", "resources", "messages.yml").toAbsolutePath();
  private static final String CLIENT = "anycast-caller";
  private static final String REPLY = "\"event\":\"reply\"";

  ComposeFailoverTest() {
    super("anycast", MESSAGES);
  }

  @Test
  void killingFreezingAndScalingFailNoCall() {
    build();
    scale(3);
    List<String> servers = running("server");
    Program call =
        compose(
            "run --rm --no-deps --no-TTY --name %s client call server --messages".formatted(CLIENT)
                + " --connections 4 --interval 2ms --count 0 --timeout 8s --json");
    awaitReplicas(call, 3);

    machine.run("docker kill " + servers.get(0));
    awaitMore(call);

    machine.run("docker pause " + servers.get(1));
    try {
      awaitMore(call);
    } finally {
      machine.run("docker unpause " + servers.get(1));
    }

    scale(5);
    awaitReplicas(call, 5);
    scale(1);
    assertEquals(1, running("server").size());
    awaitMore(call);

    machine.run("docker kill --signal TERM " + CLIENT);
    assertEquals(0, call.exitCode(), () -> "" + call.err());
    JsonObject summary = call.events("summary").getFirst();
    assertEquals(0, summary.get("failed").getAsInt(), summary::toString);
  }

  /** So many servers from now on; those that run already stay. */
  private void scale(int servers) {
    Program up = compose("up --detach --no-recreate --scale server=%d server".formatted(servers));
    assertEquals(0, up.exitCode(), up::toString);
  }

  private static void awaitMore(Program call) {
    call.await((int) call.count(REPLY) + 400, REPLY);
  }

  /** Until so many have answered since it began. */
  private static void awaitReplicas(Program call, int replicas) {
    Await.until(
        () -> "answers of " + replicas + " replicas: " + call.err(),
        Await.PATIENCE,
        () ->
            call.events("reply").stream().map(reply -> reply.get("replica")).distinct().count()
                >= replicas);
  }
}
