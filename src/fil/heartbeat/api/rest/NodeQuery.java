package fil.heartbeat.api.rest;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.http.Parameters;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query of {@code GET /api/v1/nodes}: filter, order and page. The cursor holds the sort value
 * and peer id of the last row, so that pages stay in order while nodes come and go.
 */
public record NodeQuery(
    NodeFilter filter, NodeMember sort, boolean descending, int limit, Row after) {
  public static final int DEFAULT_LIMIT = 100;
  static final int MAX_LIMIT = 1000;

  static final Set<String> PARAMETERS =
      Parameters.names(NodeFilter.PARAMETERS, "sort", "limit", "cursor", "format");

  /** Members without an order. */
  static final Set<NodeMember> UNSORTED =
      EnumSet.of(
          NodeMember.HEAD,
          NodeMember.CONFLICTS,
          NodeMember.LABELS,
          NodeMember.UPGRADES,
          NodeMember.FINALIZED,
          NodeMember.MINER_ADDRESSES,
          NodeMember.BALANCES,
          NodeMember.PROVING,
          NodeMember.PENDING_MESSAGES);

  /** A place in the order; {@link #START} is before all. */
  public record Row(boolean start, @Nullable Object value, String peerId) {
    public static final Row START = new Row(true, null, "");
  }

  public static NodeQuery parse(Parameters query) {
    String sortText = query.text("sort").orElse("peerId");
    boolean descending = sortText.startsWith("-");
    String sortKey = descending ? sortText.substring(1) : sortText;
    NodeMember sort =
        NodeMember.named(sortKey)
            .filter(member -> !UNSORTED.contains(member))
            .orElseThrow(
                () -> ApiException.badParameter("sort", sortText, "[-]member, such as -height"));
    return new NodeQuery(
        NodeFilter.parse(query),
        sort,
        descending,
        query.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT),
        cursor(query.text("cursor").orElse(null)));
  }

  /** Returns the rows of the page and the cursor of the next one. */
  JsonObject answer(List<Node> nodes) {
    Comparator<Row> order = order();
    List<Node> rows =
        nodes.stream()
            .filter(filter::matches)
            .filter(node -> after.start() || order.compare(row(node), after) > 0)
            .sorted((a, b) -> order.compare(row(a), row(b)))
            .limit(limit + 1L)
            .toList();
    boolean more = rows.size() > limit;
    List<Node> page = more ? rows.subList(0, limit) : rows;
    return new JsonObject()
        .put("nodes", new JsonArray(page.stream().map(NodeMember::json).toList()))
        .put("next", more ? encode(row(page.get(page.size() - 1))) : null);
  }

  /** Returns all nodes that match the filter, in order; without pages. */
  List<Node> rows(List<Node> nodes) {
    Comparator<Row> order = order();
    return nodes.stream()
        .filter(filter::matches)
        .sorted((a, b) -> order.compare(row(a), row(b)))
        .toList();
  }

  private Row row(Node node) {
    return new Row(false, sort.of(node), node.peerId());
  }

  private Comparator<Row> order() {
    Comparator<Row> byValue = (a, b) -> compare(a.value(), b.value());
    return (descending ? byValue.reversed() : byValue).thenComparing(Row::peerId);
  }

  /** Nulls come first; values of one member have one type, but a forged cursor may hold another. */
  private static int compare(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return Boolean.compare(a != null, b != null);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return Double.compare(x.doubleValue(), y.doubleValue());
    }
    return a.toString().compareTo(b.toString());
  }

  private static Row cursor(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return Row.START;
    }
    try {
      byte[] json = Base64.getUrlDecoder().decode(text);
      JsonArray row = new JsonArray(new String(json, StandardCharsets.UTF_8));
      if (row.size() == 2 && row.getValue(1) instanceof String peerId) {
        return new Row(false, row.getValue(0), peerId);
      }
    } catch (IllegalArgumentException | DecodeException e) {
      // Rejected below.
    }
    throw ApiException.badParameter("cursor", text, "the value of next of an earlier answer");
  }

  private static String encode(Row row) {
    String json = new JsonArray().add(row.value()).add(row.peerId()).encode();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }
}
