package fil.heartbeat.testing;

import java.util.List;

/** What a peer may call itself to break those who show it. */
public final class NastyStrings {

  /**
   * @param raw as it comes
   * @param cleaned as it is kept
   */
  public record Nasty(String raw, String cleaned) {}

  public static final List<Nasty> ALL =
      List.of(
          same("<script>alert(1)</script>"),
          same("\"><img src=x onerror=alert(1)>"),
          same("'; DROP TABLE known; --"),
          same("=HYPERLINK(\"http://x\",\"click\")"),
          same("@SUM(1+1)*cmd|' /C calc'!A0"),
          same("a\"} 1\\fil_heartbeat_nodes{state=\"ok"),
          same("&amp;&lt;#{7*7}${jndi:ldap://x}"),
          same(",\";"),
          new Nasty("line\nbreak\r\n\u2028end\u0085", "line\uFFFDbreak\uFFFD\uFFFD\uFFFDend\uFFFD"),
          new Nasty("\u202Egpj.exe\u2066\u200F", "\uFFFDgpj.exe\uFFFD\uFFFD"),
          new Nasty("nul\u0000bell\u0007esc\u001B[2J", "nul\uFFFDbell\uFFFDesc\uFFFD[2J"),
          new Nasty("\uD83D".repeat(200), "\uFFFD".repeat(64)));

  private NastyStrings() {}

  private static Nasty same(String text) {
    return new Nasty(text, text);
  }
}
