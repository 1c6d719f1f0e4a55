package fil.heartbeat.testing;

import java.util.ArrayList;
import java.util.List;

/**
 * A name space of mounts of its own, in which a disk ends with the process; root needs none of
 * users.
 */
public final class Namespace {
  private static final List<String> UNSHARE =
      List.of(
          "unshare", new com.sun.security.auth.module.UnixSystem().getUid() == 0 ? "-m" : "-rm");

  private Namespace() {}

  /**
   * Lets a command run in one.
   *
   * @param script mounts, and ends in {@code exec "$@"}
   */
  public static ProcessBuilder within(String script, ProcessBuilder builder) {
    List<String> command = new ArrayList<>(UNSHARE);
    command.addAll(List.of("sh", "-c", script, "-"));
    command.addAll(builder.command());
    return builder.command(command);
  }
}
