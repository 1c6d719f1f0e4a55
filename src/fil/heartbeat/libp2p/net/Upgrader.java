package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.DialStep;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.host.Refusal;
import fil.heartbeat.libp2p.noise.NoiseException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Drives an {@link Upgrade} over a wire: one fixed deadline, and arithmetic on the loop while it
 * has time for it, else on a pool while reading is paused. Reports its result once; after a failure
 * the wire is closed.
 */
final class Upgrader {
  private final Wire wire;
  private final Loop loop;
  private final Upgrade upgrade;
  private final WorkPool crypto;
  private final Consumer<DialStep> watcher;
  private final Consumer<Upgrade.Outcome> onUpgraded;
  private final Consumer<UpgradeException> onFailed;
  private final AtomicBoolean over = new AtomicBoolean();
  private Loop.Timer deadline = Loop.Timer.NONE;
  private boolean computing;
  private boolean paused;
  private boolean secured;
  private volatile boolean spoken;

  Upgrader(
      Wire wire,
      Loop loop,
      Upgrade upgrade,
      WorkPool crypto,
      Consumer<DialStep> watcher,
      Consumer<Upgrade.Outcome> onUpgraded,
      Consumer<UpgradeException> onFailed) {
    this.wire = wire;
    this.loop = loop;
    this.upgrade = upgrade;
    this.crypto = crypto;
    this.watcher = watcher;
    this.onUpgraded = onUpgraded;
    this.onFailed = onFailed;
  }

  void start(Duration timeout) {
    deadline =
        loop.after(
            timeout,
            () ->
                fail(
                    "timeout",
                    Code.TIMEOUT,
                    "no connection within "
                        + timeout.toMillis()
                        + " ms: the time was over before "
                        + upgrade.stage().missing()));
    wire.owner(this::onBytes, this::onClosed);
    pump();
    if (!over.get() && !computing) {
      wire.resume();
    }
  }

  /** Cancels the upgrade, as if it had failed. Idempotent. */
  void cancel() {
    fail("cancelled", Code.CLOSED, "the dial was given up");
  }

  /** Ends it, as if it had failed, because other sockets need its place. Idempotent. */
  void giveWay(Refusal why) {
    fail(why.label(), Code.CLOSED, "others need its place");
  }

  /** Whether the other side has sent anything of the Noise handshake. Any thread. */
  boolean spoke() {
    return spoken;
  }

  Upgrade.Stage stage() {
    return upgrade.stage();
  }

  private void onBytes(byte[] bytes) {
    if (over.get()) {
      return;
    }
    try {
      upgrade.receive(bytes);
      if (!spoken && upgrade.spoken()) {
        spoken = true;
      }
      pump();
    } catch (UpgradeException cause) {
      fail(cause);
    }
  }

  private void onClosed() {
    fail(
        "closed",
        Code.HANDSHAKE_FAILED,
        "the peer closed the connection before " + upgrade.stage().missing());
  }

  private void pump() {
    byte[] bytes = upgrade.takeOutput();
    if (bytes.length > 0) {
      wire.write(bytes, taken -> {});
    }
    if (!secured && upgrade.stage().compareTo(Upgrade.Stage.HANDSHAKE) > 0) {
      secured = true;
      watcher.accept(DialStep.SECURED);
    }
    Upgrade.Step step = upgrade.step();
    Upgrade.Outcome outcome = upgrade.outcome();
    if (outcome != null) {
      if (over.compareAndSet(false, true)) {
        deadline.cancel();
        watcher.accept(DialStep.MUXED);
        onUpgraded.accept(outcome);
      }
    } else if (step != null && !computing) {
      computing = true;
      if (!loop.compute(step::run, this::onStep)) {
        submit(step);
      }
    }
  }

  private void submit(Upgrade.Step step) {
    paused = true;
    wire.pause();
    if (!crypto.submit(step::run, over, loop, this::onStep)) {
      fail(
          Refusal.CRYPTO.label(),
          Code.LIMIT,
          "too many handshakes wait for arithmetic (raise " + Refusal.CRYPTO.limit() + ")");
    }
  }

  private void onStep(byte @Nullable [] frame, @Nullable Throwable failure) {
    computing = false;
    if (over.get()) {
      return;
    }
    try {
      if (failure instanceof NoiseException cause) {
        throw Upgrade.failure(cause);
      }
      if (frame == null) {
        throw new UpgradeException(
            "internal", Code.HANDSHAKE_FAILED, "the handshake broke: " + failure);
      }
      upgrade.stepDone(frame);
      pump();
      if (paused && !over.get() && !computing) {
        paused = false;
        wire.resume();
      }
    } catch (UpgradeException cause) {
      fail(cause);
    }
  }

  private void fail(String reason, Code code, String message) {
    fail(new UpgradeException(reason, code, message));
  }

  private void fail(UpgradeException cause) {
    if (over.compareAndSet(false, true)) {
      deadline.cancel();
      wire.abort();
      onFailed.accept(cause);
    }
  }
}
