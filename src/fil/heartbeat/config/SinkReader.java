package fil.heartbeat.config;

import fil.heartbeat.config.SinkConfig.Chat;
import fil.heartbeat.config.SinkConfig.Mail;
import fil.heartbeat.config.SinkConfig.Tls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads {@code alerts.sinks}. */
final class SinkReader {
  private static final List<String> MAIL = List.of("host", "port", "tls", "user", "from", "to");

  private static final List<String> CHAT = List.of("chat", "thread");

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|::1", Pattern.CASE_INSENSITIVE);

  /** Printable ASCII without characters that have a meaning in a mail header or an SMTP command. */
  private static final Pattern ADDRESS =
      Pattern.compile("[!#-'*+./0-9=?A-Z^-~-]{1,64}@[A-Za-z0-9._-]{1,189}");

  /** An id, which is negative for groups and channels, or the name of a public one. */
  private static final Pattern CHAT_ID = Pattern.compile("-?[0-9]{1,19}|@[A-Za-z0-9_]{4,32}");

  private final Path folder;
  private final ClientConfig client;
  private final Set<String> names = new HashSet<>();

  SinkReader(Path folder, ClientConfig client) {
    this.folder = folder;
    this.client = client;
  }

  List<SinkConfig> read(Section alerts) {
    List<SinkConfig> sinks = new ArrayList<>();
    for (Section section : alerts.sections("sinks")) {
      sinks.add(sink(section));
    }
    return sinks;
  }

  private SinkConfig sink(Section section) {
    Optional<SinkConfig.Type> known =
        Checks.word(
            section, "type", Arrays.asList(SinkConfig.Type.values()), SinkConfig.Type::label, true);
    known.ifPresent(type -> checkForeign(section, type));
    SinkConfig.Type type = known.orElse(SinkConfig.Type.WEBHOOK);
    Optional<Secret> url = SecretReader.url(section, folder);
    Optional<Secret> secret = SecretReader.secret(section, folder);
    if (known.isPresent()) {
      checkNeeded(section, type, url, secret);
    }
    Optional<Secret> destination = url.or(() -> type.usualUrl().map(Secret.Plain::new));
    return new SinkConfig(
        name(section),
        type,
        destination,
        secret,
        section.flag("watchdog"),
        section.whole("maxPerMinute"),
        section.duration("timeout"),
        type == SinkConfig.Type.EMAIL
            ? Optional.of(mail(section, secret.isPresent()))
            : Optional.empty(),
        type == SinkConfig.Type.TELEGRAM ? Optional.of(chat(section)) : Optional.empty(),
        CaFile.read(section, "caFile", folder).or(client::caFile));
  }

  private String name(Section section) {
    String name = section.text("name");
    if (!NAME.matcher(name).matches()) {
      section.fault(
          "name", name.isEmpty() ? "(missing)" : name, "1 to 64 of a-z, A-Z, 0-9, _ and -");
    } else if (!names.add(name)) {
      section.fault("name", name, "a name that no other sink has");
    }
    return name;
  }

  private static List<String> keys(SinkConfig.Type type) {
    return switch (type) {
      case WEBHOOK, PAGERDUTY, ALERTMANAGER, NTFY, APPRISE ->
          all(List.of(SecretReader.URL, SecretReader.SECRET));
      case SLACK, DISCORD -> SecretReader.URL;
      case EMAIL -> all(List.of(MAIL, SecretReader.SECRET));
      case TELEGRAM -> all(List.of(SecretReader.URL, SecretReader.SECRET, CHAT));
    };
  }

  private static List<String> all(List<List<String>> keys) {
    return keys.stream().flatMap(List::stream).toList();
  }

  private static void checkForeign(Section section, SinkConfig.Type type) {
    all(List.of(SecretReader.URL, SecretReader.SECRET, MAIL, CHAT)).stream()
        .filter(key -> section.has(key) && !keys(type).contains(key))
        .forEach(
            key ->
                section.fault(
                    key,
                    "with type " + type.label(),
                    "absent; for type "
                        + Arrays.stream(SinkConfig.Type.values())
                            .filter(other -> keys(other).contains(key))
                            .map(SinkConfig.Type::label)
                            .reduce((a, b) -> a + ", " + b)
                            .orElse("none")));
  }

  private static void checkNeeded(
      Section section, SinkConfig.Type type, Optional<Secret> url, Optional<Secret> secret) {
    if (url.isEmpty() && type != SinkConfig.Type.EMAIL && type.usualUrl().isEmpty()) {
      section.fault("url", "(missing)", "one of " + String.join(", ", SecretReader.URL));
    }
    if (secret.isEmpty() && type == SinkConfig.Type.PAGERDUTY) {
      section.fault(
          "secretFile", "(missing)", "secretFile or secretEnv, which holds the routing key");
    }
    if (secret.isEmpty() && type == SinkConfig.Type.TELEGRAM) {
      section.fault(
          "secretFile", "(missing)", "secretFile or secretEnv, which holds the token of the bot");
    }
  }

  private static Mail mail(Section section, boolean hasPassword) {
    String host = section.text("host");
    if (!HOST.matcher(host).matches()) {
      section.fault("host", host.isEmpty() ? "(missing)" : host, "a host name or an address");
    }
    Tls tls =
        Checks.word(
                section,
                "tls",
                Arrays.asList(Tls.values()),
                each -> each.name().toLowerCase(Locale.ROOT),
                false)
            .orElse(Tls.STARTTLS);
    if (tls == Tls.NONE && !LOOPBACK.matcher(host).matches()) {
      section.fault("tls", "none", "starttls or tls; none only for a server on this machine");
    }
    Optional<String> user = section.optionalText("user");
    if (user.isPresent() && !Labels.isValue(user.get())) {
      section.fault("user", Section.show(user.get()), Labels.VALUE);
    }
    if (user.isPresent() != hasPassword) {
      section.fault(
          user.isPresent() ? "secretFile" : "user",
          "(missing)",
          "user and its password (secretFile or secretEnv), or neither");
    }
    return new Mail(
        host,
        section.whole("port"),
        tls,
        user,
        address(section, "from", section.text("from")),
        recipients(section));
  }

  private static Chat chat(Section section) {
    String id = section.text("chat");
    if (!CHAT_ID.matcher(id).matches()) {
      section.fault(
          "chat",
          id.isEmpty() ? "(missing)" : id,
          "an id in quotes, such as \"-1001234567890\", or \"@name\" of a public channel");
    }
    return new Chat(id, section.whole("thread"));
  }

  private static List<String> recipients(Section section) {
    List<String> recipients = section.texts("to");
    if (!AlertsConfigKeys.RECIPIENTS.holds(recipients.size())) {
      section.fault(
          "to", recipients.size() + " of them", AlertsConfigKeys.RECIPIENTS.range() + " addresses");
    }
    return recipients.stream().map(each -> address(section, "to", each)).toList();
  }

  private static String address(Section section, String name, String text) {
    if (!ADDRESS.matcher(text).matches()) {
      section.fault(
          name, text.isEmpty() ? "(missing)" : text, "a mail address, such as ops@example.com");
    }
    return text;
  }
}
