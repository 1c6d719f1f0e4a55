package fil.heartbeat.api.rest;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.http.Parameters;
import fil.heartbeat.fleet.State;
import fil.heartbeat.wire.Extras;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes a list or a stream shows: those that fit each part. An empty part fits all, and an
 * unknown member fits no other part. Nodes come here without what is hidden, so that it cannot be
 * found out by filtering.
 *
 * @param text in lower case; within a member that {@code q} searches
 * @param states by their words
 * @param clients in lower case
 * @param versions as nodes report them, or without the build that follows {@code +}
 * @param notReady true for nodes that lack an upgrade that others know, false for those that lack
 *     none, null for all
 * @param miners in lower case, with {@code f} in front
 */
public record NodeFilter(
    String text,
    Set<String> states,
    Set<String> clients,
    Set<String> versions,
    @Nullable Boolean notReady,
    Set<String> miners) {
  /** The names of the parameters. */
  public static final Set<String> PARAMETERS =
      Set.of("q", "state", "client", "version", "notReady", "miner");

  /** The filter that every node fits. */
  public static final NodeFilter ALL =
      new NodeFilter("", Set.of(), Set.of(), Set.of(), null, Set.of());

  /** Most values of one parameter. */
  static final int MAX_VALUES = 32;

  private static final Set<String> STATES = new TreeSet<>(State.labels());
  private static final Pattern MINER =
      Pattern.compile("[fFtT][0-9][0-9a-zA-Z]{1," + (Extras.MAX_ADDRESS - 2) + "}");

  public NodeFilter {
    states = Set.copyOf(states);
    clients = Set.copyOf(clients);
    versions = Set.copyOf(versions);
    miners = Set.copyOf(miners);
  }

  /**
   * Reads the parameters of a query.
   *
   * @throws fil.heartbeat.api.http.ApiException 400 for a value of another form
   */
  public static NodeFilter parse(Parameters query) {
    return new NodeFilter(
        query.text("q").orElse("").toLowerCase(Locale.ROOT),
        states(query),
        texts(query, "client", Extras.MAX_CLIENT, "lotus,forest").stream()
            .map(each -> each.toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet()),
        Set.copyOf(texts(query, "version", Extras.MAX_VERSION, "1.36.0,1.35.1")),
        notReady(query),
        miners(query));
  }

  /** Returns the values between commas. */
  private static List<String> list(Parameters query, String name) {
    return query
        .text(name)
        .filter(text -> !text.isEmpty())
        .map(text -> Arrays.asList(text.split(",", -1)))
        .orElse(List.of());
  }

  private static Set<String> states(Parameters query) {
    Set<String> states = new TreeSet<>(list(query, "state"));
    if (!STATES.containsAll(states)) {
      throw query.bad("state", "comma-separated words of " + String.join(", ", STATES));
    }
    return states;
  }

  private static List<String> texts(Parameters query, String name, int most, String such) {
    List<String> values = list(query, name);
    if (values.size() > MAX_VALUES
        || values.stream()
            .anyMatch(each -> each.isEmpty() || each.codePointCount(0, each.length()) > most)) {
      throw query.bad(
          name,
          "at most %d comma-separated texts of 1 to %d characters, such as %s"
              .formatted(MAX_VALUES, most, such));
    }
    return values;
  }

  private static @Nullable Boolean notReady(Parameters query) {
    Optional<String> asked = query.text("notReady");
    if (asked.filter(text -> !text.equals("true") && !text.equals("false")).isPresent()) {
      throw query.bad("notReady", "true or false");
    }
    return asked.map(Boolean::valueOf).orElse(null);
  }

  private static Set<String> miners(Parameters query) {
    List<String> miners = list(query, "miner");
    if (miners.size() > MAX_VALUES
        || !miners.stream().allMatch(each -> MINER.matcher(each).matches())) {
      throw query.bad(
          "miner", "at most " + MAX_VALUES + " comma-separated addresses such as f01000");
    }
    return miners.stream().map(NodeFilter::plain).collect(Collectors.toSet());
  }

  /** Returns an address in lower case with {@code f} in front; test networks write {@code t}. */
  private static String plain(String address) {
    String lower = address.toLowerCase(Locale.ROOT);
    return lower.startsWith("t") ? "f" + lower.substring(1) : lower;
  }

  /** Whether a node fits. */
  public boolean matches(Node node) {
    return (states.isEmpty() || states.contains(node.state().label()))
        && (clients.isEmpty() || fits(node.extras().client()))
        && (versions.isEmpty() || runs(node.extras().version()))
        && (notReady == null || notReady(node))
        && (miners.isEmpty() || mines(node))
        && (text.isEmpty() || NodeMember.finds(node, text));
  }

  private boolean fits(@Nullable String client) {
    return client != null && clients.contains(client.toLowerCase(Locale.ROOT));
  }

  private boolean runs(@Nullable String version) {
    return version != null
        && (versions.contains(version) || versions.contains(version.split("\\+", 2)[0]));
  }

  private boolean notReady(Node node) {
    Boolean ready = ExtendedJson.ready(node);
    return ready != null && notReady != null && ready.booleanValue() != notReady.booleanValue();
  }

  private boolean mines(Node node) {
    return Stream.concat(
            Stream.ofNullable(node.claims().minerAddress()),
            node.extras().minerAddresses().stream())
        .anyMatch(each -> miners.contains(plain(each)));
  }

  /** A text that no other filter has. */
  public String name() {
    return new JsonArray()
        .add(text)
        .add(sorted(states))
        .add(sorted(clients))
        .add(sorted(versions))
        .add(notReady)
        .add(sorted(miners))
        .encode();
  }

  private static JsonArray sorted(Set<String> values) {
    return new JsonArray(new ArrayList<>(new TreeSet<>(values)));
  }
}
