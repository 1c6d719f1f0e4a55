package fil.heartbeat.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How the modules of the page depend on each other. */
class PageModulesTest {
  private static final Pattern IMPORT =
      Pattern.compile("^import [^;]*? from '\\./([^']+)';$", Pattern.MULTILINE);

  /** A cycle through a module, from it to itself; empty when there is none. */
  private static List<String> cycle(Map<String, List<String>> imports, List<String> way) {
    for (String next : imports.getOrDefault(way.get(way.size() - 1), List.of())) {
      List<String> longer = Stream.concat(way.stream(), Stream.of(next)).toList();
      if (way.contains(next)) {
        return longer.subList(way.indexOf(next), longer.size());
      }
      List<String> found = cycle(imports, longer);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private static Map<String, List<String>> imports() {
    Map<String, List<String>> imports = new TreeMap<>();
    for (String name : Dashboard.names()) {
      if (name.endsWith(".js") && !name.startsWith("lib/")) {
        String text = new String(Dashboard.file(name).orElseThrow().bytes(), UTF_8);
        imports.put(name, IMPORT.matcher(text).results().map(found -> found.group(1)).toList());
      }
    }
    return imports;
  }

  @Test
  void noModuleNeedsItself() {
    Map<String, List<String>> imports = imports();
    assertThat(imports.get("app.js")).contains("feed.js", "alerts.js");
    Optional<List<String>> cycle =
        imports.keySet().stream()
            .map(module -> cycle(imports, List.of(module)))
            .filter(found -> !found.isEmpty())
            .findFirst();
    assertThat(cycle).isEmpty();
  }

  /** A module that nothing needs is served for nobody. */
  @Test
  void eachModuleIsNeeded() {
    Map<String, List<String>> imports = imports();
    List<String> unneeded = new ArrayList<>(imports.keySet());
    unneeded.removeAll(List.of("app.js", "worker.js"));
    imports.values().forEach(unneeded::removeAll);
    assertThat(unneeded).isEmpty();
    assertThat(Dashboard.names())
        .containsAll(imports.values().stream().flatMap(List::stream).toList());
  }
}
