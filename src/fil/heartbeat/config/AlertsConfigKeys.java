package fil.heartbeat.config;

import static fil.heartbeat.config.ConfigKey.Type.DURATION;
import static fil.heartbeat.config.ConfigKey.Type.FLAG;
import static fil.heartbeat.config.ConfigKey.Type.LIST;
import static fil.heartbeat.config.ConfigKey.Type.MAP;
import static fil.heartbeat.config.ConfigKey.Type.SECTION;
import static fil.heartbeat.config.ConfigKey.Type.TEXT;
import static fil.heartbeat.config.ConfigKey.Type.WHOLE;

import fil.heartbeat.text.GoDuration;
import java.util.List;

/** The keys of the {@code alerts} section. */
final class AlertsConfigKeys {
  private final List<ConfigKey> keys;

  private AlertsConfigKeys(List<ConfigKey> keys) {
    this.keys = keys;
  }

  static void addTo(List<ConfigKey> keys) {
    keys.add(
        new ConfigKey(
            "alerts", SECTION, "", "raises alerts of what the aggregator sees; may be `{}`"));
    AlertsConfigKeys here = new AlertsConfigKeys(keys);
    here.sinks();
    here.rules();
    here.groupsAndRoutes();
    here.maintenance();
    here.pace();
    here.watchers();
  }

  private void sinks() {
    key("sinks", LIST, "[]", "where alerts are told, at most 32; none = only shown");
    key("sinks[].name", TEXT, "", "required, unique, 1 to 64 of `a-z`, `A-Z`, `0-9`, `_`, `-`");
    key(
        "sinks[].type",
        TEXT,
        "",
        "required: `webhook`, `slack`, `pagerduty`, `email` or `alertmanager`");
    key(
        "sinks[].url",
        TEXT,
        "",
        "where it takes alerts, never shown; the base of an Alertmanager; PagerDuty has a default");
    key("sinks[].urlFile", TEXT, "", "file that holds the URL, instead of `url`");
    key("sinks[].urlEnv", TEXT, "", "variable that holds the URL, instead of `url`");
    key(
        "sinks[].secretFile",
        TEXT,
        "",
        "file with what signs a webhook's body, PagerDuty's routing key, an Alertmanager's bearer token or the password of `user`");
    key("sinks[].secretEnv", TEXT, "", "variable that holds it, instead of `secretFile`");
    key("sinks[].watchdog", FLAG, "false", "it gets `Watchdog`, which always fires");
    key(
        "sinks[].maxPerMinute",
        WHOLE,
        "30",
        "notifications, 1 to 600; more are gathered, not lost");
    key("sinks[].timeout", DURATION, "10s", "1s to 60s; of one attempt");
    key("sinks[].host", TEXT, "", "mail server; required for `email`");
    key("sinks[].port", WHOLE, "587", "of the mail server");
    key(
        "sinks[].tls",
        TEXT,
        "starttls",
        "`starttls`, `tls`, or `none` for a server on this machine");
    key("sinks[].user", TEXT, "", "of the mail server; empty = no login");
    key("sinks[].from", TEXT, "", "mail address; required for `email`");
    key("sinks[].to", LIST, "[]", "1 to 50 mail addresses");
  }

  private void rules() {
    key("rules", MAP, "{}", "rule to what is changed of it");
    key("rules.*.enabled", FLAG, "", "whether it is on");
    key("rules.*.for", DURATION, "", "0s to 168h; how long it must last before it fires");
    key("rules.*.severity", TEXT, "", "`info`, `warning` or `critical`");
    key(
        "rules.*.criticalAfter",
        DURATION,
        "",
        "up to 168h, not below `for`; then it is critical; empty = never");
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
        LIST,
        "[]",
        "nodes treated otherwise, at most 64; the first that selects a node applies");
    key("groups[].name", TEXT, "", "required, unique, 1 to 64 characters");
    key("groups[].select", MAP, "{}", "as `alerts.rules.*.select`");
    key("groups[].severity", TEXT, "", "of all of their alerts; empty = as the rules say");
    key("groups[].labels", MAP, "{}", "at most 16, added to their alerts");
    key("groups[].rules", MAP, "{}", "as `alerts.rules`, over them");
    key(
        "routes",
        LIST,
        "[]",
        "which sinks get what, at most 64; none = every sink gets every alert");
    key(
        "routes[].select",
        MAP,
        "{}",
        "alerts by `rule`, `severity`, `nickname`, `miner`, `peerId`, `network`, `labels`: each a text or a list, `*` for anything");
    key("routes[].sinks", LIST, "[]", "names, at least one");
  }

  private void maintenance() {
    key("maintenance", LIST, "[]", "windows that come again, in which nobody is told, at most 64");
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
        DURATION,
        GoDuration.format(AlertsConfig.GROUP_WAIT),
        "0s to 10m; alerts of one rule and network are gathered this long");
    key(
        "keepFiringFor",
        DURATION,
        GoDuration.format(AlertsConfig.KEEP_FIRING_FOR),
        "0s to 1h; over for this long before it is told to be");
    key(
        "monitorAfter",
        DURATION,
        GoDuration.format(AlertsConfig.MONITOR_AFTER),
        "0s to 24h; in an open fleet a node must beat this long until alerts are about it");
    key(
        "isolationLimit",
        DURATION,
        GoDuration.format(AlertsConfig.ISOLATION_LIMIT),
        "1m to 24h; `FleetIsolated` holds back alerts of nodes for at most this long");
    AlertsConfig.Flapping flapping = AlertsConfig.Flapping.DEFAULT;
    key("flapping", SECTION, "", "when a node changes too often");
    key(
        "flapping.changes",
        WHOLE,
        Integer.toString(flapping.changes()),
        "2 to 100 changes into trouble within `window`");
    key("flapping.window", DURATION, GoDuration.format(flapping.window()), "1m to 24h");
    key(
        "flapping.calm",
        DURATION,
        GoDuration.format(flapping.calm()),
        "1m to 24h; without such a change, until it flaps no more");
  }

  private void watchers() {
    key("peers", LIST, "[]", "other aggregators that this one watches, at most 8");
    key("peers[].name", TEXT, "", "required, unique, 1 to 64 characters");
    key("peers[].url", TEXT, "", "required: its HTTP side, with `http.basePath`");
    key("peers[].tokenFile", TEXT, "", "file with a read token; empty = none");
    key("deadman", SECTION, "", "a ping outwards for as long as all is well here");
    key("deadman.url", TEXT, "", "what is got, never shown; empty = off");
    key("deadman.urlFile", TEXT, "", "file that holds the URL, instead of `url`");
    key("deadman.urlEnv", TEXT, "", "variable that holds the URL, instead of `url`");
    key("deadman.period", DURATION, GoDuration.format(AlertsConfig.DEADMAN_PERIOD), "10s to 1h");
  }

  private void key(String name, ConfigKey.Type type, String defaultValue, String meaning) {
    keys.add(new ConfigKey("alerts." + name, type, defaultValue, meaning));
  }
}
