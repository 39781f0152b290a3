package dev.twincast.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;

/** Netty's native epoll transport, one event loop. */
@Sharable
final class NettyEchoServer extends ChannelInboundHandlerAdapter {
  private final boolean greets;
  private final byte[] greeting = Program.ascii(NioEchoServer.GREETING);

  private NettyEchoServer(boolean greets) {
    this.greets = greets;
  }

  static void run(Values settings) throws InterruptedException {
    var handler = new NettyEchoServer(settings.text("mode").equals("greet"));
    var channel =
        new ServerBootstrap()
            .group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
            .channel(EpollServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, NioEchoServer.BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel.pipeline().addLast(handler);
                  }
                })
            .bind(NioEchoServer.address(settings))
            .sync()
            .channel();
    Program.ready();
    channel.closeFuture().sync();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (greets) {
      var _ =
          context
              .writeAndFlush(Unpooled.wrappedBuffer(greeting))
              .addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    var _ = context.writeAndFlush(bytes);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }
}
