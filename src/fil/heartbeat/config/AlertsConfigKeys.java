package fil.heartbeat.config;

import static fil.heartbeat.config.ConfigKey.Form.FLAG;
import static fil.heartbeat.config.ConfigKey.Form.LIST;
import static fil.heartbeat.config.ConfigKey.Form.MAP;
import static fil.heartbeat.config.ConfigKey.Form.SECTION;
import static fil.heartbeat.config.ConfigKey.Form.TEXT;
import static fil.heartbeat.config.ConfigKey.Form.duration;
import static fil.heartbeat.config.ConfigKey.Form.list;
import static fil.heartbeat.config.ConfigKey.Form.whole;

import java.time.Duration;
import java.util.List;

/** The keys of the {@code alerts} section. */
final class AlertsConfigKeys {
  /** Recipients of one mail. */
  static final ConfigKey.Form RECIPIENTS = list(1, 50);

  private final List<ConfigKey> keys;

  private AlertsConfigKeys(List<ConfigKey> keys) {
    this.keys = keys;
  }

  static void addTo(List<ConfigKey> keys) {
    keys.add(
        ConfigKey.of(
            "alerts", SECTION, "", "raises alerts of what the aggregator sees; may be `{}`"));
    AlertsConfigKeys here = new AlertsConfigKeys(keys);
    here.sinks();
    here.rules();
    here.groupsAndRoutes();
    here.maintenance();
    here.pace();
    here.limits();
    here.watchers();
  }

  private void sinks() {
    // Each has its own queue, and every alert stores its delivery to each.
    key("sinks", list(0, 32), "[]", "where notifications go; none = alerts are only shown");
    key("sinks[].name", TEXT, "", "required, unique, 1 to 64 of `a-z`, `A-Z`, `0-9`, `_`, `-`");
    key(
        "sinks[].type",
        TEXT,
        "",
        "required: `webhook`, `slack`, `pagerduty`, `email`, `alertmanager`, `telegram`, `discord`,"
            + " `ntfy` or `apprise`");
    key(
        "sinks[].url",
        TEXT,
        "",
        "where it takes alerts, never shown; the base of an Alertmanager; PagerDuty and Telegram"
            + " have a default");
    key("sinks[].urlFile", TEXT, "", "file that holds the URL, instead of `url`");
    key("sinks[].urlEnv", TEXT, "", "variable that holds the URL, instead of `url`");
    key(
        "sinks[].secretFile",
        TEXT,
        "",
        "file with what signs a webhook's body, PagerDuty's routing key, an Alertmanager's bearer"
            + " token, a Telegram bot's token, ntfy's access token, the addresses that an Apprise"
            + " server notifies or the password of `user`");
    key("sinks[].secretEnv", TEXT, "", "variable that holds it, instead of `secretFile`");
    key("sinks[].watchdog", FLAG, "false", "it gets `Watchdog`, which always fires");
    key("sinks[].maxPerMinute", whole(1, 600), 30, "notifications; more are gathered, not lost");
    key("sinks[].timeout", duration("1s", "60s"), Duration.ofSeconds(10), "of one attempt");
    key("sinks[].caFile", TEXT, "", "PEM certificates to trust; empty = `client.caFile`");
    key("sinks[].host", TEXT, "", "mail server; required for `email`");
    key("sinks[].port", whole(1, 65_535), 587, "of the mail server");
    key(
        "sinks[].tls",
        TEXT,
        "starttls",
        "`starttls`, `tls`, or `none` for a server on this machine");
    key("sinks[].user", TEXT, "", "of the mail server; empty = no login");
    key("sinks[].from", TEXT, "", "mail address; required for `email`");
    key("sinks[].to", RECIPIENTS, "[]", "mail addresses");
    key(
        "sinks[].chat",
        TEXT,
        "",
        "Telegram chat, such as `-1001234567890` or `@name`; required for `telegram`");
    key("sinks[].thread", whole(0, Integer.MAX_VALUE), 0, "topic of a Telegram group; 0 = none");
  }

  private void rules() {
    key("rules", MAP, "{}", "rule to what is changed of it");
    key("rules.*.enabled", FLAG, "", "whether it is on");
    key("rules.*.for", duration("0s", "168h"), "", "how long it must last before it fires");
    key("rules.*.severity", TEXT, "", "`info`, `warning` or `critical`");
    key(
        "rules.*.criticalAfter",
        duration("0s", "168h"),
        "",
        "not below `for`; then it is critical; empty = never");
    key("rules.*.labels", MAP, "{}", "at most 16, added to its alerts");
    key(
        "rules.*.select",
        MAP,
        "{}",
        "nodes that it is about: `nickname`, `miner`, `peerId`, `network`, `labels`");
  }

