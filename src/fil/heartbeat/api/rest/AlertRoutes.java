package fil.heartbeat.api.rest;

import fil.heartbeat.alert.AlertView;
import fil.heartbeat.alert.model.Actor;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.api.access.Access;
import fil.heartbeat.api.access.Routes;
import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.api.http.Csv;
import fil.heartbeat.api.http.JsonBody;
import fil.heartbeat.api.http.Parameters;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.config.SelectorReader;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Routes of the alerts: lists, acknowledgements, silences. Each change is logged with its actor.
 */
public final class AlertRoutes {
  private static final String ALERTS = "/api/v1/alerts";
  private static final String SILENCES = "/api/v1/silences";

  private final AlertView view;
  private final InstantSource clock;

  public AlertRoutes(AlertView view, InstantSource clock) {
    this.view = view;
    this.clock = clock;
  }

  public void mount(Routes routes) {
    routes.get(ALERTS).handler(this::whenOn).handler(this::list);
    routes
        .post(ALERTS + "/:id/ack")
        .handler(body())
        .handler(this::whenOn)
        .handler(this::acknowledge);
    routes.get(SILENCES).handler(this::whenOn).handler(this::silences);
    routes.post(SILENCES).handler(body()).handler(this::whenOn).handler(this::silence);
    routes.delete(SILENCES + "/:id").handler(this::whenOn).handler(this::expireSilence);
  }

  /** Answers 404 while the role is off: an empty list would look as if all were well. */
  private void whenOn(RoutingContext ctx) {
    if (view.isOn()) {
      ctx.next();
    } else {
      ctx.fail(
          new ApiException(
              404, "Alerts are off", "this process raises none (expected: alerts in config.json)"));
    }
  }

  private static BodyHandler body() {
    return BodyHandler.create(false).setBodyLimit(JsonBody.MAX_BYTES);
  }

  private void list(RoutingContext ctx) {
    Parameters parameters = new Parameters(ctx.queryParams(), AlertQuery.PARAMETERS);
    AlertQuery query = AlertQuery.parse(parameters);
    boolean csv = Responses.wantsCsv(ctx, parameters);
    AlertPage.of(query, view)
        .onSuccess(
            page -> {
              if (csv) {
                csv(ctx, page);
              } else {
                Responses.json(ctx, page.json());
              }
            })
        .onFailure(ctx::fail);
  }

  /** Puts the cursor into a header, as a spreadsheet cannot hold it. */
  private static void csv(RoutingContext ctx, AlertPage page) {
    ctx.response().putHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=alerts.csv");
    String next = page.next();
    if (next != null) {
      ctx.response().putHeader("link", "<?cursor=" + next + ">; rel=\"next\"");
    }
    Responses.body(
        ctx,
        Csv.TYPE,
        Buffer.buffer(
            Csv.line(AlertJson.COLUMNS)
                + page.rows().stream().map(AlertJson::csv).collect(Collectors.joining())));
  }

  private void acknowledge(RoutingContext ctx) {
    JsonBody body = JsonBody.of(ctx, Set.of("by", "comment"));
    Actor by = Access.who(ctx).actor(body.line("by", Silence.MAX_AUTHOR_ASKED));
    String comment = body.line("comment", Silence.MAX_COMMENT_ASKED).orElse("");
    String id = ctx.pathParam("id");
    view.acknowledge(id, by, comment)
        .onSuccess(
            found -> {
              if (found.isEmpty()) {
                ctx.fail(
                    new ApiException(404, "Not found", "no alert that fires with the id " + id));
                return;
              }
              Responses.fresh(ctx, Responses.JSON, AlertJson.alert(found.get()).toBuffer());
            })
        .onFailure(ctx::fail);
  }

  private void silences(RoutingContext ctx) {
    Parameters.none(ctx.queryParams());
    Instant now = clock.instant();
    Responses.json(
        ctx,
        view.silences()
            .map(
                found ->
                    new JsonObject()
                        .put(
                            "silences",
                            new JsonArray(
                                found.stream()
                                    .sorted(
                                        Comparator.comparing(Silence::endsAt)
                                            .reversed()
                                            .thenComparing(Silence::id))
                                    .map(each -> AlertJson.silence(each, now))
                                    .toList()))));
  }

