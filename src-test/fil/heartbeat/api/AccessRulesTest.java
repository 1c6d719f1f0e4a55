package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.api.AccessRules.Request;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRulesTest {
  /** Status 200 stands for no refusal. */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # method, path,            host,            loopback, sameOrigin, json,  grant, cookie, without, with, public
          GET,      /api/v1/nodes,   127.0.0.1,       false,    true,       false, -,     false,  200,     401,  200
          GET,      /api/v1/nodes,   localhost,       true,     true,       false, read,  false,  200,     200,  200
          GET,      /api/v1/nodes,   LOCALHOST,       true,     true,       false, admin, true,   200,     200,  200
          GET,      /api/v1/nodes,   [::1],           true,     true,       false, -,     false,  200,     401,  200
          GET,      /api/v1/nodes,   beats.test,      false,    true,       false, read,  false,  200,     200,  200
          GET,      /api/v1/nodes,   evil.test,       true,     true,       false, admin, false,  421,     421,  421
          GET,      /,               evil.test,       true,     true,       false, -,     false,  421,     421,  421
          GET,      /,               127.0.0.1,       false,    true,       false, -,     false,  200,     200,  200
          GET,      /health/ready,   127.0.0.1,       false,    true,       false, -,     false,  200,     200,  200
          GET,      /metrics,        127.0.0.1,       false,    true,       false, -,     false,  200,     401,  200
          GET,      /badge/x.svg,    127.0.0.1,       false,    true,       false, -,     false,  200,     401,  200
          GET,      /api/v1/nodes,   127.0.0.1,       false,    false,      false, read,  true,   200,     200,  200
          DELETE,   /api/v1/nodes/x, 127.0.0.1,       true,     true,       true,  -,     false,  200,     401,  401
          DELETE,   /api/v1/nodes/x, 127.0.0.1,       false,    true,       true,  -,     false,  403,     401,  401
          DELETE,   /api/v1/nodes/x, 127.0.0.1,       true,     false,      true,  -,     false,  403,     401,  401
          DELETE,   /api/v1/nodes/x, 127.0.0.1,       false,    true,       true,  read,  false,  403,     403,  403
          DELETE,   /api/v1/nodes/x, 127.0.0.1,       false,    true,       true,  admin, false,  403,     200,  200
          DELETE,   /api/v1/nodes/x, 127.0.0.1,       true,     false,      true,  admin, true,   403,     403,  403
          DELETE,   /api/v1/nodes/x, 127.0.0.1,       true,     false,      true,  admin, false,  403,     200,  200
          POST,     /api/v1/x,       127.0.0.1,       true,     true,       false, admin, false,  415,     415,  415
          POST,     /api/v1/session, 127.0.0.1,       false,    true,       true,  -,     false,  200,     200,  200
          POST,     /api/v1/session, 127.0.0.1,       false,    true,       false, -,     false,  415,     415,  415
          """)
  void everyCaseIsDecided(
      String method,
      String path,
      String host,
      boolean loopback,
      boolean sameOrigin,
      boolean json,
      String grant,
      boolean cookie,
      int without,
      int with,
      int readableByAll) {
    Request request =
        new Request(
            method,
            path,
            host,
            loopback,
            sameOrigin,
            json,
            grant.equals("-")
                ? Optional.empty()
                : Optional.of(new Grant("g", grant.equals("admin"))),
            cookie);
    List<String> names = List.of("Beats.test");
    assertThat(status(new AccessRules(names, false, false), request)).isEqualTo(without);
    assertThat(status(new AccessRules(names, true, false), request)).isEqualTo(with);
    assertThat(status(new AccessRules(names, true, true), request)).isEqualTo(readableByAll);
  }

  private static int status(AccessRules rules, Request request) {
    return rules.refusal(request).map(ApiException::status).orElse(200);
  }
}
