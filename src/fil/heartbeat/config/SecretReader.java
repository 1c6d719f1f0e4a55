package fil.heartbeat.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the sources of secrets from a section. No fault shows a secret. */
final class SecretReader {
  static final List<String> URL = List.of("url", "urlFile", "urlEnv");
  static final List<String> SECRET = List.of("secretFile", "secretEnv");

  private static final String URL_FORM =
      "http://<host>… or https://<host>…, without user and password";
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

  private SecretReader() {}

  /** A URL in the section, in a file or in the environment; empty without one. */
  static Optional<Secret> url(Section section, Path folder) {
    atMostOne(section, URL);
    Optional<Secret> plain =
        section
            .optionalText("url")
            .map(
                text -> {
                  if (!RpcUrl.isUsable(text)) {
                    section.fault("url", RpcUrl.shownOrigin(text), URL_FORM);
                  }
                  return new Secret.Plain(text);
                });
    return plain.or(() -> elsewhere(section, "urlFile", "urlEnv", folder));
  }

  /** A secret in a file or in the environment; empty without one. */
  static Optional<Secret> secret(Section section, Path folder) {
    atMostOne(section, SECRET);
    return elsewhere(section, "secretFile", "secretEnv", folder);
  }

  private static Optional<Secret> elsewhere(
      Section section, String file, String variable, Path folder) {
    Optional<Secret> inFile =
        section
            .optionalText(file)
            .map(text -> new Secret.InFile(Checks.path(section, file, text, folder)));
    Optional<Secret> inEnvironment =
        section
            .optionalText(variable)
            .map(
                text -> {
                  if (!VARIABLE.matcher(text).matches()) {
                    section.fault(
                        variable, ConfigKeys.HIDDEN, "the name of a variable, such as OPS_KEY");
                  }
                  return new Secret.InEnvironment(text);
                });
    return inFile.or(() -> inEnvironment);
  }

  private static void atMostOne(Section section, List<String> names) {
    List<String> given = names.stream().filter(section::has).toList();
    if (given.size() > 1) {
      section.fault(given.get(1), "beside " + given.get(0), "one of " + String.join(", ", names));
    }
  }
}
