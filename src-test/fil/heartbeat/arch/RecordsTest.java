package fil.heartbeat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Records that another room makes are small enough to read where they are made. */
class RecordsTest {
  private static final String ROOT = "fil.heartbeat.";
  private static final int MOST = 8;

  /**
   * Rows of tables, counters, and what mirrors the members of a beat, config or deployment keys or
   * the options of a command.
   */
  private static final Set<String> EXEMPT =
      Set.of(
          "history.KnownNode",
          "libp2p.HostStats",
          "sender.SenderStatus",
          "swarm.Summary",
          "wire.Heartbeat",
          "wire.Extras",
          "wire.Extras$Proving",
          "config.SinkConfig",
          "config.SenderConfig",
          "swarm.SwarmConfig",
          // What the aggregator answers, made by it alone.
          "aggregator.Node",
          "fleet.DetectorSettings");

  @Test
  void noPublicRecordHasMoreThanEightComponents() {
    List<String> large =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("fil.heartbeat")
                .stream()
                .filter(JavaClass::isRecord)
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> type.reflect().getRecordComponents().length > MOST)
                .map(type -> type.getName().substring(ROOT.length()))
                .sorted()
                .toList();
    assertThat(large).containsExactlyInAnyOrderElementsOf(EXEMPT);
  }
}
