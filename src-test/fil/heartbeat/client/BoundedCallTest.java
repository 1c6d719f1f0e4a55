package fil.heartbeat.client;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.client.BoundedBody.LongBodyException;
import fil.heartbeat.client.BoundedCall.LongBody;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(VertxExtension.class)
class BoundedCallTest {
  private static final int MAX = 10;

  private final Promise<Void> closed = Promise.promise();

  @ParameterizedTest
  @EnumSource(LongBody.class)
  void aBodyOfTheLargestSizeIsReadAndTheConnectionKept(
      LongBody longBody, Vertx vertx, VertxTestContext test) {
    answered(
        vertx,
        request -> request.response().setStatusCode(503).putHeader("a", "b").end("x".repeat(MAX)),
        http -> new BoundedCall(http, MAX, longBody),
        test,
        (answer, failure) -> {
          assertThat(failure).isNull();
          assertThat(answer.status()).isEqualTo(503);
          assertThat(answer.headers().get("a")).isEqualTo("b");
          assertThat(answer.body().toString()).isEqualTo("x".repeat(MAX));
          assertThat(closed.future().isComplete()).isFalse();
          test.completeNow();
        });
  }

  @Test
  void aLongBodyFailsAndItsConnectionIsClosed(Vertx vertx, VertxTestContext test) {
    answered(
        vertx,
        BoundedCallTest::tooMuch,
        http -> new BoundedCall(http, MAX, LongBody.FAILS),
        test,
        (answer, failure) -> {
          assertThat(failure)
              .isInstanceOf(LongBodyException.class)
              .hasMessage("answer of more than 10 bytes");
          closed.future().onComplete(test.succeedingThenComplete());
        });
  }

  @Test
  void aLongBodyIsCutAndItsConnectionIsClosed(Vertx vertx, VertxTestContext test) {
    answered(
        vertx,
        BoundedCallTest::tooMuch,
        http -> new BoundedCall(http, MAX, LongBody.IS_CUT),
        test,
        (answer, failure) -> {
          assertThat(answer.body().toString()).isEqualTo("x".repeat(MAX));
          closed.future().onComplete(test.succeedingThenComplete());
        });
  }

  @Test
  void aBrokenOffAnswerFailsOrIsCut(Vertx vertx, VertxTestContext test) {
    Handler<HttpServerRequest> breaksOff =
        request ->
            request
                .response()
                .setChunked(true)
                .write("xx")
                .onComplete(written -> request.connection().close());
    answered(
        vertx,
        breaksOff,
        http -> new BoundedCall(http, MAX, LongBody.FAILS),
        test,
        (none, failure) -> {
          assertThat(failure).hasMessageContaining("closed");
          answered(
              vertx,
              breaksOff,
              http -> new BoundedCall(http, MAX, LongBody.IS_CUT),
              test,
              (answer, never) -> {
                assertThat(answer.body().toString()).isEqualTo("xx");
                test.completeNow();
              });
        });
  }

  @Test
  void anUnwantedBodyIsNotWaitedFor(Vertx vertx, VertxTestContext test) {
    answered(
        vertx,
        request -> request.response().setChunked(true).writeHead(),
        http -> new BoundedCall(http, 0, LongBody.FAILS),
        test,
        (answer, failure) -> {
          assertThat(answer.status()).isEqualTo(200);
          closed.future().onComplete(test.succeedingThenComplete());
        });
  }

  @Test
  void endingClosesTheRequestInFlightAndSendsNothingMore(Vertx vertx, VertxTestContext test) {
    Promise<BoundedCall> made = Promise.promise();
    answered(
        vertx,
        request -> made.future().onSuccess(BoundedCall::end),
        http -> {
          BoundedCall call = new BoundedCall(http, MAX, LongBody.IS_CUT);
          made.complete(call);
          return call;
        },
        test,
        (answer, failure) -> {
          assertThat(failure).isNotNull();
          made.future()
              .result()
              .send(new RequestOptions().setAbsoluteURI("http://127.0.0.1:1/"))
              .onComplete(
                  test.failing(
                      late -> {
                        test.verify(() -> assertThat(late).hasMessage("given up"));
                        closed.future().onComplete(test.succeedingThenComplete());
                      }));
        });
  }

  @Test
  void endingAfterACompleteAnswerLeavesItsConnectionToOthers(Vertx vertx, VertxTestContext test) {
    AtomicInteger connections = new AtomicInteger();
    // The next request waits for the connection of the one before.
    HttpClient http = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));
    vertx
        .createHttpServer()
        .connectionHandler(made -> connections.incrementAndGet())
        .requestHandler(request -> request.response().end("x"))
        .listen(0, "127.0.0.1")
        .compose(
            server -> {
              RequestOptions to =
                  new RequestOptions()
                      .setAbsoluteURI("http://127.0.0.1:" + server.actualPort() + "/");
              BoundedCall first = new BoundedCall(http, MAX, LongBody.IS_CUT);
              return first
                  .send(to)
                  .onSuccess(answer -> first.end())
                  .compose(answer -> new BoundedCall(http, MAX, LongBody.IS_CUT).send(to));
            })
        .onComplete(
            test.succeeding(
                answer -> {
                  test.verify(() -> assertThat(connections.get()).isEqualTo(1));
                  test.completeNow();
                }));
  }

  private static void tooMuch(HttpServerRequest request) {
    request.response().setChunked(true).write("x".repeat(MAX - 1));
    request.response().write("xx");
  }

  /** The result of one request to a server with this behaviour. */
  private void answered(
      Vertx vertx,
      Handler<HttpServerRequest> behaviour,
      Function<HttpClient, BoundedCall> call,
      VertxTestContext test,
      BiConsumer<BoundedCall.Answer, Throwable> judge) {
    vertx
        .createHttpServer(new HttpServerOptions())
        .connectionHandler(made -> made.closeHandler(gone -> closed.tryComplete()))
        .requestHandler(behaviour)
        .listen(0, "127.0.0.1")
        .compose(
            server -> {
              RequestOptions to =
                  new RequestOptions()
                      .setAbsoluteURI("http://127.0.0.1:" + server.actualPort() + "/");
              Future<BoundedCall.Answer> answer =
                  call.apply(vertx.createHttpClient()).send(to, Buffer.buffer("?"));
              return answer.transform(
                  done -> {
                    test.verify(() -> judge.accept(done.result(), done.cause()));
                    return Future.succeededFuture();
                  });
            })
        .onFailure(test::failNow);
  }
}
