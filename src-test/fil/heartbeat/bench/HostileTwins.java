package fil.heartbeat.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * What two aggregators said of one fleet, each second. Beats to one are some hundred milliseconds
 * apart from those to the other, and what is learnt of a node's rhythm differs by as much: so what
 * one says counts as the same when the other says it within a few seconds.
 */
final class HostileTwins {

  /** From one to the other, in seconds. */
  static final int TOLERANCE = 8;

  /** What stood for so many seconds was no step from one head to the next. */
  private static final int SETTLED = 5;

  private static final List<String> OF_NODES =
      List.of("state", "liveness", "voter", "expectedName", "minerAddress", "network", "conflicts");
  private static final List<String> SETTLED_OF_NODES =
      List.of("chain", "agreement", "height", "head", "lagEpochs");
  private static final List<String> OF_FLEET = List.of("basis", "fleetForked", "clockSuspected");
  private static final List<String> SETTLED_OF_FLEET =
      List.of(
          "voters",
          "inConsensus",
          "inDispute",
          "bestHeight",
          "referenceHeight",
          "lagEpochs",
          "sides");

  private static final String NONE = "(none)";

  private record Pair(String without, String with) {}

  private final Map<String, List<Pair>> strict = new TreeMap<>();
  private final Map<String, List<Pair>> settled = new TreeMap<>();
  private int seconds;
  private int equal;
  private int compared;

  /** One second of a node, as {@code /api/v1/nodes/{peerId}} tells it. */
  void node(String name, JsonObject without, JsonObject with) {
    members(name, OF_NODES, strict, without, with);
    members(name, SETTLED_OF_NODES, settled, without, with);
  }

  /** One second of the network, as {@code /api/v1/consensus} tells it. */
  void fleet(JsonObject without, JsonObject with) {
    members("fleet", OF_FLEET, strict, without, with);
    members("fleet", SETTLED_OF_FLEET, settled, without, with);
  }

  /** One second of the alerts, by rule and subject. */
  void alerts(Map<String, String> without, Map<String, String> with) {
    TreeMap<String, String> all = new TreeMap<>(without);
    all.putAll(with);
    for (String key : all.keySet()) {
      note(strict, key, without.getOrDefault(key, NONE), with.getOrDefault(key, NONE));
    }
    // What is not there any more is none, like what was not there yet.
    strict.forEach(
        (key, pairs) -> {
          if (key.startsWith("alert ") && pairs.size() <= seconds) {
            pairs.add(new Pair(NONE, NONE));
          }
        });
  }

  void secondIsOver() {
    seconds++;
  }

  private void members(
      String of,
      List<String> names,
      Map<String, List<Pair>> into,
      JsonObject without,
      JsonObject with) {
    for (String each : names) {
      note(into, of + " " + each, text(without, each), text(with, each));
    }
  }

  /** Sides without the text of their heads' order, which is by size and the same for equals. */
  private static String text(JsonObject json, String member) {
    Object value = json.getValue(member);
    if (member.equals("sides") && value instanceof JsonArray sides) {
      List<String> lines = new ArrayList<>();
      for (Object side : sides) {
        JsonObject one = (JsonObject) side;
        lines.add(
            one.getValue("head")
                + " nodes="
                + one.getJsonArray("nodes").stream().map(String::valueOf).sorted().toList()
                + " votes="
                + one.getValue("votes"));
      }
      return lines.stream().sorted().toList().toString();
    }
    return String.valueOf(value);
  }

  private void note(Map<String, List<Pair>> into, String key, String without, String with) {
    List<Pair> pairs = into.computeIfAbsent(key, any -> new ArrayList<>());
    while (pairs.size() < seconds) {
      pairs.add(new Pair(NONE, NONE));
    }
    pairs.add(new Pair(without, with));
    compared++;
    equal += without.equals(with) ? 1 : 0;
  }

  /** What was said at any moment and not by the other about then; one line each. */
  List<String> differences() {
    List<String> all = new ArrayList<>();
    strict.forEach((key, pairs) -> differences(key, pairs, 1, all));
    settled.forEach((key, pairs) -> differences(key, pairs, SETTLED, all));
    return all;
  }

  private static void differences(String key, List<Pair> pairs, int least, List<String> into) {
    one(key, pairs, least, "only with strangers", Pair::with, Pair::without, into);
    one(key, pairs, least, "only without strangers", Pair::without, Pair::with, into);
  }

  private static void one(
      String key,
      List<Pair> pairs,
      int least,
      String words,
      java.util.function.Function<Pair, String> own,
      java.util.function.Function<Pair, String> other,
      List<String> into) {
    BiFunction<Integer, String, Boolean> otherSays =
        (second, value) ->
            pairs
                .subList(
                    Math.max(0, second - TOLERANCE), Math.min(pairs.size(), second + TOLERANCE + 1))
                .stream()
                .anyMatch(pair -> other.apply(pair).equals(value));
    int from = 0;
    while (from < pairs.size()) {
      String value = own.apply(pairs.get(from));
      int to = from;
      int alone = -1;
      while (to < pairs.size() && own.apply(pairs.get(to)).equals(value)) {
        if (alone < 0 && !otherSays.apply(to, value)) {
          alone = to;
        }
        to++;
      }
      // The last ones may have come too late for the other.
      if (alone >= 0 && to - from >= least && alone + TOLERANCE < pairs.size()) {
        into.add(key + " = " + value + " in seconds " + from + " to " + (to - 1) + ' ' + words);
      }
      from = to;
    }
  }

  /** How much was compared, and how much of it was equal in the very same second. */
  String told() {
    return String.format(
        "seconds=%d compared=%d equal-in-the-same-second=%.2f%%",
        seconds, compared, compared == 0 ? 0 : 100.0 * equal / compared);
  }

  /** Every alert that fired, by what it came to, for the record. */
  List<String> alertsSeen() {
    List<String> seen = new ArrayList<>();
    strict.forEach(
        (key, pairs) -> {
          if (key.startsWith("alert ")) {
            List<String> steps = new ArrayList<>();
            for (Pair pair : pairs) {
              if (steps.isEmpty() || !steps.get(steps.size() - 1).equals(pair.with())) {
                steps.add(pair.with());
              }
            }
            seen.add(key + ": " + String.join(" > ", steps));
          }
        });
    return seen;
  }
}
