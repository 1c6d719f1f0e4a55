package fil.heartbeat.testing;

import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/** Says in which random order classes and methods run, so that a red order can be run again. */
public final class SeedLine implements TestExecutionListener {
  private static final String SEED = "junit.jupiter.execution.order.random.seed";

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    plan.getConfigurationParameters()
        .get(SEED)
        .ifPresent(seed -> System.out.println("Order of tests: -Dtest.seed=" + seed));
  }
}
