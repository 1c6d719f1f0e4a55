package fil.heartbeat.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class CausesTest {
  @Test
  void aWrappedFailureIsUnwrapped() {
    Exception cause = new IllegalStateException("why", new RuntimeException("kept"));
    assertThat(Causes.unwrapped(new CompletionException(new ExecutionException(cause))))
        .isSameAs(cause);
    assertThat(Causes.unwrapped(cause)).isSameAs(cause);
  }

  @Test
  void aWrapperWithoutACauseIsTheFailure() {
    Exception empty = new CompletionException("alone", null);
    assertThat(Causes.unwrapped(empty)).isSameAs(empty);
  }
}
