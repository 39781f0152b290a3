package dev.twincast.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.concurrent.TimeUnit;

/**
 * Netty's native epoll transport: {@code mode=mmsg} reads up to 64 datagrams by one recvmmsg,
 * {@code mode=gro} a coalesced buffer.
 */
final class NettyReceiver extends SimpleChannelInboundHandler<DatagramPacket> {
  private static final int BATCH = 64;
  private static final int MAX_DATAGRAM_BYTES = 2048;

  private final ReceivingSide side;

  private NettyReceiver(ReceivingSide side) {
    this.side = side;
  }

  static void run(Values settings) throws IOException, InterruptedException {
    boolean coalesced = settings.text("mode").equals("gro");
    InetSocketAddress group = Program.group(settings);
    ReceivingSide side = new ReceivingSide(settings);
    var loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    var channel =
        (EpollDatagramChannel)
            new Bootstrap()
                .group(loops)
                .channelFactory(() -> new EpollDatagramChannel(SocketProtocolFamily.INET))
                .option(ChannelOption.SO_RCVBUF, settings.integer("buffer"))
                .option(EpollChannelOption.UDP_GRO, coalesced)
                .option(
                    EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE,
                    coalesced ? 0 : MAX_DATAGRAM_BYTES)
                .option(
                    ChannelOption.RECVBUF_ALLOCATOR,
                    new FixedRecvByteBufAllocator(coalesced ? 1 << 16 : BATCH * MAX_DATAGRAM_BYTES)
                        .maxMessagesPerRead(BATCH))
                .handler(new NettyReceiver(side))
                .bind(group)
                .sync()
                .channel();
    channel.joinGroup(group, NetworkInterface.getByName(Program.INTERFACE)).sync();
    side.ready();
    channel.closeFuture().sync();
    side.finish("");
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, DatagramPacket datagram) {
    ByteBuf content = datagram.content();
    int begin = content.readerIndex();
    side.onDatagram(content.getLongLE(begin), content.getLongLE(begin + Long.BYTES));
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    side.publish();
    if (side.isEnded()) {
      var _ = context.close();
    }
  }
}
