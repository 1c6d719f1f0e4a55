package fil.heartbeat.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.feed.FeedEvents;
import fil.heartbeat.api.http.Csv;
import fil.heartbeat.api.metrics.FleetMetrics;
import fil.heartbeat.api.rest.Badge;
import fil.heartbeat.api.rest.NodeMember;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;

/** Every output shows a hostile name as text only. */
class HostileClaimsTest {
  static List<Nasty> strings() {
    return NastyStrings.ALL;
  }

  private static Node node(Nasty nasty) {
    return FleetFixtures.node(
        "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB",
        new Claims(nasty.cleaned(), nasty.cleaned(), null, List.of(), 1L, null),
        Contact.NEVER);
  }

  @ParameterizedTest
  @MethodSource("strings")
  void jsonReturnsTheCleanedName(Nasty nasty) {
    JsonObject read = new JsonObject(NodeMember.json(node(nasty)).encode());
    assertThat(read.getString("nickname")).isEqualTo(nasty.cleaned());
  }

  @ParameterizedTest
  @MethodSource("strings")
  void anEventIsOneLine(Nasty nasty) {
    String event = FeedEvents.text(FeedEvents.Kind.DELTA, NodeMember.json(node(nasty)), null);
    assertThat(event.split("[\\r\\n]", -1)).hasSize(4);
  }

  @ParameterizedTest
  @MethodSource("strings")
  void csvIsOneCellAndNoFormula(Nasty nasty) {
    String line = Csv.line(List.of("first", nasty.cleaned(), "last"));
    assertThat(line).startsWith("first,").endsWith(",last\r\n");
    String cell = line.substring(6, line.length() - 7);
    String value =
        cell.startsWith("\"") ? cell.substring(1, cell.length() - 1).replace("\"\"", "\"") : cell;
    assertThat(value).isIn(nasty.cleaned(), "'" + nasty.cleaned());
    assertThat(value).doesNotStartWith("=").doesNotStartWith("@").doesNotStartWith("+");
  }

  @ParameterizedTest
  @MethodSource("strings")
  void aMetricLabelIsEscaped(Nasty nasty) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.create()
        .write(
            bytes,
            new MetricSnapshots(
                FleetMetrics.of(FleetFixtures.snapshot(List.of(node(nasty)), List.of()), 10)));
    List<String> lines =
        bytes.toString(UTF_8).lines().filter(line -> line.contains("node_info{")).toList();
    assertThat(lines).hasSize(1);
    String escaped = nasty.cleaned().replace("\\", "\\\\").replace("\"", "\\\"");
    assertThat(lines.get(0)).contains("nickname=\"" + escaped + "\",");
  }

  @ParameterizedTest
  @MethodSource("strings")
  void aBadgeIsXmlWithTheNameAsText(Nasty nasty) throws Exception {
    byte[] svg = Badge.svg(node(nasty)).getBytes(UTF_8);
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg));
    String shown = document.getElementsByTagName("text").item(0).getTextContent();
    assertThat(nasty.cleaned()).startsWith(shown.replace("…", ""));
    assertThat(document.getElementsByTagName("script").getLength()).isZero();
    assertThat(document.getElementsByTagName("img").getLength()).isZero();
  }
}
