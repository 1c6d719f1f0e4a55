package fil.heartbeat.config;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.config.AlertsConfig.Deadman;
import fil.heartbeat.config.AlertsConfig.Flapping;
import fil.heartbeat.config.AlertsConfig.Group;
import fil.heartbeat.config.AlertsConfig.Limits;
import fil.heartbeat.config.AlertsConfig.Maintenance;
import fil.heartbeat.config.AlertsConfig.Peer;
import fil.heartbeat.config.AlertsConfig.Route;
import fil.heartbeat.config.AlertsConfig.Rule;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the {@code alerts} section. */
final class AlertsReader {
  private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");

  private final Section section;
  private final Path folder;
  private final ClientConfig client;

  private AlertsReader(Section section, Path folder, ClientConfig client) {
    this.section = section;
    this.folder = folder;
    this.client = client;
  }

  static AlertsConfig read(Section section, Path folder, ClientConfig client) {
    return new AlertsReader(section, folder, client).read();
  }

  private AlertsConfig read() {
    Map<AlertRule, Rule> rules = RuleReader.read(section, Rule::of);
    List<SinkConfig> sinks = new SinkReader(folder, client).read(section);
    return new AlertsConfig(
        new AlertsConfig.Rules(
            rules,
            groups(rules),
            flapping(section.section("flapping")),
            section.duration("keepFiringFor"),
            section.duration("monitorAfter"),
            section.duration("isolationLimit"),
            limits(section.section("limits"))),
        new AlertsConfig.Delivery(
            sinks,
            routes(sinks.stream().map(SinkConfig::name).toList()),
            section.duration("groupWait")),
        maintenance(),
        new AlertsConfig.Watching(peers(), deadman(section.section("deadman"))));
  }

  private List<Group> groups(Map<AlertRule, Rule> rules) {
    List<Group> groups = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section each : section.sections("groups")) {
      groups.add(
          new Group(
              name(each, names),
              SelectorReader.nodes(each, "select"),
              RuleReader.severity(each),
              Labels.read(each, "labels"),
              RuleReader.read(each, rule -> rules.getOrDefault(rule, Rule.of(rule)))));
    }
    return groups;
  }

  private List<Route> routes(List<String> sinks) {
    List<Route> routes = new ArrayList<>();
    for (Section each : section.sections("routes")) {
      List<String> chosen = each.texts("sinks").stream().distinct().toList();
      if (chosen.isEmpty()) {
        each.fault("sinks", "(missing)", "names of alerts.sinks");
      }
      chosen.stream()
          .filter(name -> !sinks.contains(name))
          .forEach(
              name ->
                  each.fault(
                      "sinks",
                      name,
                      sinks.isEmpty()
                          ? "a name of alerts.sinks; there are none"
                          : Similar.hint(name, sinks)));
      routes.add(new Route(SelectorReader.alerts(each, "select"), chosen));
    }
    return routes;
  }

  private List<Maintenance> maintenance() {
    List<Maintenance> windows = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section each : section.sections("maintenance")) {
      windows.add(
          new Maintenance(
              name(each, names),
              SelectorReader.alerts(each, "select"),
              days(each),
              time(each, "from"),
              time(each, "to"),
              zone(each)));
    }
    return windows;
  }

  private static Set<DayOfWeek> days(Section window) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String text : window.texts("days")) {
      Optional<DayOfWeek> day =
          EnumSet.allOf(DayOfWeek.class).stream()
              .filter(each -> word(each).equals(text))
              .findFirst();
      day.ifPresentOrElse(
          days::add, () -> window.fault("days", text, "mon, tue, wed, thu, fri, sat or sun"));
    }
    return days;
  }

  private static String word(DayOfWeek day) {
    return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
  }

  private static LocalTime time(Section window, String name) {
    String text = window.text(name);
    if (TIME.matcher(text).matches()) {
      return LocalTime.parse(text);
    }
    window.fault(name, text.isEmpty() ? "(missing)" : text, "a time of day, such as 22:00");
    return LocalTime.MIDNIGHT;
  }

  private static ZoneId zone(Section window) {
    String text = window.text("timeZone");
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      window.fault("timeZone", text, "a time zone, such as UTC or Europe/Berlin");
      return ZoneOffset.UTC;
    }
  }

  private static Flapping flapping(Section flapping) {
    return new Flapping(
        flapping.whole("changes"), flapping.duration("window"), flapping.duration("calm"));
  }

  private static Limits limits(Section limits) {
    Map<String, Integer> fil = new HashMap<>();
    Limits.DEFAULT.fil().keySet().forEach(role -> fil.put(role, limits.whole(role + "Fil")));
    return new Limits(limits.whole("peers"), limits.whole("burnDays"), fil);
  }

  private List<Peer> peers() {
    List<Peer> peers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section each : section.sections("peers")) {
      String url = each.text("url");
      if (!RpcUrl.isUsable(url) || url.contains("?") || url.contains("#")) {
        each.fault(
            "url",
            url.isEmpty() ? "(missing)" : RpcUrl.shown(url),
            "where its HTTP server is, such as http://10.0.0.2:8080, without user and password");
      }
      peers.add(
          new Peer(
              name(each, names),
              url.replaceFirst("/+$", ""),
              each.optionalText("tokenFile")
                  .map(file -> Checks.path(each, "tokenFile", file, folder))));
    }
    return peers;
  }

  private Optional<Deadman> deadman(Section deadman) {
    Optional<Secret> url = SecretReader.url(deadman, folder);
    Duration period = deadman.duration("period");
    if (url.isEmpty() && !period.equals(AlertsConfig.DEADMAN_PERIOD)) {
      deadman.fault("url", "(missing)", "one of " + String.join(", ", SecretReader.URL));
    }
    return url.map(secret -> new Deadman(secret, period));
  }

  private static String name(Section each, Set<String> names) {
    String name = each.text("name");
    if (!MembersConfig.isName(name)) {
      each.fault(
          "name",
          name.isEmpty() ? "(missing)" : name,
          "1 to 64 characters without control characters");
    } else if (!names.add(name)) {
      each.fault("name", name, "a name that no other has");
    }
    return name;
  }
}
