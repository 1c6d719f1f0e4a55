package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.app.ConfigFile;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.source.RpcDouble;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The steps of the doctor that compare clocks, at a mainnet node; none of its failures ends it. */
@ExtendWith(VertxExtension.class)
class DoctorTest {
  private static final Instant NOW = Instant.parse("2026-11-23T00:00:10Z");
  private static final long HEIGHT = Network.MAINNET.clock().epochAt(NOW);

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private RpcDouble node;

  @BeforeEach
  void startNode(Vertx vertx) {
    node = new RpcDouble(vertx);
    node.healthy(RpcDouble.BLOCK_A, HEIGHT);
    node.start().await();
    KeyFile.Loaded unused = KeyFile.loadOrCreate(folder.resolve("node.key"), KeyType.ED25519);
  }

  private String diagnose(@Nullable String date) throws IOException {
    node.date(date);
    try (HeldPort refusing = new HeldPort()) {
      JsonObject config =
          new JsonObject()
              .put(
                  "identity",
                  new JsonObject().put("keyFile", folder.resolve("node.key").toString()))
              .put("chain", new JsonObject().put("url", node.url()));
      Path file = Files.writeString(folder.resolve("config.json"), config.encode());
      Doctor doctor =
          new Doctor(
              new ConfigFile(Optional.of(file.toString()), Map.of(), new Properties()),
              new Doctor.Options(
                  Optional.empty(),
                  Optional.of(
                      refusing.address()
                          + "/p2p/12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq"),
                  false),
              new PrintStream(out, true, StandardCharsets.UTF_8),
              InstantSource.fixed(NOW),
              Map.of());
      assertThat(doctor.run()).isEqualTo(Main.FAILURE);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static String date(long secondsAhead) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.format(
        NOW.plusSeconds(secondsAhead).atOffset(ZoneOffset.UTC));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 9, 10, -10, -11})
  void aClockDifferenceOfTenSecondsIsAccepted(long seconds) throws IOException {
    assertThat(diagnose(date(seconds)))
        .containsPattern("ok +clock +\\d+ ms +within \\d+ s of the node's")
        .containsPattern("ok +head age ");
  }

  @ParameterizedTest
  @CsvSource({
    "11, 11 s behind",
    "119, 119 s behind",
    "300, 5 min behind",
    "-12, 11 s ahead",
    "-301, 5 min ahead"
  })
  void aLargerClockDifferenceFails(long seconds, String told) throws IOException {
    assertThat(diagnose(date(seconds)))
        .containsPattern("FAIL clock .*this machine's clock is " + told)
        .contains("remedy: which of them is wrong?")
        .containsPattern("skip head age .*not known, as the clocks differ")
        .containsPattern("FAIL TCP")
        .endsWith("1 node, 1 target: 0 ok, 2 failed\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yesterday", "", "Mon, 23 Nov 2026", "-1"})
  void aNodeWithoutATimeIsAccepted(String date) throws IOException {
    assertThat(diagnose(date)).containsPattern("ok +clock .*tells no time");
  }

  @Test
  void aNodeWithoutADateIsAccepted() throws IOException {
    assertThat(diagnose(null)).containsPattern("ok +clock .*tells no time").contains("FAIL TCP");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10})
  void aHeadInTheFutureFails(int epochs) throws IOException {
    node.healthy(RpcDouble.BLOCK_A, HEIGHT + epochs);
    assertThat(diagnose(null))
        .containsPattern(
            "FAIL head age .*height " + (HEIGHT + epochs) + " is of an epoch that begins in ")
        .contains("remedy: this machine's clock is behind, or the node's is ahead: check NTP");
  }

  @Test
  void aHeadOfThisEpochIsAccepted() throws IOException {
    assertThat(diagnose(date(0)))
        .containsPattern("ok +head age .*height " + HEIGHT + ", \\d+ s old");
  }
}