  private void groupsAndRoutes() {
    key(
        "groups",
        list(0, 64),
        "[]",
        "nodes treated otherwise; the first that selects a node applies");
    key("groups[].name", TEXT, "", "required, unique, 1 to 64 characters");
    key("groups[].select", MAP, "{}", "as `alerts.rules.*.select`");
    key("groups[].severity", TEXT, "", "of all of their alerts; empty = as the rules say");
    key("groups[].labels", MAP, "{}", "at most 16, added to their alerts");
    key("groups[].rules", MAP, "{}", "as `alerts.rules`, over them");
    // All of them are searched for each changed alert.
    key("routes", list(0, 64), "[]", "which sinks get what; none = every sink gets every alert");
    key(
        "routes[].select",
        MAP,
        "{}",
        "alerts by `rule`, `severity`, `nickname`, `miner`, `peerId`, `network`, `labels`: each a text or a list, `*` for anything");
    key("routes[].sinks", LIST, "[]", "names, at least one");
  }

  private void maintenance() {
    key("maintenance", list(0, 64), "[]", "recurring windows in which no notification is sent");
    key("maintenance[].name", TEXT, "", "required, unique, 1 to 64 characters");
    key("maintenance[].select", MAP, "{}", "as `alerts.routes[].select`");
    key("maintenance[].days", LIST, "[]", "`mon` to `sun`, on which it begins; empty = each day");
    key("maintenance[].from", TEXT, "", "required, such as `22:00`");
    key("maintenance[].to", TEXT, "", "required; on the next day when not after `from`");
    key("maintenance[].timeZone", TEXT, "UTC", "such as `Europe/Berlin`");
  }

  private void pace() {
    key(
        "groupWait",
        duration("0s", "10m"),
        AlertsConfig.Delivery.GROUP_WAIT,
        "alerts of one rule and network are gathered this long");
    key(
        "keepFiringFor",
        duration("0s", "1h"),
        AlertsConfig.Rules.KEEP_FIRING_FOR,
        "how long the condition must be false before an alert resolves");
    key(
        "monitorAfter",
        duration("0s", "24h"),
        AlertsConfig.Rules.MONITOR_AFTER,
        "in an open fleet a node must beat this long until alerts are about it");
    key(
        "isolationLimit",
        duration("1m", "24h"),
        AlertsConfig.Rules.ISOLATION_LIMIT,
        "`FleetIsolated` holds back alerts of nodes for at most this long");
    AlertsConfig.Flapping flapping = AlertsConfig.Flapping.DEFAULT;
    key("flapping", SECTION, "", "when a node changes too often");
    key(
        "flapping.changes",
        whole(2, 100),
        flapping.changes(),
        "changes into trouble within `window`");
    key("flapping.window", duration("1m", "24h"), flapping.window(), "in which they are counted");
    key(
        "flapping.calm",
        duration("1m", "24h"),
        flapping.calm(),
        "without such a change, until it flaps no more");
  }

  private void limits() {
    AlertsConfig.Limits limits = AlertsConfig.Limits.DEFAULT;
    key("limits", SECTION, "", "what is too little of what nodes report about themselves");
    key(
        "limits.peers",
        whole(0, 1_000),
        limits.peers(),
        "`NodeIsolated`: a node with at most this many peers");
    for (String role : List.of("worker", "control", "owner", "miner", "other")) {
      key(
          "limits." + role + "Fil",
          whole(0, 1_000_000_000),
          limits.fil().getOrDefault(role, 0),
          "`BalanceLow`: FIL below which the balance of this role is low; 0 = not watched");
    }
    key(
        "limits.burnDays",
        whole(0, 365),
        limits.burnDays(),
        "`BalanceLow`: days that a watched balance must last at the burn of the last 24 h; 0 = off");
  }

  private void watchers() {
    key("peers", list(0, AlertsConfig.MAX_PEERS), "[]", "other aggregators that this one watches");
    key("peers[].name", TEXT, "", "required, unique, 1 to 64 characters");
    key("peers[].url", TEXT, "", "required: its HTTP server, with `http.basePath`");
    key("peers[].tokenFile", TEXT, "", "file with a read token; empty = none");
    key("deadman", SECTION, "", "a ping outwards for as long as all is well here");
    key("deadman.url", TEXT, "", "what is got, never shown; empty = off");
    key("deadman.urlFile", TEXT, "", "file that holds the URL, instead of `url`");
    key("deadman.urlEnv", TEXT, "", "variable that holds the URL, instead of `url`");
    key("deadman.period", duration("10s", "1h"), AlertsConfig.DEADMAN_PERIOD, "between pings");
  }

  private void key(String name, ConfigKey.Form form, Object defaultValue, String meaning) {
    keys.add(ConfigKey.of("alerts." + name, form, defaultValue, meaning));
  }
}
