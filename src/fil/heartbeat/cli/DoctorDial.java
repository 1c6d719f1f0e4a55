package fil.heartbeat.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.cli.DoctorReport.Step;
import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.DialStep;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import fil.heartbeat.wire.HeartbeatProtocol;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The steps from a node to one target, up to a heartbeat stream and, on request, a test beat. */
final class DoctorDial {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Host host;
  private final Multiaddr target;
  private final DoctorReport report;
  private Step next = Step.DNS;

  DoctorDial(Host host, Multiaddr target, DoctorReport report) {
    this.host = host;
    this.target = target;
    this.report = report;
  }

  /** Opens a stream, which by itself counts for nothing; empty after a failure. */
  Optional<Stream> open() {
    DialOptions options =
        new DialOptions(PATIENCE, Duration.ofSeconds(30), Duration.ofSeconds(50), this::onProgress);
    try {
      Stream stream =
          Awaited.of(host.open(target, HeartbeatProtocol.IDS, options), PATIENCE.plusSeconds(1));
      report.ok(Step.PROTOCOL, stream.protocol());
      return Optional.of(stream);
    } catch (Libp2pException e) {
      failed(e.getMessage(), DialRemedy.of(e));
    } catch (IllegalStateException e) {
      failed(e.getMessage(), "try again; is the peer overloaded?");
    }
    return Optional.empty();
  }

  /** Sends a beat that is marked as a test and belongs to no node. */
  void beat(Stream stream, Heartbeat beat) {
    byte[] frame = HeartbeatEncoder.encode(beat.asDiagnostic());
    try {
      Void unused = Awaited.of(stream.write(frame), PATIENCE);
      report.ok(Step.BEAT, frame.length + " bytes written: " + new String(frame, UTF_8).strip());
    } catch (Libp2pException e) {
      report.fail(Step.BEAT, e.getMessage(), DialRemedy.of(e));
    } catch (IllegalStateException e) {
      report.fail(Step.BEAT, e.getMessage(), "try again; is the peer overloaded?");
    }
  }

  /** On any thread, also for a second address of the target. */
  private synchronized void onProgress(DialStep reached) {
    Step step =
        switch (reached) {
          case RESOLVED -> Step.DNS;
          case CONNECTED -> Step.TCP;
          case SECURED -> Step.NOISE;
          case MUXED -> Step.MUXER;
        };
    if (step != next) {
      return;
    }
    report.ok(
        step,
        switch (reached) {
          case RESOLVED -> target.toString();
          case CONNECTED -> "connected";
          case SECURED -> "expected and got " + target.peerId().map(Object::toString).orElse("");
          case MUXED -> "/yamux/1.0.0";
        });
    next =
        switch (reached) {
          case RESOLVED -> Step.TCP;
          case CONNECTED -> Step.NOISE;
          case SECURED -> Step.MUXER;
          case MUXED -> Step.PROTOCOL;
        };
  }

  private synchronized void failed(@Nullable String what, String remedy) {
    report.fail(next, what, remedy);
    for (Step step : Step.values()) {
      if (step.compareTo(next) > 0 && step != Step.BEAT) {
        report.skip(step, next.word() + " failed");
      }
    }
  }
}
