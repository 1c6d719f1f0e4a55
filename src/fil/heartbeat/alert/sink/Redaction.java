package fil.heartbeat.alert.sink;

import java.net.URI;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Removes secrets from a receiver's answers: many repeat the path or the key that they reject. */
final class Redaction {

  /** Shorter parts of a path or a query are words, not secrets. */
  private static final int MIN_PART = 8;

  /** A shorter secret would garble every answer and protect nothing. */
  private static final int MIN_SECRET = 4;

  private final List<String> secrets;

  private Redaction(Set<String> secrets) {
    this.secrets =
        secrets.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }

  /** Hides a secret and its parts, and parts of a URL that may be one. */
  static Redaction of(String url, Optional<String> secret) {
    Set<String> secrets = new LinkedHashSet<>();
    secret.filter(text -> text.length() >= MIN_SECRET).ifPresent(secrets::add);
    secret.ifPresent(text -> addParts(text, secrets));
    try {
      URI uri = URI.create(url);
      for (String text :
          new String[] {
            uri.getRawPath(), uri.getPath(), uri.getRawQuery(), uri.getQuery(), uri.getUserInfo()
          }) {
        addParts(String.valueOf(text), secrets);
      }
    } catch (IllegalArgumentException e) {
      secrets.add(url);
    }
    return new Redaction(secrets);
  }

  /** An address of Apprise, or the token of a bot, is as secret in part. */
  private static void addParts(String text, Set<String> secrets) {
    for (String part : text.split("[/?&=:;,@\\s]", -1)) {
      if (part.length() >= MIN_PART) {
        secrets.add(part);
      }
    }
  }

  String in(String text) {
    String shown = text;
    for (String secret : secrets) {
      shown = shown.replace(secret, "…");
    }
    return shown;
  }
}
