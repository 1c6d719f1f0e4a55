package fil.heartbeat.api.access;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions of browsers that logged in, each with its token. In memory only: a restart logs all of
 * them out.
 */
final class Sessions {
  static final Duration AGE = Duration.ofHours(12);

  /** Sessions of one token; the oldest is dropped for a new one. */
  static final int MAX_OF_TOKEN = 100;

  /** Sessions in all; the oldest of the token with the most is dropped for a new one. */
  static final int MAX_SESSIONS = 1000;

  private static final int ID_BYTES = 32;

  private record Session(String token, Instant until) {}

  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> sessions = new HashMap<>();

  /** Session names of each token, the oldest first. */
  private final Map<String, LinkedHashMap<String, Instant>> byToken = new HashMap<>();

  /**
   * Opens a session and returns its id, for a cookie.
   *
   * @param token its key
   */
  String open(String token, Instant now) {
    expire(now);
    Map<String, Instant> own = byToken.getOrDefault(token, new LinkedHashMap<>());
    if (own.size() >= MAX_OF_TOKEN) {
      remove(own.keySet().iterator().next());
    } else if (sessions.size() >= MAX_SESSIONS) {
      byToken.values().stream()
          .max(Comparator.comparingInt(Map::size))
          .ifPresent(most -> remove(most.keySet().iterator().next()));
    }
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    Instant until = now.plus(AGE);
    sessions.put(name(text), new Session(token, until));
    byToken.computeIfAbsent(token, made -> new LinkedHashMap<>()).put(name(text), until);
    return text;
  }

  /** Returns the key of a session's token; empty when there is no such session. */
  Optional<String> token(String id, Instant now) {
    return Optional.ofNullable(sessions.get(name(id)))
        .filter(session -> session.until().isAfter(now))
        .map(Session::token);
  }

  void close(String id) {
    remove(name(id));
  }

  int size() {
    return sessions.size();
  }

  private void expire(Instant now) {
    sessions.entrySet().stream()
        .filter(each -> !each.getValue().until().isAfter(now))
        .map(Map.Entry::getKey)
        .toList()
        .forEach(this::remove);
  }

  private void remove(String name) {
    Session gone = sessions.remove(name);
    if (gone != null) {
      byToken.computeIfPresent(
          gone.token(),
          (token, own) -> {
            own.remove(name);
            return own.isEmpty() ? null : own;
          });
    }
  }

  /** Looks up a digest, so that timing reveals nothing about the ids. */
  private static String name(String id) {
    return Tokens.key(id);
  }
}