  private void silence(RoutingContext ctx) {
    JsonBody body =
        JsonBody.of(ctx, Set.of("select", "startsAt", "endsAt", "duration", "author", "comment"));
    Selector select = select(body);
    Instant now = clock.instant();
    Instant startsAt = body.instant("startsAt").orElse(now);
    if (startsAt.isAfter(now.plus(Silence.MAX_ASKED))) {
      throw body.bad("startsAt", "at most " + Silence.MAX_ASKED.toDays() + " days from now");
    }
    Instant endsAt = endsAt(body, startsAt, now);
    Actor author = Access.who(ctx).actor(body.line("author", Silence.MAX_AUTHOR_ASKED));
    String comment =
        body.line("comment", Silence.MAX_COMMENT_ASKED)
            .orElseThrow(() -> body.bad("comment", "why, in a line"));
    view.addSilence(select, startsAt, endsAt, author, comment)
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof IllegalStateException
                        ? new ApiException(
                            409, "Too many silences", String.valueOf(failure.getMessage()))
                        : failure))
        .onSuccess(
            made -> {
              JsonObject json = AlertJson.silence(made, now);
              ctx.response().setStatusCode(201);
              Responses.fresh(ctx, Responses.JSON, json.toBuffer());
            })
        .onFailure(ctx::fail);
  }

  /** Rejects an empty selector, which would silence everything: {@code *} says that on purpose. */
  private static Selector select(JsonBody body) {
    if (!(body.value("select") instanceof JsonObject json) || json.isEmpty()) {
      throw body.bad("select", "such as {\"nickname\": \"lotus-01\"}");
    }
    try {
      return SelectorReader.read(json);
    } catch (IllegalArgumentException e) {
      throw new ApiException(400, "Bad body", "select: " + e.getMessage());
    }
  }

  private static Instant endsAt(JsonBody body, Instant startsAt, Instant now) {
    if (body.has("endsAt") == body.has("duration")) {
      throw JsonBody.bad("endsAt, duration", body.has("endsAt") ? "both" : null, "one of the two");
    }
    Optional<Duration> duration = body.duration("duration");
    if (duration.isPresent()
        && (duration.get().compareTo(Silence.MIN_ASKED) < 0
            || duration.get().compareTo(Silence.MAX_ASKED) > 0)) {
      throw body.bad("duration", "1s to " + Silence.MAX_ASKED.toHours() + "h");
    }
    Instant endsAt = duration.map(startsAt::plus).or(() -> body.instant("endsAt")).orElse(startsAt);
    String name = duration.isPresent() ? "duration" : "endsAt";
    if (!endsAt.isAfter(startsAt) || !endsAt.isAfter(now)) {
      throw body.bad(name, "an end after startsAt and after now");
    }
    if (Duration.between(startsAt, endsAt).compareTo(Silence.MIN_ASKED) < 0) {
      throw body.bad(name, "an end at least a second after startsAt");
    }
    if (endsAt.isAfter(now.plus(Silence.MAX_ASKED).plus(Silence.MAX_ASKED))
        || Duration.between(startsAt, endsAt).compareTo(Silence.MAX_ASKED) > 0) {
      throw body.bad(name, "an end at most " + Silence.MAX_ASKED.toDays() + " days after startsAt");
    }
    return endsAt;
  }

  private void expireSilence(RoutingContext ctx) {
    String id = ctx.pathParam("id");
    view.expireSilence(id, Access.who(ctx).actor(Optional.empty()))
        .onSuccess(
            known -> {
              if (known) {
                Responses.empty(ctx);
              } else {
                ctx.fail(
                    new ApiException(
                        404, "Not found", "no silence that holds or is to come with the id " + id));
              }
            })
        .onFailure(ctx::fail);
  }
}
