package fil.heartbeat.api;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Browsers that logged in. Kept in memory: a restart logs them out. */
final class Sessions {
  static final Duration AGE = Duration.ofHours(12);

  /** The oldest makes room. */
  static final int MAX_SESSIONS = 1000;

  private static final int ID_BYTES = 32;

  private record Session(Grant grant, Instant until) {}

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> sessions = new LinkedHashMap<>();

  /** The id of a new session, for a cookie. */
  String open(Grant grant, Instant now) {
    sessions.values().removeIf(session -> !session.until().isAfter(now));
    if (sessions.size() >= MAX_SESSIONS) {
      var ignored = sessions.remove(sessions.keySet().iterator().next());
    }
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    sessions.put(name(text), new Session(grant, now.plus(AGE)));
    return text;
  }

  Optional<Grant> grant(String id, Instant now) {
    return Optional.ofNullable(sessions.get(name(id)))
        .filter(session -> session.until().isAfter(now))
        .map(Session::grant);
  }

  void close(String id) {
    var ignored = sessions.remove(name(id));
  }

  int size() {
    return sessions.size();
  }

  /** Looking up a digest tells nothing of the ids by its timing. */
  private static String name(String id) {
    return Base64.getEncoder().encodeToString(Tokens.digest(id));
  }
}
