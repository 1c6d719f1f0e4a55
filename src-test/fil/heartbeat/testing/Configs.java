package fil.heartbeat.testing;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.HostConfig;
import java.time.Duration;

/** Limits for hosts on real sockets. */
public final class Configs {
  /** Beyond the end of any test. */
  private static final Duration NEVER = Duration.ofHours(1);

  /** The default dial without its deadline, as {@link #patient}. */
  public static final DialOptions PATIENT_DIAL =
      new DialOptions(NEVER, DialOptions.DEFAULT.pingAfter(), DialOptions.DEFAULT.deadAfter());

  private Configs() {}

  /**
   * The default limits without the deadlines of a dial, for hosts on real sockets: there a busy
   * machine would race its handshakes against them. What they do is tested in virtual time.
   */
  public static HostConfig patient() {
    return HostConfig.DEFAULT.withDeadlines(
        d -> d.withConnectTimeout(NEVER).withUpgradeTimeout(NEVER).withNegotiationTimeout(NEVER));
  }
}
