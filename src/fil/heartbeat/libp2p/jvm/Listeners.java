package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.host.Candidate;
import fil.heartbeat.libp2p.host.ConnectionGuard;
import fil.heartbeat.libp2p.host.Keepalive;
import fil.heartbeat.libp2p.host.Refusal;
import fil.heartbeat.libp2p.host.TcpTarget;
import fil.heartbeat.libp2p.host.Unawaited;
import io.libp2p.transport.implementation.ConnectionBuilder;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The bound addresses, and accepted sockets until they become links. Thread-safe. */
final class Listeners {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);

  /** Bytes that a peer sends before the handshake: two messages, each with length and newline. */
  private static final int AGREEMENT_BYTES =
      2 + "/multistream/1.0.0".length() + 2 + "/noise".length();

  private final HostParts host;
  private final Sockets sockets;
  private final Upgrades upgrades;
  private final Adopter adopter;
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Listeners(HostParts host, Sockets sockets, Upgrades upgrades, Adopter adopter) {
    this.host = host;
    this.sockets = sockets;
    this.upgrades = upgrades;
    this.adopter = adopter;
  }

  /** Binds; returns the address with the port as bound. */
  CompletableFuture<Multiaddr> bind(Multiaddr address) {
    CompletableFuture<Multiaddr> result = new CompletableFuture<>();
    InetSocketAddress wanted;
    try {
      wanted = TcpTarget.bindable(address);
    } catch (Libp2pException unusable) {
      result.completeExceptionally(unusable);
      return result;
    }
    ChannelInitializer<Channel> accept =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            new Accepted(channel).ask();
          }
        };
    ChannelFuture binding = sockets.server(accept).bind(wanted);
    hold(binding.channel());
    binding.addListener(
        done -> {
          if (!done.isSuccess()) {
            String why = Failures.text(done.cause()).toLowerCase(Locale.ROOT);
            result.completeExceptionally(
                new Libp2pException(
                    Code.BIND_FAILED, "cannot listen on " + address + ": " + why, done.cause()));
          } else if (closed) {
            result.completeExceptionally(new Libp2pException(Code.CLOSED, "the host was closed"));
          } else {
            InetSocketAddress bound = (InetSocketAddress) binding.channel().localAddress();
            result.complete(
                Multiaddr.ofSocket(wanted.getAddress().getHostAddress(), bound.getPort()));
          }
        });
    return result;
  }

  /**
   * Drops all sockets that are not links yet, and stops listening; completes when the ports are
   * free.
   */
  CompletableFuture<Void> close() {
    closed = true;
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (Channel channel : open) {
      CompletableFuture<Void> end = new CompletableFuture<>();
      channel.closeFuture().addListener(done -> end.complete(null));
      ends.add(end);
      EventLoops.close(channel);
    }
    return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
        .thenCompose(all -> sockets.portsFreed());
  }

  private void hold(Channel channel) {
    open.add(channel);
    channel.closeFuture().addListener(done -> open.remove(channel));
    if (closed) {
      EventLoops.close(channel);
    }
  }

  /** One accepted socket; lives on its loop. */
  private final class Accepted implements Candidate {
    private final Channel channel;
    private ConnectionGuard.@Nullable Ticket ticket;
    private @Nullable Future<?> deadline;
    private @Nullable Future<?> slowTimer;
    private @Nullable Link opened;
    private boolean waited;
    private boolean upgrading;
    private boolean settled;
    private volatile boolean spoken;

    Accepted(Channel channel) {
      this.channel = channel;
    }

    void ask() {
      host.counters().accepted.increment();
      InetSocketAddress remote = Sockets.remote(channel);
      hold(channel);
      if (remote == null || closed) {
        refuse(remote == null ? "closed-before-accept" : Refusal.CLOSING.label());
        return;
      }
      ConnectionGuard.Ticket given = host.guard().accept(remote.getAddress(), this);
      ticket = given;
      channel.closeFuture().addListener(done -> onClosed());
      Refusal refusal = given.refusal();
      if (refusal != null) {
        refuse(refusal, remote);
        return;
      }
      deadline = limit(remote);
      if (isWaiting(given)) {
        waited = true;
        channel.config().setAutoRead(false);
      } else {
        upgrade(given);
      }
    }

    /** One deadline for all: the time spent waiting for a slot is part of it. */
    private Future<?> limit(InetSocketAddress remote) {
      return channel
          .eventLoop()
          .schedule(
              () -> expired(remote),
              host.config().deadlines().upgradeTimeout().toNanos(),
              TimeUnit.NANOSECONDS);
    }

    private void expired(InetSocketAddress remote) {
      if (!upgrading) {
        refuse(Refusal.WAITED, remote);
      } else if (!settled) {
        settled = true;
        host.counters().failedUpgrades.count("timeout");
        EventLoops.close(channel);
      }
    }

    @Override
    public void start() {
      channel.eventLoop().execute(this::promoted);
    }

    @Override
    public void giveWay(Refusal why) {
      channel.eventLoop().execute(() -> makeRoom(why));
    }

    @Override
    public boolean spoke() {
      return spoken;
    }

    private void makeRoom(Refusal why) {
      Link link = opened;
      if (link != null) {
        host.refusals().refused(why, link.peer());
        host.counters().refused.count(why.label());
        link.close("an expected peer needs its place");
        return;
      }
      if (settled || !channel.isOpen()) {
        return;
      }
      settled = true;
      host.refusals().refused(why, channel.remoteAddress());
      if (upgrading) {
        host.counters().failedUpgrades.count(why.label());
        EventLoops.close(channel);
      } else {
        refuse(why.label());
      }
    }

    private void promoted() {
      ConnectionGuard.Ticket held = ticket;
      if (held != null && channel.isOpen()) {
        upgrade(held);
        channel.pipeline().fireChannelActive();
        channel.config().setAutoRead(true);
      }
    }

    private void upgrade(ConnectionGuard.Ticket held) {
      upgrading = true;
      slowTimer =
          channel
              .eventLoop()
              .schedule(
                  () -> host.guard().slow(held),
                  ConnectionGuard.SLOW_AFTER.toNanos(),
                  TimeUnit.NANOSECONDS);
      channel.pipeline().addLast(new Listening());
      long startedNanos = System.nanoTime();
      ConnectionBuilder builder =
          upgrades.builder(
              null,
              step -> {},
              connection ->
                  opened =
                      adopter.adopt(
                          connection,
                          held,
                          false,
                          Keepalive.accepted(host.config()),
                          startedNanos));
      channel.pipeline().addLast(builder);
      Unawaited.logged(
          builder
              .getConnectionEstablished()
              .whenComplete(
                  (connection, failure) -> {
                    cancelTimers();
                    open.remove(channel);
                    if (failure != null && !settled) {
                      failed(failure);
                    }
                    settled = true;
                  }),
          log,
          "upgrade");
    }

    private void failed(Throwable failure) {
      Throwable cause = Failures.root(failure);
      log.debug("upgrade failed remote={} cause={}", channel.remoteAddress(), cause.toString());
      host.counters().failedUpgrades.count(Failures.reasonOfUpgrade(cause));
      EventLoops.close(channel);
    }

    /** Refuses the socket because of a limit: counts it, and logs the limit to raise. */
    private void refuse(Refusal refusal, InetSocketAddress remote) {
      host.refusals().refused(refusal, remote);
      refuse(refusal.label());
    }

    private boolean isWaiting(ConnectionGuard.Ticket held) {
      return host.guard().phase(held) == ConnectionGuard.Phase.WAITING;
    }

    private void refuse(String reason) {
      settled = true;
      host.counters().refused.count(reason);
      EventLoops.close(channel);
    }

    private void onClosed() {
      cancelTimers();
      ConnectionGuard.Ticket held = ticket;
      if (held != null) {
        if (waited && !settled && isWaiting(held)) {
          host.counters().refused.count("closed-while-waiting");
        }
        ConnectionGuard.start(host.guard().gone(held));
      }
    }

    private void cancelTimers() {
      Future<?> running = deadline;
      if (running != null) {
        running.cancel(false);
      }
      Future<?> second = slowTimer;
      if (second != null) {
        second.cancel(false);
      }
    }

    /**
     * Detects whether more bytes arrived than the agreement on Noise, which precedes the
     * handshake's first byte.
     */
    private final class Listening extends ChannelInboundHandlerAdapter {
      private long heard;

      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf bytes) {
          heard += bytes.readableBytes();
        }
        if (heard > AGREEMENT_BYTES) {
          spoken = true;
          ctx.pipeline().remove(this);
        }
        ctx.fireChannelRead(message);
      }
    }
  }
}
