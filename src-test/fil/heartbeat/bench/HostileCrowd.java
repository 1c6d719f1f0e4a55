package fil.heartbeat.bench;

import fil.heartbeat.libp2p.Multiaddr;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The strangers of {@link HostileBench}, in a process of their own: each a thread that does one bad
 * thing over and over, from many addresses of the loopback and with a new key for each connection.
 * Arguments: the target's multiaddr, how many strangers, how many ids in all, seconds, the nickname
 * and the miner address that some of them claim. Answers any line on standard input with one line
 * of what they did, and ends with standard input.
 */
public final class HostileCrowd {
  private static final long STACK_BYTES = 256 * 1024;

  private HostileCrowd() {}

  public static void main(String[] args) throws Exception {
    int strangers = Integer.parseInt(args[1]);
    int seconds = Integer.parseInt(args[3]);
    HostileStranger.Crowd crowd =
        new HostileStranger.Crowd(
            Multiaddr.parse(args[0]),
            args[4],
            args[5],
            System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
    List<HostileMode> modes = HostileMode.among(strangers);
    long newcomers = modes.stream().filter(mode -> mode == HostileMode.NEWCOMER).count();
    long ids = Long.parseLong(args[2]);
    long betweenNanos = ids == 0 ? 0 : TimeUnit.SECONDS.toNanos(seconds) * newcomers / ids;
    for (int i = 0; i < strangers; i++) {
      HostileStranger each = new HostileStranger(crowd, modes.get(i), i, betweenNanos);
      Thread thread = new Thread(null, each, "stranger-" + i, STACK_BYTES);
      thread.setDaemon(true);
      thread.start();
    }
    System.out.println("attacking strangers=" + strangers);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      System.out.println("crowd " + crowd.told());
    }
  }
}
