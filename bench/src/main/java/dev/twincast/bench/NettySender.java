package dev.twincast.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Netty's native epoll transport, in its event loop, without a copy or an allocation of ours.
 * {@code mode=mmsg}: 64 writes, one flush, which is one sendmmsg; {@code mode=gso}: one {@link
 * SegmentedDatagramPacket}.
 */
final class NettySender {
  private final Channel channel;
  private final InetSocketAddress group;
  private final SendingSide side;
  private final int datagramBytes;
  private final ByteBuffer datagrams;
  private final ByteBuf wrapped;
  private final boolean segmented;
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  private NettySender(Channel channel, Values settings) throws IOException {
    this.channel = channel;
    group = Program.group(settings);
    side = new SendingSide(settings);
    datagramBytes = settings.integer("size");
    datagrams = Program.buffer(SendingSide.batch(datagramBytes) * datagramBytes);
    wrapped = Unpooled.wrappedBuffer(datagrams);
    segmented = settings.text("mode").equals("gso");
  }

  static void run(Values settings) throws InterruptedException {
    var loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    Channel channel =
        new Bootstrap()
            .group(loops)
            .channelFactory(() -> new EpollDatagramChannel(SocketProtocolFamily.INET))
            .option(ChannelOption.SO_SNDBUF, settings.integer("buffer"))
            .option(ChannelOption.IP_MULTICAST_LOOP_DISABLED, true)
            .handler(new ChannelInboundHandlerAdapter())
            .connect(Program.group(settings))
            .sync()
            .channel();
    // Made in the event loop, whose timers it sharpens.
    channel
        .eventLoop()
        .submit(() -> new NettySender(channel, settings))
        .sync()
        .getNow()
        .sendUntilEnd();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  private void sendUntilEnd() {
    channel.eventLoop().execute(this::sendBatch);
    end.join();
  }

  private void sendBatch() {
    int count = datagrams.capacity() / datagramBytes;
    if (!side.maySend(count)) {
      finish();
      return;
    }
    for (int i = 0; i < count; i++) {
      side.stamp(datagrams, i * datagramBytes);
    }
    ChannelFuture sent = segmented ? writeSegmented() : writeEach(count);
    channel.flush();
    sent.addListener(done -> {
      if (done.isSuccess()) {
        channel.eventLoop().execute(this::sendBatch);
      } else {
        end.completeExceptionally(done.cause());
      }
    });
  }

  private ChannelFuture writeSegmented() {
    return channel.write(
        new SegmentedDatagramPacket(wrapped.retainedDuplicate(), datagramBytes, group));
  }

  private ChannelFuture writeEach(int count) {
    for (int i = 0; i < count - 1; i++) {
      var _ =
          channel.write(
              wrapped.retainedSlice(i * datagramBytes, datagramBytes), channel.voidPromise());
    }
    return channel.write(wrapped.retainedSlice((count - 1) * datagramBytes, datagramBytes));
  }

  private void finish() {
    try {
      side.finish(last -> {
        var _ = channel.writeAndFlush(Unpooled.copiedBuffer(last));
      });
      end.complete(null);
    } catch (IOException e) {
      end.completeExceptionally(e);
    }
  }
}
