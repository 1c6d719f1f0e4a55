package fil.heartbeat.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.api.access.AccessRules.Request;
import fil.heartbeat.api.access.AccessRules.Secrets;
import fil.heartbeat.api.http.ApiException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRulesTest {
  private static final List<String> NAMES = List.of("Beats.test");

  /** Status 200 stands for no refusal. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # need,   sameOrigin, json,  grant, cookie, none, local, tokens, public
          NOTHING,  true,       false, -,     false,  200,  200,   200,    200
          NOTHING,  false,      false, -,     false,  200,  200,   200,    200
          READ,     true,       false, -,     false,  200,  200,   401,    200
          READ,     true,       false, read,  false,  200,  200,   200,    200
          READ,     true,       false, admin, true,   200,  200,   200,    200
          READ,     false,      false, read,  true,   200,  200,   200,    200
          ASK,      true,       true,  -,     false,  200,  200,   401,    200
          ASK,      true,       true,  read,  true,   200,  200,   200,    200
          ASK,      true,       false, read,  true,   415,  415,   415,    415
          ASK,      false,      true,  read,  true,   403,  403,   403,    403
          ASK,      false,      true,  -,     false,  403,  403,   401,    403
          CHANGE,   true,       true,  -,     false,  403,  401,   401,    401
          CHANGE,   true,       false, -,     false,  403,  401,   401,    401
          CHANGE,   false,      true,  -,     false,  403,  401,   401,    401
          CHANGE,   true,       true,  read,  false,  403,  403,   403,    403
          CHANGE,   true,       true,  admin, false,  200,  200,   200,    200
          CHANGE,   false,      true,  admin, true,   403,  403,   403,    403
          CHANGE,   false,      true,  admin, false,  200,  200,   200,    200
          CHANGE,   true,       false, admin, false,  415,  415,   415,    415
          LOGIN,    true,       true,  -,     false,  200,  200,   200,    200
          LOGIN,    true,       false, -,     false,  415,  415,   415,    415
          LOGIN,    false,      true,  -,     false,  403,  403,   200,    200
          LOGIN,    false,      true,  admin, true,   403,  403,   403,    403
          LOGOUT,   true,       true,  -,     false,  401,  401,   401,    401
          LOGOUT,   true,       true,  read,  true,   200,  200,   200,    200
          LOGOUT,   false,      true,  read,  true,   403,  403,   403,    403
          """)
  void everyCaseIsDecided(
      Need need,
      boolean sameOrigin,
      boolean json,
      String grant,
      boolean cookie,
      int none,
      int local,
      int tokens,
      int readableByAll) {
    Request request =
        new Request(
            need,
            sameOrigin,
            json,
            grant.equals("-")
                ? Optional.empty()
                : Optional.of(new Grant("g", grant.equals("admin"))),
            cookie);
    assertThat(status(new AccessRules(NAMES, Secrets.NONE, false), request)).isEqualTo(none);
    assertThat(status(new AccessRules(NAMES, Secrets.LOCAL, false), request)).isEqualTo(local);
    assertThat(status(new AccessRules(NAMES, Secrets.TOKENS, false), request)).isEqualTo(tokens);
    assertThat(status(new AccessRules(NAMES, Secrets.TOKENS, true), request))
        .isEqualTo(readableByAll);
  }

  private static int status(AccessRules rules, Request request) {
    return rules.refusal(request).map(ApiException::status).orElse(200);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "192.0.2.1, true",
    "localhost, true",
    "LOCALHOST, true",
    "[::1], true",
    "beats.test, true",
    "evil.test, false",
    "127.0.0.1.evil.test, false",
    ", false"
  })
  void onlyValidHostNamesAreAccepted(String host, boolean ours) {
    assertThat(new AccessRules(NAMES, Secrets.NONE, false).misdirected(host).isEmpty())
        .isEqualTo(ours);
  }
}
