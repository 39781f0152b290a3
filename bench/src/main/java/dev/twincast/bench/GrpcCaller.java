package dev.twincast.bench;

import io.grpc.CallOptions;
import io.grpc.EquivalentAddressGroup;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusOr;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * grpc-java's round_robin over all addresses, with or without its retry policy. For all workers.
 */
final class GrpcCaller implements Caller {
  private static final String SCHEME = "bench";

  private static final Map<String, ?> RETRY =
      Map.of(
          "methodConfig",
          List.of(
              Map.of(
                  "name",
                  List.of(Map.of("service", "bench.Echo")),
                  "retryPolicy",
                  Map.of(
                      "maxAttempts",
                      4.0,
                      "initialBackoff",
                      "0.01s",
                      "maxBackoff",
                      "0.1s",
                      "backoffMultiplier",
                      2.0,
                      "retryableStatusCodes",
                      List.of("UNAVAILABLE")))));

  private final ManagedChannel channel;
  private final int timeoutMillis;

  GrpcCaller(List<InetSocketAddress> addresses, int timeoutMillis, boolean retries) {
    NameResolverRegistry.getDefaultRegistry().register(new Fixed(addresses));
    this.timeoutMillis = timeoutMillis;
    var builder =
        NettyChannelBuilder.forTarget(SCHEME + ":///all")
            .usePlaintext()
            .directExecutor()
            .defaultLoadBalancingPolicy("round_robin");
    channel = (retries ? builder.enableRetry().defaultServiceConfig(RETRY) : builder).build();
  }

  @Override
  public byte[] call(byte[] request) throws IOException {
    try {
      CallOptions deadline =
          CallOptions.DEFAULT.withDeadlineAfter(timeoutMillis, TimeUnit.MILLISECONDS);
      return ClientCalls.blockingUnaryCall(channel, GrpcEchoServer.ECHO, deadline, request);
    } catch (StatusRuntimeException e) {
      throw new IOException(e);
    }
  }

  /** A name that stands for these addresses, as several A records would. */
  private static final class Fixed extends NameResolverProvider {
    private final List<EquivalentAddressGroup> addresses;

    Fixed(List<InetSocketAddress> addresses) {
      this.addresses = addresses.stream().map(EquivalentAddressGroup::new).toList();
    }

    @Override
    public NameResolver newNameResolver(URI target, NameResolver.Args args) {
      return new NameResolver() {
        @Override
        public String getServiceAuthority() {
          return "localhost";
        }

        @Override
        public void start(Listener2 listener) {
          listener.onResult(
              ResolutionResult.newBuilder()
                  .setAddressesOrError(StatusOr.fromValue(addresses))
                  .build());
        }

        @Override
        public void shutdown() {}
      };
    }

    @Override
    public String getDefaultScheme() {
      return SCHEME;
    }

    @Override
    protected boolean isAvailable() {
      return true;
    }

    @Override
    protected int priority() {
      return 5;
    }
  }
}
